import { Lifecycle } from './lifecycle.js';

describe('Lifecycle', () => {
  it('goes from serving over draining to closing', () => {
    const lifecycle = new Lifecycle();
    expect(lifecycle.phase).toBe('serving');
    lifecycle.drain();
    expect(lifecycle.phase).toBe('draining');
    lifecycle.close();
    expect(lifecycle.phase).toBe('closing');
  });
});
