import { readStopReason, writeStopReason } from './finish-reason.js';

const plain = { hasToolUse: false, hasRefusal: false };

describe('readStopReason', () => {
  it('knows every reason there is', () => {
    const reasons = ['end_turn', 'stop_sequence', 'max_tokens', 'refusal', 'pause_turn'];
    expect(reasons.map((reason) => readStopReason(reason, false))).toEqual([
      'stop',
      'stop_sequence',
      'length',
      'refusal',
      'pause',
    ]);
    expect(readStopReason('model_context_window_exceeded', false)).toBe('context_length');
  });

  it('takes a new one, or none, for a natural end', () => {
    for (const reason of ['brand_new', 'constructor', null, 7]) {
      expect(readStopReason(reason, false)).toBe('stop');
    }
  });

  it('believes a tool call more than the word "end_turn"', () => {
    expect(readStopReason('end_turn', true)).toBe('tool_use');
    expect(readStopReason('tool_use', false)).toBe('stop');
  });

  it('lets a cut answer be cut, tool call or not', () => {
    expect(readStopReason('max_tokens', true)).toBe('length');
  });
});

describe('writeStopReason', () => {
  it('does not hide a content filter behind a natural end', () => {
    expect(writeStopReason('content_filter', plain)).toBe('refusal');
  });

  it('calls a refusal one, whatever the provider said', () => {
    expect(writeStopReason('stop', { ...plain, hasRefusal: true })).toBe('refusal');
  });

  it('says tool_use when there is a call', () => {
    expect(writeStopReason('stop', { ...plain, hasToolUse: true })).toBe('tool_use');
  });
});
