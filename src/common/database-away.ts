/** Errors of the network, and of PostgreSQL: its class 08, the ends of connections in class 57, and "too many clients". */
const CODES =
  /^(ECONN|EHOSTUNREACH|ENETUNREACH|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|08|57P|53300)/;

/** What TypeORM says before it has been connected for the first time. */
const NAMES = new Set(['CannotExecuteNotConnectedError', 'EntityMetadataNotFoundError']);

/** What the two libraries say without a code: time-outs, connections that broke under a query, and none at all yet. */
const MESSAGES =
  /^(Query read timeout|timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Driver not Connected)/;

/** Whether the error is the database's absence and nothing else's fault. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, driverError, name, message } = error as {
    code?: unknown;
    driverError?: unknown;
    name?: string;
    message?: string;
  };
  if (driverError) return isDatabaseAway(driverError);
  if (name !== undefined && NAMES.has(name)) return true;
  return typeof code === 'string' ? CODES.test(code) : MESSAGES.test(message ?? '');
}
