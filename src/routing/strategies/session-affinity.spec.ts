import fc from 'fast-check';
import { SessionAffinity } from './session-affinity.js';

describe('SessionAffinity', () => {
  it('remembers where a session is until it has been idle for too long', () => {
    const affinity = new SessionAffinity({ maxSessions: 10, idleMs: 1_000 });
    affinity.place('s', 'a', 0);
    expect(affinity.accountOf('s', 900)).toBe('a');
    expect(affinity.accountOf('s', 1_800)).toBe('a');
    expect(affinity.accountOf('s', 2_800)).toBeUndefined();
  });

  it('never holds more than it may, and always the half of them used last', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 300 }), (uses) => {
        const affinity = new SessionAffinity({ maxSessions: 20, idleMs: 1_000_000 });
        for (const [now, use] of uses.entries()) {
          if (affinity.accountOf(String(use), now) === undefined)
            affinity.place(String(use), `at ${use}`, now);
          expect(affinity.size).toBeLessThanOrEqual(20);
        }
        const recent = [...new Set(uses.toReversed())].slice(0, 10);
        for (const use of recent)
          expect(affinity.accountOf(String(use), uses.length)).toBe(`at ${use}`);
      }),
    );
  });

  it('forgets everything that is over as soon as another session comes', () => {
    const affinity = new SessionAffinity({ maxSessions: 1_000, idleMs: 1_000 });
    for (let i = 0; i < 100; i++) affinity.place(`old ${i}`, 'a', 0);
    affinity.place('new', 'a', 1_000);
    affinity.place('new', 'a', 2_000);
    expect(affinity.size).toBe(1);
  });
});
