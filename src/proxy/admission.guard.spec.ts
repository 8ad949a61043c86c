import { EventEmitter } from 'node:events';
import type { ExecutionContext } from '@nestjs/common';
import { InFlight } from '../common/in-flight.js';
import { Lifecycle } from '../common/lifecycle.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { Ledger } from '../stats/ledger.js';
import type { ProxyMetrics } from './proxy-metrics.js';
import { AdmissionGuard } from './admission.guard.js';

describe('AdmissionGuard', () => {
  it('counts a call until its connection or its answer is closed', () => {
    const { inFlight, admit } = setUp();
    const response = admit();
    expect(inFlight.count).toBe(1);
    response.emit('close');
    expect(inFlight.count).toBe(0);
  });

  it('lets in no more than one process can serve', () => {
    const { inFlight, admit } = setUp();
    const first = admit();
    admit();
    expect(admit).toThrow('limit of concurrent requests');
    expect(inFlight.count).toBe(2);
    first.emit('close');
    expect(admit).not.toThrow();
  });

  it('still serves while draining, and not when closing', () => {
    const { lifecycle, admit } = setUp();
    lifecycle.drain();
    expect(admit).not.toThrow();
    lifecycle.close();
    expect(admit).toThrow('stopping');
  });

  it('serves nothing that could not be accounted for', () => {
    const { ledger, refusals, admit } = setUp();
    ledger.accepting = false;
    expect(admit).toThrow('usage cannot be recorded');
    expect(refusals).toEqual(['ledger']);
  });
});

function setUp() {
  const ledger = { accepting: true };
  const inFlight = new InFlight();
  const lifecycle = new Lifecycle();
  const config = { environment: { MAX_IN_FLIGHT: 2 } } as GatewayConfig;
  const refusals: string[] = [];
  const metrics = { refused: (reason: string) => void refusals.push(reason) };
  const guard = new AdmissionGuard(
    config,
    inFlight,
    ledger as Ledger,
    lifecycle,
    metrics as unknown as ProxyMetrics,
  );
  const admit = (): EventEmitter => {
    const response = new EventEmitter();
    guard.canActivate({
      switchToHttp: () => ({ getResponse: () => response }),
    } as unknown as ExecutionContext);
    return response;
  };
  return { ledger, inFlight, lifecycle, refusals, admit };
}
