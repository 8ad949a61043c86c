import type { Candidate } from '../../src/routing/candidate.js';
import type { Picker, RoutingStrategy } from '../../src/routing/strategies/routing-strategy.js';
import { CandidateFactory, PriceList, SeededChance } from '../../test/support/candidate-factory.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { createStrategies } from '../../test/support/create-strategies.js';
import { EventQueue } from './event-queue.js';
import { ACCOUNTS } from './scenario.js';
import type { SimulatedRequest } from './traffic.js';
import { SimulatedUpstream, type Reply } from './upstream.js';

export interface Try {
  readonly accountId: string;
  readonly at: number;
}

/** How one request went. */
export interface Outcome {
  readonly request: SimulatedRequest;
  readonly tries: Try[];
  /** From the client's point of view, all tries together; null where it got an error. */
  firstTokenMs: number | null;
  costNanoUsd: number;
}

const MAX_TRIES = 3;

export interface Run {
  readonly strategy: string;
  readonly outcomes: readonly Outcome[];
}

/** All strategies one after the other on the same traffic and the same incidents. */
export function simulateAll(traffic: readonly SimulatedRequest[], seed: number): Run[] {
  const names = build(seed).strategies.map(({ name }) => name);
  return names.map((strategy, index) => {
    const { strategies, ...world } = build(seed);
    return { strategy, outcomes: new Simulation(world, strategies[index]!).run(traffic) };
  });
}

interface World {
  readonly clock: FakeClock;
  readonly chance: SeededChance;
  readonly costs: PriceList;
}

function build(seed: number): World & { readonly strategies: RoutingStrategy[] } {
  const clock = new FakeClock();
  const chance = new SeededChance(seed);
  // A USD per million tokens is a thousand nano-USD a token.
  const prices = ACCOUNTS.map(({ id, price: { input, output } }) => [
    id,
    { input: 1_000 * input, output: 1_000 * output },
  ]);
  const costs = new PriceList(Object.fromEntries(prices));
  return { clock, chance, costs, strategies: createStrategies({ clock, chance, costs }) };
}

/** Does what the gateway does around a strategy: leaves out who must not be asked, tries up to three, and learns. */
class Simulation {
  private readonly clock: FakeClock;
  private readonly costs: PriceList;
  private readonly events: EventQueue;
  private readonly picker: Picker;
  private readonly upstreams = new Map<string, SimulatedUpstream>();

  constructor({ clock, chance, costs }: World, strategy: RoutingStrategy) {
    this.clock = clock;
    this.costs = costs;
    this.events = new EventQueue(clock);
    this.picker = strategy.over(new CandidateFactory(clock, chance).all(ACCOUNTS));
    for (const account of ACCOUNTS) this.upstreams.set(account.id, new SimulatedUpstream(account));
  }

  run(traffic: readonly SimulatedRequest[]): Outcome[] {
    const outcomes = traffic.map((request) => ({
      request,
      tries: [],
      firstTokenMs: null,
      costNanoUsd: 0,
    }));
    for (const outcome of outcomes) {
      this.events.in(outcome.request.at, () => this.attempt(outcome));
    }
    this.events.run();
    return outcomes;
  }

  private attempt(outcome: Outcome): void {
    const { tries, request } = outcome;
    if (tries.length === MAX_TRIES) return;
    const now = this.clock.time;
    const candidate = this.picker.pick(
      request.request,
      ({ account, state }) =>
        state.waitMs(now) === 0 && !tries.some(({ accountId }) => accountId === account.id),
    );
    if (!candidate) return;
    const { account, state } = candidate;
    const permit = state.breaker.acquire(now)!;
    const upstream = this.upstreams.get(account.id)!;
    const reply = upstream.begin(request, request.luck[tries.length]!, now);
    tries.push({ accountId: account.id, at: now });
    state.inFlight++;
    state.account.load.enter();
    const end = () => {
      upstream.end();
      state.inFlight--;
      state.account.load.leave();
    };
    if (reply.kind === 'answer') {
      this.events.in(reply.firstTokenMs, () => {
        permit.record('success');
        this.learn(candidate, outcome, reply, upstream);
      });
      this.events.in(reply.wholeMs, end);
      return;
    }
    this.events.in(reply.afterMs, () => {
      if (reply.kind === 'failure') {
        permit.record('failure');
        state.failuresInRow++;
      } else {
        permit.giveBack();
        state.cooldown.extend('rate_limited', this.clock.time + reply.retryAfterMs);
      }
      end();
      this.attempt(outcome);
    });
  }

  private learn(
    candidate: Candidate,
    outcome: Outcome,
    reply: Reply & { kind: 'answer' },
    upstream: SimulatedUpstream,
  ): void {
    const { state } = candidate;
    const now = this.clock.time;
    const { stream, inputTokens: input, outputTokens: output } = outcome.request.request;
    outcome.firstTokenMs = now - outcome.request.at;
    outcome.costNanoUsd = this.costs.estimate(candidate, { input, output })!;
    state.observeAllowance(upstream.allowance(now));
    state.lastSuccessAt = now;
    state.failuresInRow = 0;
    if (stream) state.observeLatency(true, reply.firstTokenMs, now);
    else
      this.events.in(reply.wholeMs - reply.firstTokenMs, () =>
        state.observeLatency(false, reply.wholeMs, this.clock.time),
      );
  }
}
