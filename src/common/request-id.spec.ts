import { uuidv7 } from './request-id.js';

describe('uuidv7', () => {
  it('carries its time, version and variant', () => {
    const id = uuidv7(0x0123456789ab, '00000000-0000-4fff-bfff-ffffffffffff');
    expect(id).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
  });

  it('sorts by time', () => {
    expect([uuidv7(2_000), uuidv7(1_000)].sort()[0]).toMatch(/^00000000-03e8-7/);
  });

  it('does not repeat', () => {
    expect(new Set(Array.from({ length: 2_000 }, () => uuidv7(1))).size).toBe(2_000);
  });
});
