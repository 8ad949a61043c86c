import type { ServerResponse } from 'node:http';
import type { Reservation } from '../limits/limit-store.js';
import { totalInputTokens, totalOutputTokens } from '../protocols/token-usage.js';
import type { UsageRecord } from '../stats/usage-record.js';
import type { ClientCall } from './client-call.js';

/** A call whose client is gone ends at once; one that has not ended by then never will. */
const END_WAIT_MS = 5_000;

/** What calls under way have taken of their limits: settled by their record, or given back when there is none. */
export class CallReservations {
  private readonly held = new WeakMap<ClientCall, Reservation>();

  /** @param isServed whether the call has got as far as having an end that `finish` is told of */
  hold(
    call: ClientCall,
    reservation: Reservation,
    response: ServerResponse,
    isServed: () => boolean,
  ): void {
    this.held.set(call, reservation);
    response.on('close', () => {
      if (!this.held.has(call)) return;
      if (!isServed()) this.settle(call, null);
      else setTimeout(() => this.settle(call, null), END_WAIT_MS).unref();
    });
  }

  /** A call that reached nobody has used nothing, unless it was answered here. */
  finish(call: ClientCall, { usage, costNanoUsd, attempts, status }: UsageRecord): void {
    if (!this.held.has(call)) return;
    if (attempts.length === 0 && status !== 200) {
      this.settle(call, null);
      return;
    }
    const tokens = totalInputTokens(usage) + totalOutputTokens(usage);
    this.settle(call, { tokens, nanoUsd: costNanoUsd ?? 0n });
  }

  private settle(call: ClientCall, usage: Parameters<Reservation['settle']>[0]): void {
    const reservation = this.held.get(call);
    this.held.delete(call);
    reservation?.settle(usage);
  }
}
