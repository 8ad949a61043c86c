import { uuidv7 } from '../../src/common/request-id.js';
import { NO_USAGE } from '../../src/protocols/token-usage.js';
import type { BeginEntry } from '../../src/stats/ledger.js';
import type { UsageRecord } from '../../src/stats/usage-record.js';
import { toPostgresJson, toUsageRow } from '../../src/stats/usage-row.js';
import type { TestDatabase } from './database.js';

export const KEY_ID = '00000000-0000-4000-8000-00000000000a';
export const ACCOUNT_ID = '00000000-0000-4000-8000-00000000000b';

/** A completed chat call; a test names what matters to it. */
export function usageRecord(overrides: Partial<UsageRecord> = {}): UsageRecord {
  const startedAt = overrides.startedAt ?? Date.now();
  return {
    id: uuidv7(startedAt),
    startedAt,
    keyId: KEY_ID,
    keyName: 'Production Key',
    userId: null,
    operation: 'chat',
    clientProtocol: 'openai',
    requestedModel: 'gpt-4o',
    model: 'gpt-4o',
    provider: 'openai',
    accountId: ACCOUNT_ID,
    accountName: 'openai-1',
    stream: false,
    status: 200,
    endReason: 'completed',
    errorCode: null,
    usage: { ...NO_USAGE, inputTokens: 100, outputTokens: 20 },
    usageSource: 'provider',
    costNanoUsd: 450_000n,
    priceSource: 'catalog',
    latencyMs: 120.5,
    timeToFirstTokenMs: 80,
    overheadMs: 0.4,
    attempts: [],
    decision: null,
    tags: [],
    session: null,
    upstreamRequestId: null,
    ...overrides,
  };
}

/** A chat call that was let in. */
export function beginEntry({ id, startedAt }: Partial<BeginEntry> = {}): BeginEntry {
  const { accountId, accountName, provider, model, ...record } = usageRecord();
  return {
    id: id ?? record.id,
    startedAt: startedAt ?? record.startedAt,
    keyId: KEY_ID,
    userId: null,
    operation: record.operation,
    clientProtocol: record.clientProtocol,
    requestedModel: record.requestedModel,
    stream: false,
    tags: [],
    session: null,
    upstream: {
      provider: provider!,
      model: model!,
      accountId: accountId!,
      accountName: accountName!,
    },
    estimatedInputTokens: 25,
  };
}

/** Past the ledger, as if they had been written long ago. */
export async function insertRecords(
  database: TestDatabase,
  records: readonly UsageRecord[],
): Promise<void> {
  await database.query(
    `INSERT INTO usage_records
     SELECT * FROM json_populate_recordset(NULL::usage_records, $1::json)`,
    [toPostgresJson(records.map(toUsageRow))],
  );
}

export async function forgetRecords(database: TestDatabase): Promise<void> {
  await database.query(
    `TRUNCATE usage_records, usage_adjustments, usage_hourly, usage_daily, usage_hourly_groups,
       usage_daily_groups`,
  );
}
