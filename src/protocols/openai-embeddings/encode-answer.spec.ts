import { encodeEmbeddingsAnswer } from './encode-answer.js';

describe('encodeEmbeddingsAnswer', () => {
  const answer = { model: 'm', vectors: [[0.5, -1]], inputTokens: 3 };

  it('lists the vectors with what they cost', () => {
    expect(encodeEmbeddingsAnswer(answer, 'float')).toEqual({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [0.5, -1] }],
      model: 'm',
      usage: { prompt_tokens: 3, total_tokens: 3 },
    });
  });

  it('writes little-endian floats in base64 as the official SDK reads them', () => {
    const { data } = encodeEmbeddingsAnswer(answer, 'base64') as { data: { embedding: string }[] };
    const bytes = new Uint8Array(Buffer.from(data[0]!.embedding, 'base64'));
    expect([...new Float32Array(bytes.buffer)]).toEqual([0.5, -1]);
  });
});
