import pg from 'pg';

/**
 * Gives a connection up on which an answer did not come in time. It would go back to the pool, and every later query would
 * wait behind the one that hangs: TCP itself takes a quarter of an hour to notice that the other side is gone.
 */
export class ImpatientClient extends pg.Client {
  /** In one signature for the seven of the original, which all end here. */
  override query(...parameters: unknown[]): never {
    const answer: unknown = super.query(...(parameters as [string]));
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        if (isReadTimeout(error)) void this.end().catch(() => {});
      });
    }
    return answer as never;
  }
}

/** node-postgres gives its time-out no code. */
function isReadTimeout(error: unknown): boolean {
  return (error as Error).message === 'Query read timeout';
}
