import { createRequire } from 'node:module';
import type { DestinationStream } from 'pino';
import type { PrettyOptions } from 'pino-pretty';

/** Colours for a terminal; loaded only when somebody looks at one. */
export function pretty(): DestinationStream {
  const load = createRequire(import.meta.url);
  const build = load('pino-pretty') as (options: PrettyOptions) => DestinationStream;
  return build({
    sync: true,
    ignore: 'context',
    messageFormat: '{if context}[{context}] {end}{msg}',
  });
}
