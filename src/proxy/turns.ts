import { InvalidRequestError, type GatewayError } from '../common/gateway-error.js';
import { UntranslatableError } from '../protocols/translation.js';
import type { Lease } from '../routing/lease.js';
import type { Plan } from '../routing/plan.js';
import { NoAccountAvailableError } from '../routing/routing.service.js';
import { carrierFor } from './carrier-for.js';
import type { Turn } from './client-answer.js';
import type { ClientCall } from './client-call.js';

/** Gives accounts their turn, as far as they can be asked this call at all. */
export class Turns {
  private taken = 0;
  /** Why accounts were passed over without being asked. */
  private untranslatable: UntranslatableError | null = null;

  constructor(
    private readonly call: ClientCall,
    private readonly plan: Plan,
  ) {}

  /** The plan's next account. */
  next(): Turn | undefined {
    return this.with(this.plan.next());
  }

  /** This account, or the plan's next one when it cannot be asked: one that cannot carry a parameter may not be the last one. */
  with(claimed: Lease | undefined): Turn | undefined {
    for (let lease = claimed; lease; lease = this.plan.next()) {
      try {
        const carrier = carrierFor(this.call, lease.candidate);
        const [dropped] = carrier.dropped;
        if (!this.call.strict || dropped === undefined) {
          return { lease, carrier, number: ++this.taken };
        }
        throw new UntranslatableError(dropped, 'cannot be carried to the provider of this model');
      } catch (error) {
        lease.release();
        if (!(error instanceof UntranslatableError)) throw error;
        this.untranslatable = error;
      }
    }
    return undefined;
  }

  /** Nothing was asked on this turn. */
  giveBack({ lease }: Turn): void {
    lease.release();
    this.taken--;
  }

  /** What a client hears for whom nobody could be asked. */
  refusal(): GatewayError {
    const { untranslatable, call } = this;
    if (!untranslatable) {
      return new NoAccountAvailableError(`no account for '${call.model}' is available any more`, {
        retryAfterSeconds: 1,
      });
    }
    const { param, message } = untranslatable;
    return new InvalidRequestError(`${param}: ${message}`, { param, cause: untranslatable });
  }
}
