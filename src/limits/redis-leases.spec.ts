import { Claims } from '../../test/support/limit-claims.js';
import { RedisLeases } from './redis-leases.js';
import type { RedisLink } from './redis-link.js';

function setUp() {
  const sent: { members: string[]; answer(count: number): void }[] = [];
  const link = {
    isUp: true,
    run: (_script: unknown, _keys: string[], args: string[]) =>
      new Promise((answer) => sent.push({ members: args.slice(4), answer })),
  } as unknown as RedisLink;
  const options = { instanceId: 'i', leaseMs: 1_000, clockShiftMs: () => 0 };
  return { leases: new RedisLeases(link, options), sent };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `lease-${i}`);
/** Lets the promises before it go on. */
const turn = (): Promise<void> => new Promise(setImmediate);

describe('RedisLeases', () => {
  it('renews every lease once, some at a time', async () => {
    const { leases, sent } = setUp();
    const claims = [new Claims().concurrency(1), new Claims().budget(9n, 2n)];
    for (const name of names(450)) leases.add(name, claims);
    const renewed = leases.renew();
    for (let index = 0; index < sent.length; index++) {
      sent[index]!.answer(3);
      await turn();
    }
    await renewed;
    expect(Math.max(...sent.map(({ members }) => members.length))).toBeLessThan(250);
    const all = sent.flatMap(({ members }) => members);
    expect(all.toSorted()).toEqual(
      names(450)
        .flatMap((name) => [name, `${name}|2`])
        .toSorted(),
    );
    expect(leases.instances).toBe(3);
  });

  it('brings back none that ended while others were renewed', async () => {
    const { leases, sent } = setUp();
    for (const name of names(450)) leases.add(name, [new Claims().concurrency(1)]);
    const renewed = leases.renew();
    const first = new Set(sent[0]!.members);
    const ended = names(450).filter((name) => !first.has(name));
    for (const name of ended) leases.remove(name);
    for (let index = 0; index < sent.length; index++) {
      sent[index]!.answer(1);
      await turn();
    }
    await renewed;
    expect(ended.length).toBeGreaterThan(200);
    expect(sent.slice(1).flatMap(({ members }) => members)).toEqual([]);
  });

  it('says that the instance is there when nothing runs', async () => {
    const { leases, sent } = setUp();
    const renewed = leases.renew();
    sent[0]!.answer(2);
    await renewed;
    expect(leases.instances).toBe(2);
    expect(sent).toHaveLength(1);
  });
});
