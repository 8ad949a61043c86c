import { RequestDto } from './dto/request.dto.js';

const COLUMNS: readonly (keyof RequestDto)[] = [
  'id',
  'started_at',
  'key_id',
  'key_name',
  'user_id',
  'operation',
  'client_protocol',
  'requested_model',
  'model',
  'provider',
  'account_id',
  'account_name',
  'stream',
  'status',
  'end_reason',
  'error_code',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'input_audio_tokens',
  'output_tokens',
  'reasoning_tokens',
  'output_audio_tokens',
  'total_tokens',
  'web_searches',
  'usage_source',
  'cost_usd',
  'adjustment_usd',
  'price_source',
  'latency_ms',
  'time_to_first_token_ms',
  'overhead_ms',
  'tags',
  'session',
  'upstream_request_id',
];

/** RFC 4180 with a header line, one chunk of text a batch. */
export async function* toCsv(batches: AsyncIterable<RequestDto[]>): AsyncGenerator<string> {
  yield line(COLUMNS);
  for await (const batch of batches) {
    yield batch.map((request) => line(COLUMNS.map((column) => request[column]))).join('');
  }
}

type Value = RequestDto[keyof RequestDto];

function line(values: readonly Value[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front: model names, tags and sessions are whatever
 * a client sends. See OWASP, "CSV Injection".
 */
export function cell(value: Value): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string' && !Array.isArray(value)) return String(value);
  const text = Array.isArray(value) ? value.join(' ') : value;
  const safe = /^\s*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
