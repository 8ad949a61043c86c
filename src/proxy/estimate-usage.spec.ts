import { estimateInputTokens, estimateOutputTokens, StreamMeter } from './estimate-usage.js';

const event = (text: string, meaning: 'content' | 'prelude' = 'content') => ({
  bytes: Buffer.from(`data: {"choices":[{"delta":{"content":"${text}"}}]}\n\n`),
  meaning,
});

describe('estimateInputTokens', () => {
  it('takes four bytes for a token', () => {
    expect(estimateInputTokens(Buffer.alloc(4_001))).toBe(1_001);
  });

  it('counts long text as text', () => {
    const body = Buffer.from(JSON.stringify({ content: 'Call me Ishmael. '.repeat(10_000) }));
    expect(estimateInputTokens(body)).toBe(Math.ceil(body.length / 4));
  });

  it('counts Chinese without a space as text', () => {
    const body = Buffer.from(JSON.stringify({ content: '你好世界'.repeat(10_000) }));
    expect(estimateInputTokens(body)).toBe(Math.ceil(body.length / 4));
  });

  it('does not take a picture for a book', () => {
    const picture = `data:image/png;base64,${'iVBORw0KGgo'.repeat(100_000)}`;
    const body = Buffer.from(JSON.stringify({ image_url: { url: picture }, text: 'what is it?' }));
    expect(estimateInputTokens(body)).toBeLessThan(1_100);
    expect(estimateInputTokens(body)).toBeGreaterThan(1_000);
  });
});

describe('estimateOutputTokens', () => {
  it('leaves out what is around the text', () => {
    expect(estimateOutputTokens(300)).toBe(0);
    expect(estimateOutputTokens(4_400)).toBe(1_000);
  });
});

describe('StreamMeter', () => {
  it('counts an event of a word as a token', () => {
    const meter = new StreamMeter();
    meter.add(['', 'a', 'word', 'or'].map((text) => event(text)));
    expect(meter.tokens).toBe(4);
  });

  it('counts the text of events that hold more', () => {
    const meter = new StreamMeter();
    meter.add([event(''), event('x'.repeat(400)), event('y'.repeat(400))]);
    expect(meter.tokens).toBe(200);
  });

  it('counts nothing that is no content', () => {
    const meter = new StreamMeter();
    meter.add([event('a role', 'prelude')]);
    expect(meter.tokens).toBe(0);
  });
});
