import { GatewayError } from '../common/gateway-error.js';
import type { Outcome, OutcomeKind, RefusedAnswer } from '../providers/outcome.js';

interface Rendering {
  status: number;
  code: string;
  message: string;
  shouldRetry?: boolean;
}

const CREDENTIAL: Rendering = {
  status: 502,
  code: 'upstream_credentials_exhausted',
  message: 'no upstream account accepted its credential',
  shouldRetry: false,
};

/** What a client hears when every account that could be asked has failed. The provider's own words stay in the record. */
const RENDERINGS: Partial<Record<OutcomeKind, Rendering>> = {
  first_byte_timeout: {
    status: 504,
    code: 'upstream_timeout',
    message: 'the upstream did not answer in time',
  },
  timeout: {
    status: 504,
    code: 'upstream_timeout',
    message: 'the upstream did not answer in time',
  },
  unavailable: {
    status: 503,
    code: 'upstream_unavailable',
    message: 'the upstream is not available',
  },
  cancelled: { status: 503, code: 'unavailable', message: 'the gateway is stopping' },
  overloaded: { status: 503, code: 'upstream_overloaded', message: 'the upstream is overloaded' },
  rate_limited: {
    status: 429,
    code: 'upstream_rate_limited',
    message: 'the upstream accounts are rate limited',
  },
  quota_exhausted: {
    status: 503,
    code: 'upstream_quota',
    message: 'the upstream accounts have used up their quota',
    shouldRetry: false,
  },
  credential_rejected: CREDENTIAL,
  access_denied: CREDENTIAL,
  token_expired: CREDENTIAL,
  malformed: {
    status: 502,
    code: 'upstream_invalid_response',
    message: 'the upstream sent an invalid response',
  },
  unreachable: {
    status: 502,
    code: 'upstream_unreachable',
    message: 'the upstream cannot be reached',
  },
};

const OTHERWISE: Rendering = {
  status: 502,
  code: 'upstream_error',
  message: 'the upstream failed',
};

export class UpstreamFailedError extends GatewayError {
  readonly status: number;
  readonly code: string;

  constructor({ kind, detail, retryAfterMs }: Outcome) {
    const { status, code, message, shouldRetry } = RENDERINGS[kind] ?? OTHERWISE;
    super(message, {
      cause: detail,
      ...(retryAfterMs !== null && { retryAfterSeconds: retryAfterMs / 1000 }),
      ...(shouldRetry !== undefined && { shouldRetry }),
    });
    this.status = status;
    this.code = code;
  }
}

/** The upstream refused the request itself: the client gets its words, for only the client can mend it. */
export class RequestRefusedError extends Error {
  constructor(readonly answer: RefusedAnswer) {
    super(`the upstream refused the request with ${answer.status}`);
  }
}

/** The same for a client of another protocol: the provider's message under its own status. */
export class TranslatedRefusalError extends GatewayError {
  readonly status: number;
  readonly code: string;

  constructor({ status, detail }: Outcome) {
    super(detail);
    // Some providers refuse under status 200.
    this.status = status !== null && status >= 400 ? status : 400;
    this.code = status === 404 ? 'model_not_found' : 'upstream_refused';
  }
}
