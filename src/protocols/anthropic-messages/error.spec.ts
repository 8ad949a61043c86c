import { anthropicErrorBody } from './error.js';

const facts = {
  status: 400,
  code: 'unsupported_parameter',
  message: 'no',
  requestId: 'r',
};

describe('anthropicErrorBody', () => {
  it('tells that a thread cannot be had in the words by which the SDKs go on without', () => {
    expect(anthropicErrorBody({ ...facts, param: 'thread' })).toEqual({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'no',
        details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
      },
      request_id: 'r',
    });
  });

  it('has no details of other parameters', () => {
    expect(anthropicErrorBody({ ...facts, param: 'container' })).not.toHaveProperty(
      'error.details',
    );
  });
});
