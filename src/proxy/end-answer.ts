import type { ServerResponse } from 'node:http';

/** Ends an answer. What the system has not taken by then waits for the client, but not for ever. */
export function endAnswer(response: ServerResponse, slowReaderMs: number, rest?: Buffer): void {
  if (rest) response.end(rest);
  else response.end();
  if (response.writableLength > 0) response.setTimeout(slowReaderMs, () => response.destroy());
}
