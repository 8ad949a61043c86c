import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, type GatewayOptions } from './gateway.js';

export const ADMIN_KEY = 'an-admin-key-for-the-workers';

export interface WorkerStatus {
  worker: number;
  pid: number;
  phase: string;
  requests_in_flight: number;
  ledger_backlog: number;
}

/** Two workers, both of which serve. */
export async function startWorkers({ env, ...options }: GatewayOptions): Promise<Gateway> {
  const gateway = await Gateway.start({
    ...options,
    env: { WORKERS: '2', ADMIN_KEY, HEALTH_PROBE_INTERVAL_MS: '0', ...env },
  });
  await untilBothServe(gateway);
  return gateway;
}

export async function untilBothServe(gateway: Gateway): Promise<void> {
  await untilWorkers(
    gateway,
    (workers) => workers.length === 2 && workers.every(({ phase }) => phase === 'serving'),
  );
  // It listens a moment later.
  await sleep(50);
}

export async function workersOf(gateway: Gateway): Promise<WorkerStatus[]> {
  const { body } = await gateway.call('GET', '/v1/admin/status', { token: ADMIN_KEY });
  return body.workers as WorkerStatus[];
}

export async function untilWorkers(
  gateway: Gateway,
  condition: (workers: WorkerStatus[]) => boolean,
): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (condition(await workersOf(gateway).catch(() => []))) return;
    await sleep(50);
  }
  throw new Error(`the workers are not as they should be:\n${gateway.logs}`);
}

export interface FreshAnswer {
  status: number;
  text: string;
}

/** On a connection of its own: the next worker in turn answers. */
export function callAfresh(
  gateway: Gateway,
  {
    method = 'GET',
    path,
    token,
    body,
  }: { method?: string; path: string; token: string; body?: object },
): Promise<FreshAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(
      gateway.url + path,
      {
        method,
        agent: new Agent({ keepAlive: false }),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.once('end', () => resolve({ status: response.statusCode!, text }));
        response.once('error', reject);
      },
    );
    call.once('error', reject);
    call.end(body && JSON.stringify(body));
  });
}

/** A chat call on a connection of its own. */
export function chatAfresh(
  gateway: Gateway,
  token: string,
  fields: { model: string; user?: string },
): Promise<FreshAnswer> {
  const body = { ...fields, max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] };
  return callAfresh(gateway, { method: 'POST', path: '/v1/chat/completions', token, body });
}
