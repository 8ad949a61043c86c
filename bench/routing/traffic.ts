import { seededRandom } from '../../test/support/seeded-random.js';
import { routingRequest } from '../../test/support/candidate-factory.js';
import { DURATION_MS, REQUESTS_PER_SECOND } from './scenario.js';
import type { RoutingRequest } from '../../src/routing/strategies/routing-strategy.js';

export interface SimulatedRequest {
  /** Milliseconds from the start. */
  readonly at: number;
  readonly request: RoutingRequest;
  /** Each request is as lucky with every strategy: by try, what the latency is multiplied by and what decides on a failure. */
  readonly luck: readonly { readonly latency: number; readonly failure: number }[];
}

const KEYS = 8;
const SESSIONS_AT_ONCE = 120;
const SESSION_LENGTH = 25;
const TRIES = 3;

/** Some tenants bigger than others, conversations that grow, single requests, streams or not; the same for the same seed. */
export function generateTraffic(seed: number): SimulatedRequest[] {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const sessions = Array.from({ length: SESSIONS_AT_ONCE }, (_, index) => newSession(index));
  const traffic: SimulatedRequest[] = [];
  let begun = SESSIONS_AT_ONCE;
  for (let at = 0; ;) {
    at += (-Math.log(1 - random()) * 1_000) / REQUESTS_PER_SECOND;
    if (at >= DURATION_MS) return traffic;
    const place = Math.floor(random() * SESSIONS_AT_ONCE);
    const session = sessions[place]!;
    const isSingle = random() < 0.2;
    const turn = isSingle ? 0 : session.turn++;
    if (random() < 1 / SESSION_LENGTH) sessions[place] = newSession(begun++);
    traffic.push({
      at,
      request: routingRequest({
        keyId: session.keyId,
        session: isSingle ? null : session.id,
        stream: random() < 0.7,
        inputTokens: Math.round(800 * Math.exp(0.8 * normal()) + 300 * turn),
        outputTokens: Math.round(200 * Math.exp(0.7 * normal())),
      }),
      luck: Array.from({ length: TRIES }, () => ({
        latency: Math.exp(0.35 * normal()),
        failure: random(),
      })),
    });
  }

  function newSession(number: number): { id: string; keyId: string; turn: number } {
    // The square of a draw: the first key has a third of all sessions.
    return { id: `session ${number}`, keyId: `key ${Math.floor(KEYS * random() ** 2)}`, turn: 0 };
  }
}
