import { findAdapter } from '../providers/adapters/index.js';
import type { Candidate } from '../routing/candidate.js';
import type { CarriedEvent } from './carrier.js';
import type { ClientCall } from './client-call.js';
import { translate } from './translate.js';

const WORDS = ['Hé', '世界', '!'];
const EVENTS = [
  chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }),
  ...WORDS.map((content) => chunk({ choices: [{ index: 0, delta: { content } }] })),
  ': keep-alive\n\n',
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  chunk({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 3 } }),
];

describe('translate', () => {
  it('carries events together as it carries them one by one', () => {
    const [single, together] = [stream(), stream()];
    const expected = text(EVENTS.map((event) => single.read(Buffer.from(event))));
    const [first, ...rest] = EVENTS;
    const all = [
      together.read(Buffer.from(first!)),
      together.readWhole(Buffer.from(rest.join('')))!,
    ];
    expect(text(all)).toBe(expected);
    expect(all[1]).toMatchObject({ meaning: 'content', events: 3 });
    expect([together.usage, together.finished]).toEqual([single.usage, single.finished]);
    expect(text([together.end()])).toBe(text([single.end()]));
  });

  it.each([
    ['that ends within an event', 'data: {"a":1}\n\ndata: {'],
    ['whose lines end with CR', 'data: {"a":1}\r\n\r\n'],
  ])('leaves a chunk %s to be cut', (_, bytes) => {
    expect(stream().readWhole(Buffer.from(bytes))).toBeNull();
  });

  it('passes on what came before an event that cannot be read', () => {
    const chunk = Buffer.from(`${EVENTS[0]}${EVENTS[1]}data: <html>\n\n${EVENTS[2]}`);
    const { bytes, meaning } = stream().readWhole(chunk)!;
    expect(meaning).toBe('error');
    expect(bytes.toString()).toContain('Hé');
    expect(bytes.toString()).not.toContain('世界');
  });
});

function chunk(fields: object): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...fields })}\n\n`;
}

function text(events: readonly CarriedEvent[]): string {
  return Buffer.concat(events.map(({ bytes }) => bytes)).toString();
}

/** An OpenAI upstream's stream for a client of Anthropic's. */
function stream() {
  const messages = [{ role: 'user', content: 'Hello' }];
  const body = Buffer.from(JSON.stringify({ model: 'm', max_tokens: 9, stream: true, messages }));
  const call = { id: 'i', operation: 'messages', model: 'm', stream: true, body, startedAt: 0 };
  const candidate = { model: 'm', account: { adapter: findAdapter('openai')! } };
  return translate(call as unknown as ClientCall, candidate as Candidate).stream();
}
