import fc from 'fast-check';
import { EventSplitter, EventTooLargeError, parseEvent, parseWholeEvents } from './sse.js';

function split(stream: Buffer, cuts: readonly number[]): Buffer[] {
  const splitter = new EventSplitter();
  const events: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts, stream.length]) {
    events.push(...splitter.push(stream.subarray(from, cut)));
    from = cut;
  }
  const rest = splitter.flush();
  return rest ? [...events, rest] : events;
}

const STREAMS = {
  lf: 'data: {"a":1}\n\ndata: [DONE]\n\n',
  crlf: 'event: x\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n',
  cr: 'data: 1\r\rdata: 2\r\r: end\r\r',
  mixed:
    '\uFEFFdata: é\n: comment\ndata:世界\r\n\r\n\n\ndata\n\n: keep-alive\n\ndata: 2\r\rid: 7\n\n',
  unterminated: 'data: 1\n\ndata: 2',
};

describe('EventSplitter', () => {
  it.each(Object.entries(STREAMS))('gives the same events wherever %s is cut', (_, text) => {
    const stream = Buffer.from(text);
    const whole = split(stream, []).map(String);
    expect(whole.join('')).toBe(text);
    for (let cut = 1; cut < stream.length; cut++) {
      expect(split(stream, [cut]).map(String)).toEqual(whole);
    }
    expect(split(stream, Array.from(stream.keys()).slice(1)).map(String)).toEqual(whole);
  });

  it('loses no byte of anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(200)), (bytes, cuts) => {
        const stream = Buffer.from(bytes);
        const sorted = cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b);
        expect(Buffer.concat(split(stream, sorted))).toEqual(stream);
      }),
    );
  });

  it('takes an event of many megabytes in small pieces without joining it again and again', () => {
    const splitter = new EventSplitter();
    const piece = Buffer.alloc(1_024, 'x');
    const began = performance.now();
    let early = 0;
    for (let count = 0; count < 15_000; count++) early += splitter.push(piece).length;
    expect(early).toBe(0);
    const [event] = splitter.push(Buffer.from('\n\n'));
    expect(event).toHaveLength(15_000 * 1_024 + 2);
    // Joined with every piece it would be copied 7,500 times: a minute rather than a moment.
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('refuses an event without end', () => {
    const splitter = new EventSplitter(100);
    expect(() => splitter.push(Buffer.alloc(101, 'x'))).toThrow(EventTooLargeError);
  });
});

describe('parseEvent', () => {
  it('joins data lines, takes one space off, skips comments and a byte order mark', () => {
    const event = '\uFEFFevent: error\r\n: note\r\ndata:  a\r\ndata:b\r\ndata\r\n\r\n';
    expect(parseEvent(Buffer.from(event))).toEqual({ name: 'error', data: ' a\nb\n' });
  });

  it('has no data in a comment', () => {
    expect(parseEvent(Buffer.from(': OPENROUTER PROCESSING\n\n')).data).toBeNull();
  });
});

describe('parseWholeEvents', () => {
  it('reads what the splitter would have cut, or leaves it to be cut', () => {
    const pieces = fc.array(fc.constantFrom('data: 1', 'event: x', ': c', '\n', '\n\n', '\r'));
    fc.assert(
      fc.property(pieces, (parts) => {
        const bytes = Buffer.from(parts.join(''));
        const events = parseWholeEvents(bytes);
        if (events === null) return;
        const expected = split(bytes, []).map(parseEvent);
        const saysSomething = ({ data }: { data: string | null }) => data !== null;
        expect(events.filter(saysSomething)).toEqual(expected.filter(saysSomething));
      }),
    );
  });
});
