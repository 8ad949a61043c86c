/** What any provider says when it refuses, whatever shape it says it in. */
export interface ProviderError {
  message: string;
  /** `type`, `code` and `status` words of the body, lower case: providers put the same word in different places. */
  words: readonly string[];
  /** Gemini's RetryInfo, in milliseconds. */
  retryDelayMs: number | null;
}

/** The words of an `error` member: a text, an object with a message, or whatever it is. */
export function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = (error as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : JSON.stringify(error ?? 'error');
}

interface ErrorFields {
  message?: unknown;
  type?: unknown;
  code?: unknown;
  status?: unknown;
  details?: unknown;
  error_code?: unknown;
}

/**
 * Reads OpenAI's and Anthropic's `{error: {…}}`, Gemini's (also wrapped in an array), Mistral's flat object, xAI's
 * `{code, error: "text"}`, FastAPI's `{detail}` and ERNIE's `{error_code, error_msg}`. Null when the body is none of these,
 * such as the HTML page of a proxy in between.
 */
export function readProviderError(body: Buffer): ProviderError | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  const root = (Array.isArray(parsed) ? parsed[0] : parsed) as Record<string, unknown> | null;
  if (typeof root !== 'object' || root === null) return null;
  const { error } = root;
  if (typeof error === 'object' && error !== null) return fromFields(error, root);
  if (typeof error === 'string') return fromFields({ ...root, message: error }, root);
  if ('message' in root) return fromFields(root, root);
  if ('detail' in root) return fromFields({ message: detailText(root['detail']) }, root);
  if ('error_msg' in root) return fromFields({ ...root, message: root['error_msg'] }, root);
  return null;
}

function fromFields(fields: ErrorFields, root: Record<string, unknown>): ProviderError {
  const { message, type, code, status, details, error_code } = fields;
  const found = [type, code, status, error_code, root['code'], root['type'], reasonOf(details)];
  return {
    message: typeof message === 'string' ? message : JSON.stringify(message ?? ''),
    words: found
      .filter((word) => typeof word === 'string' || typeof word === 'number')
      .map((word) => String(word).toLowerCase()),
    retryDelayMs: retryDelayOf(details),
  };
}

function detailText(detail: unknown): string {
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

function entriesOf(details: unknown): Record<string, unknown>[] {
  return Array.isArray(details)
    ? details.filter((item) => typeof item === 'object' && item !== null)
    : [];
}

/** google.rpc.ErrorInfo */
function reasonOf(details: unknown): unknown {
  if (typeof details === 'object' && details !== null && 'error_code' in details) {
    return details.error_code;
  }
  return entriesOf(details).find(({ reason }) => reason !== undefined)?.['reason'];
}

/** google.rpc.RetryInfo: `"37s"` or `"0.5s"`. */
function retryDelayOf(details: unknown): number | null {
  const delay = entriesOf(details).find(({ retryDelay }) => retryDelay !== undefined)?.[
    'retryDelay'
  ];
  const seconds = typeof delay === 'string' ? Number(delay.replace(/s$/, '')) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
