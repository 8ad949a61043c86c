import { operationOf, Serves } from './operation.js';

describe('Serves', () => {
  it('names the operation of a handler', () => {
    const handler = (): void => {};
    Serves('embeddings')(handler);
    expect(operationOf(handler)).toBe('embeddings');
  });
});
