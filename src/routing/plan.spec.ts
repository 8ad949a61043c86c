import type { Candidate } from './candidate.js';
import { Plan } from './plan.js';
import type { RoutingStrategy } from './strategies/routing-strategy.js';

const last: RoutingStrategy = { name: 'last', pick: (candidates) => candidates.at(-1)! };

const candidate = (id: string, priority = 0): Candidate =>
  ({ account: { id, priority }, model: 'm' }) as Candidate;

describe('Plan', () => {
  it('gives each candidate once, as the strategy picks them', () => {
    expect(order([candidate('a'), candidate('b'), candidate('c')])).toEqual(['c', 'b', 'a']);
  });

  it('uses up one priority before it goes to the next', () => {
    const candidates = [
      candidate('spare', 5),
      candidate('a'),
      candidate('b'),
      candidate('last', 9),
    ];
    expect(order(candidates)).toEqual(['b', 'a', 'spare', 'last']);
  });

  it('does not touch the list it was made from', () => {
    const candidates = [candidate('a'), candidate('b')];
    order(candidates);
    expect(candidates).toHaveLength(2);
  });

  it('hands the strategy only candidates of one priority, and the name the client used', () => {
    const seen: string[] = [];
    const watching: RoutingStrategy = {
      name: 'watching',
      pick: (group, { requestedModel }) => {
        seen.push(`${requestedModel}: ${group.map(({ account }) => account.id).join()}`);
        return group[0];
      },
    };
    const plan = new Plan([candidate('a'), candidate('b'), candidate('c', 1)], [], watching, {
      requestedModel: 'm',
    });
    plan.next();
    plan.next();
    plan.next();
    expect(seen).toEqual(['m: a,b', 'm: b', 'm: c']);
  });
});

function order(candidates: Candidate[]): string[] {
  const plan = new Plan(candidates, [], last, { requestedModel: 'm' });
  const found: string[] = [];
  for (let next = plan.next(); next; next = plan.next()) found.push(next.account.id);
  return found;
}
