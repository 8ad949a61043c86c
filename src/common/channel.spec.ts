import { pipe } from '../../test/support/pipe.js';
import { Channel, topic } from './channel.js';

const DOUBLE = topic<bigint, bigint>('double');
const SLOWLY = topic<string, string>('slowly');
const NEWS = topic<string>('news');

describe('Channel', () => {
  let here: Channel;
  let there: Channel;

  beforeEach(() => {
    const [near, far] = pipe();
    here = new Channel(near);
    there = new Channel(far);
  });

  it('carries questions and answers both ways', async () => {
    there.on(DOUBLE, (value) => 2n * value);
    here.on(SLOWLY, (word) => Promise.resolve(word.toUpperCase()));
    expect(await Promise.all([here.ask(DOUBLE, 3n), here.ask(DOUBLE, 4n)])).toEqual([6n, 8n]);
    expect(await there.ask(SLOWLY, 'yes')).toBe('YES');
  });

  it('rejects with the reason when the other end fails, or knows nothing of it', async () => {
    there.on(SLOWLY, () => Promise.reject(new Error('too slow')));
    await expect(here.ask(SLOWLY, '')).rejects.toThrow('too slow');
    await expect(here.ask(DOUBLE, 1n)).rejects.toThrow('nobody answers double');
  });

  it('tells news to whoever wants to hear it', async () => {
    const heard: string[] = [];
    here.tell(NEWS, 'lost');
    await nextTurn();
    there.on(NEWS, (news) => void heard.push(news));
    here.tell(NEWS, 'heard');
    await nextTurn();
    expect(heard).toEqual(['heard']);
  });

  it('tells what can wait with what cannot, and in order', async () => {
    const heard: string[] = [];
    there.on(NEWS, (news) => void heard.push(news));
    here.tellLater(NEWS, 'first');
    await nextTurn();
    expect(heard).toEqual([]);
    here.tell(NEWS, 'second');
    await nextTurn();
    expect(heard).toEqual(['first', 'second']);
    here.tellLater(NEWS, 'third');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(heard).toEqual(['first', 'second', 'third']);
  });

  it('rejects what was asked of an end that is gone', async () => {
    there.on(SLOWLY, () => new Promise<string>(() => {}));
    const asked = here.ask(SLOWLY, '');
    here.close();
    await expect(asked).rejects.toThrow('the other process is gone');
  });
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
