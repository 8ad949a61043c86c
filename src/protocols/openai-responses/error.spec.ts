import { responsesErrorEvent } from './error.js';
import { failureCode } from './failure-code.js';

describe('responsesErrorEvent', () => {
  it('is an event of its own name, with the words at its root', () => {
    const facts = { status: 504, code: 'timeout', message: 'too slow', requestId: 'r' };
    expect(responsesErrorEvent(facts, 7)).toBe(
      'event: error\ndata: {"type":"error","code":"timeout","message":"too slow","param":null,"sequence_number":7}\n\n',
    );
  });
});

describe('failureCode', () => {
  it.each([
    [['invalid_request_error', 'context_length_exceeded'], 'context_length_exceeded'],
    [['billing_error'], 'insufficient_quota'],
    [['resource_exhausted', '429'], 'rate_limit_exceeded'],
    [['overloaded_error'], 'server_error'],
    [[], 'server_error'],
  ])('makes of %j the code %s', (words, code) => {
    expect(failureCode(words)).toBe(code);
  });
});
