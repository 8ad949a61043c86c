import { z } from 'zod';

const positiveInt = z.coerce.number().int().positive();
const percent = z.coerce.number().min(0).max(100);
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const secret = z.string().min(32, 'expected at least 32 characters');

/** Every variable the gateway reads. Names are the contract; units are in the name. */
export const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: z.coerce.number().int().min(0).max(65535).optional(),
  HOST: z.string().min(1).optional(),
  /** Processes that serve on the port; `auto`: one for each core there is to run on. */
  WORKERS: z
    .union([z.literal('auto'), positiveInt], { error: 'expected a number from 1 on, or auto' })
    .default(1),

  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected postgres://…')
    .optional(),
  DB_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected postgres://…')
    .optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_POOL_SIZE: positiveInt.default(10),
  DATABASE_CONNECT_TIMEOUT_MS: positiveInt.default(2_000),
  DATABASE_QUERY_TIMEOUT_MS: positiveInt.default(2_000),
  DATABASE_REPORT_TIMEOUT_MS: positiveInt.default(30_000),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'expected redis://…')
    .optional(),
  REDIS_CONNECT_TIMEOUT_MS: positiveInt.default(300),
  REDIS_COMMAND_TIMEOUT_MS: positiveInt.default(50),

  JWT_SECRET: secret.optional(),
  ENCRYPTION_KEY: secret.optional(),
  /** Older encryption keys, comma separated: still read, never written with. */
  ENCRYPTION_KEYS_OLD: list.optional(),
  API_KEY_PEPPER: secret.optional(),
  ADMIN_KEY: z.string().min(16, 'expected at least 16 characters').optional(),
  ADMIN_INITIAL_PASSWORD: z.string().min(15, 'expected at least 15 characters').max(128).optional(),

  CONFIG_PATH: z.string().min(1).optional(),
  PROVIDER_SUFFIX: z.string().min(1).optional(),
  VERIFY_SSL: flag.optional(),
  UPSTREAM_ALLOW_PRIVATE: list.optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['pretty', 'json']).optional(),
  CORS_ORIGINS: list.default([]),
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).default(0),

  DRAIN_TIMEOUT_MS: z.coerce.number().int().min(0).default(25_000),
  /** How long /health/ready says 503 before the listener closes, so that balancers notice. */
  DRAIN_DELAY_MS: z.coerce.number().int().min(0).optional(),
  MAX_BODY_BYTES: positiveInt.default(33_554_432),
  /** Bodies of all requests that are being served, together. */
  MAX_BUFFERED_BYTES: positiveInt.default(268_435_456),
  MAX_IN_FLIGHT: positiveInt.default(500),
  UPSTREAM_CONNECT_TIMEOUT_MS: positiveInt.default(1_000),
  UPSTREAM_FIRST_BYTE_TIMEOUT_MS: positiveInt.default(60_000),
  UPSTREAM_RESPONSE_TIMEOUT_MS: positiveInt.default(600_000),
  UPSTREAM_IDLE_TIMEOUT_MS: positiveInt.default(90_000),
  UPSTREAM_MAX_STREAM_MS: positiveInt.default(1_800_000),
  SLOW_READER_TIMEOUT_MS: positiveInt.default(60_000),
  CLIENT_HEADERS_TIMEOUT_MS: positiveInt.default(10_000),
  CLIENT_REQUEST_TIMEOUT_MS: positiveInt.default(60_000),
  KEEP_ALIVE_TIMEOUT_MS: positiveInt.default(75_000),
  /** How often the configuration file is looked at; a change is taken over when two looks in a row find it. */
  CONFIG_WATCH_INTERVAL_MS: z.coerce.number().int().min(1_000).default(1_000),
  CATALOG_POLL_INTERVAL_MS: positiveInt.default(5_000),
  CATALOG_MAX_STALE_MS: positiveInt.default(1_800_000),
  MODEL_LIST_TTL_MS: positiveInt.default(300_000),
  MODEL_LIST_TIMEOUT_MS: positiveInt.default(3_000),
  /** Real tries one request may make; walking over refused credentials is none. */
  MAX_ATTEMPTS: positiveInt.default(3),
  /** Retries a model's requests may cause, as a share of them; and how many whatever the traffic. */
  RETRY_BUDGET_PERCENT: percent.default(20),
  RETRY_BUDGET_FLOOR_PER_SECOND: positiveInt.default(3),
  /** Time to the first token of a stream, and to a whole answer, from which on a call counts as slow. */
  SLOW_CALL_MS: positiveInt.default(15_000),
  SLOW_RESPONSE_MS: positiveInt.default(120_000),
  /** The circuit breaker of each model on each account looks at the calls of this time. */
  BREAKER_WINDOW_MS: positiveInt.default(30_000),
  /** Rates count from this many calls in it. */
  BREAKER_MINIMUM_CALLS: positiveInt.default(10),
  BREAKER_FAILURE_PERCENT: percent.default(50),
  BREAKER_SLOW_PERCENT: percent.default(80),
  BREAKER_CONSECUTIVE_FAILURES: positiveInt.default(5),
  /** How long it stays open at first; doubled each time, up to the maximum. */
  BREAKER_OPEN_MS: positiveInt.default(10_000),
  BREAKER_MAX_OPEN_MS: positiveInt.default(300_000),
  /** Probes that must succeed before it closes, and how long one may hang. */
  BREAKER_HALF_OPEN_CALLS: positiveInt.default(3),
  BREAKER_MAX_HALF_OPEN_MS: positiveInt.default(60_000),
  /** How often accounts without traffic are asked for their model list, which is free; 0: never. */
  HEALTH_PROBE_INTERVAL_MS: z.coerce.number().int().min(0).default(30_000),
  /** Space in DATA_DIR for usage records that are not in the database yet; when it is used up, nothing is served. */
  JOURNAL_MAX_BYTES: z.coerce.number().int().min(65_536).default(1_073_741_824),
  /** How long usage records are kept. */
  USAGE_RETENTION_DAYS: positiveInt.default(90),
  /** How long their sums by hour and day are kept; not less than the records. */
  USAGE_SUMMARY_RETENTION_DAYS: positiveInt.default(730),
  /** How long a power cut, though not a killed process, may be ahead of the disk. */
  JOURNAL_COMMIT_INTERVAL_MS: positiveInt.default(10),
  /** Instances that share the limits, as long as Redis does not tell how many there are. */
  INSTANCE_COUNT: positiveInt.default(1),
  /** How long Redis counts a running request whose instance does not renew it: it has died. */
  LIMIT_LEASE_MS: positiveInt.default(20_000),
  /** How long a request may wait for a place when its key is at max_concurrency; 0: it does not wait. */
  CONCURRENCY_QUEUE_TIMEOUT_MS: z.coerce.number().int().min(0).max(500).default(0),
  /** Requests that may wait for one key or user. */
  CONCURRENCY_QUEUE_LENGTH: positiveInt.default(100),
  /** Output tokens that limits and budgets expect of a request that does not name its maximum. */
  OUTPUT_TOKENS_ESTIMATE: positiveInt.default(1_024),
  BUDGET_REFRESH_INTERVAL_MS: positiveInt.default(30_000),
  BUDGET_MAX_STALE_MS: positiveInt.default(120_000),
  /** Percentages of a budget that are told of when they are reached. */
  BUDGET_THRESHOLDS: list
    .transform((items) => items.map(Number))
    .pipe(z.array(z.number().int().min(1).max(100)))
    .default([50, 80, 95, 100]),
  BUDGET_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  BUDGET_WEBHOOK_SECRET: secret.optional(),
  ACCESS_TOKEN_TTL_SECONDS: positiveInt.default(900),
  REFRESH_TOKEN_TTL_SECONDS: positiveInt.default(1_209_600),
});

export type Environment = z.infer<typeof environmentSchema>;

export const VARIABLE_NAMES: readonly string[] = Object.keys(environmentSchema.shape);

/**
 * The variable somebody probably meant. Short names must match but for one letter or their order, because `PATH` is not
 * a misspelt `PORT`.
 */
export function misspelt(name: string): string | undefined {
  if (VARIABLE_NAMES.includes(name)) return undefined;
  return VARIABLE_NAMES.find((known) => {
    const allowed = known.length <= 6 ? 1 : 2;
    return Math.abs(known.length - name.length) <= allowed && distance(known, name) <= allowed;
  });
}

/** Edits between two words, a swap of neighbours counting as one (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      rows[i]![j] = best;
    }
  }
  return rows[a.length]![b.length]!;
}
