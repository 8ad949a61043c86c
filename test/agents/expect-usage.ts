import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from '../support/gateway.js';
import { UPSTREAM_MODELS } from './agents-gateway.js';
import type { ProviderType } from './scripted-upstream.js';

export interface UsageRow {
  operation: string;
  provider: string;
  requested_model: string;
  model: string;
  stream: boolean;
  status: number;
  end_reason: string;
  error_code: string | null;
  input_tokens: number;
  cache_read_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  usage_source: string;
  cost_usd: string | null;
  time_to_first_token_ms: number | null;
}

/** The gateway's own books for a model, oldest first, once there are as many entries as expected. */
export async function usageOf(gateway: Gateway, model: string, count: number): Promise<UsageRow[]> {
  const token = await gateway.login();
  for (let attempt = 0; ; attempt++) {
    const query = new URLSearchParams({ model, limit: '100' });
    const { body, text } = await gateway.call('GET', `/api/stats/requests?${query.toString()}`, {
      token,
    });
    const rows = (body.data as UsageRow[] | undefined)
      ?.filter((row) => row.requested_model === model)
      .toReversed();
    if (rows && rows.length >= count) return rows;
    if (attempt === 50) throw new Error(`${rows?.length ?? text} of ${count} records for ${model}`);
    await sleep(200);
  }
}

/** Of a scripted turn: every provider counts 105 tokens in and 20 out. */
export function expectComplete(row: UsageRow, provider: ProviderType, operation: string): void {
  expect(row).toMatchObject({
    operation,
    provider,
    model: UPSTREAM_MODELS[provider],
    stream: true,
    status: 200,
    end_reason: 'completed',
    error_code: null,
    usage_source: 'provider',
    cost_usd: expect.any(String) as string,
    time_to_first_token_ms: expect.any(Number) as number,
  });
  expect(row.input_tokens + row.cache_read_tokens).toBe(105);
  expect(row.output_tokens + row.reasoning_tokens).toBe(20);
}
