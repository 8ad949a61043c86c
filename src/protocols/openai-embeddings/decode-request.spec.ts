import { InvalidConversationError, UntranslatableError } from '../translation.js';
import { decodeEmbeddingsRequest } from './decode-request.js';

const model = 'm';

describe('decodeEmbeddingsRequest', () => {
  it('reads one input or several', () => {
    expect(decodeEmbeddingsRequest({ model, input: 'a' })).toEqual({
      model,
      inputs: ['a'],
      dimensions: null,
      encodingFormat: 'float',
      endUser: null,
    });
    const body = { model, input: ['a', 'b'], dimensions: 8, encoding_format: 'base64', user: 'u' };
    expect(decodeEmbeddingsRequest(body)).toEqual({
      model,
      inputs: ['a', 'b'],
      dimensions: 8,
      encodingFormat: 'base64',
      endUser: 'u',
    });
  });

  it.each([[[1, 2]], [[[1], [2]]]])('cannot translate the tokens %j', (input) => {
    const decode = () => decodeEmbeddingsRequest({ model, input });
    expect(decode).toThrow(UntranslatableError);
    expect(decode).not.toThrow(InvalidConversationError);
  });

  it.each([
    { model },
    { model, input: [] },
    { model, input: ['a', 1] },
    { model, input: {} },
    { input: 'a' },
    { model, input: 'a', dimensions: 0 },
    { model, input: 'a', encoding_format: 'int8' },
  ])('refuses %j', (body) => {
    expect(() => decodeEmbeddingsRequest(body)).toThrow(InvalidConversationError);
  });
});
