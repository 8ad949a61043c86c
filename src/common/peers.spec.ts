import { pipe } from '../../test/support/pipe.js';
import { Channel, topic } from './channel.js';
import { ASK_PEERS, LEAD, Peers } from './peers.js';

const COLOUR = topic<void, string>('colour');

describe('Peers', () => {
  it('leads at once where there are no others, and has nobody to ask', async () => {
    const peers = new Peers();
    const duties: string[] = [];
    peers.whenLeading(() => duties.push('begun'));
    expect([peers.worker, peers.primary, duties]).toEqual([null, null, ['begun']]);
    expect(await peers.ask(COLOUR, undefined)).toEqual([]);
  });

  it('leads among others when told to, once', async () => {
    const [near, far] = pipe();
    const peers = new Peers({ worker: 2, others: [1], channel: new Channel(near) });
    const duties: string[] = [];
    peers.whenLeading(() => duties.push('begun'));
    expect(duties).toEqual([]);
    const primary = new Channel(far);
    for (let i = 0; i < 2; i++) primary.tell(LEAD, undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(duties).toEqual(['begun']);
    peers.whenLeading(() => duties.push('later'));
    expect(duties).toEqual(['begun', 'later']);
  });

  it('asks the others through the primary, and does without them when it fails', async () => {
    const [near, far] = pipe();
    const peers = new Peers({ worker: 2, others: [1], channel: new Channel(near) });
    const primary = new Channel(far);
    expect(await peers.ask(COLOUR, undefined)).toEqual([]);
    primary.on(ASK_PEERS, (question) => [`${question.topic} of 1`]);
    expect(await peers.ask(COLOUR, undefined)).toEqual(['colour of 1']);
  });
});
