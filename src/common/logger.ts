import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';
import { GatheredLines } from './gathered-lines.js';
import { isoTime } from './iso-time.js';
import { pretty } from './pretty-log.js';

export interface LogOptions {
  level: string;
  format: 'pretty' | 'json';
  /** Says in every line which of several processes it comes from. */
  worker?: number;
}

/** Things that must never reach a log, whatever carried them there: keys, tokens, and the password in a database's address. */
const SECRET_SHAPES = new RegExp(
  [
    /\bsk-[\w-]{8,}/,
    /\bAIza[\w-]{30,}/,
    /\bbce-v3\/[\w/-]+/,
    /\beyJ[\w-]+\.[\w-]+\.[\w-]+/,
    /\bBearer\s+[\w.~+/=-]{8,}/,
    /(?<=\b[a-z]+:\/\/[^\s:/@]*:)[^\s/@]+(?=@)/,
    /-----BEGIN [\s\S]*?-----END [A-Z ]+-----/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

const MAX_WAITING_BYTES = 8_192;
/** Linux writes so many bytes to a pipe in one piece, however full it is: lines of several workers must not run into each other. */
const MAX_BYTES_AMONG_WORKERS = 4_096;

/** Contexts in which Nest tells of every module and every route at each start. */
const NEST_ROUTINE = new Set<unknown>([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

export function scrub(text: string): string {
  return text.replace(SECRET_SHAPES, '[redacted]');
}

/** Structured logs; Nest's own messages and ours go through the same stream. */
export class Logger implements LoggerService {
  private constructor(
    private readonly pino: PinoLogger,
    /** Where JSON goes; null where pino writes for people. */
    private readonly lines: GatheredLines | null = null,
    private readonly worker?: number,
  ) {}

  static create({ level, format, worker }: LogOptions): Logger {
    const options = {
      level,
      base: worker === undefined ? null : { worker },
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      serializers: { error: serializeError },
    };
    if (format === 'pretty') return new Logger(pino(options, pretty()));
    const lines = gathered(worker === undefined ? MAX_WAITING_BYTES : MAX_BYTES_AMONG_WORKERS);
    return new Logger(pino(options, lines), lines, worker);
  }

  /** For specs: says nothing. */
  static silent(): Logger {
    return new Logger(pino({ level: 'silent' }));
  }

  /**
   * A finished request, one line: the fields are the message. As pino would write it, but for all fields at once: it copies the
   * line for each of them.
   */
  request(fields: Record<string, unknown>): void {
    if (this.lines === null) this.pino.info(fields, 'request');
    else if (this.pino.isLevelEnabled('info')) this.lines.write(this.requestLine(fields));
  }

  private requestLine(fields: Record<string, unknown>): string {
    const { worker } = this;
    const head = { level: 'info', time: isoTime(Date.now()), worker };
    return `${JSON.stringify({ ...head, ...fields, msg: 'request' })}\n`;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(rest.some((item) => NEST_ROUTINE.has(item)) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const fields: Record<string, unknown> = {};
    for (const item of rest) {
      if (typeof item === 'string') fields['context'] ??= item;
      else if (isError(item)) fields['error'] = item;
      else if (item && typeof item === 'object') Object.assign(fields, item);
    }
    if (isError(message)) this.pino[level]({ ...fields, error: message }, scrub(message.message));
    else this.pino[level](fields, scrub(String(message)));
    this.lines?.flush();
  }
}

function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value && 'stack' in value;
}

/** Code and stack of an error and of what caused it, without the free-form properties drivers hang on them. */
function serializeError(error: unknown): unknown {
  if (!isError(error)) return scrub(String(error));
  return {
    type: error.name,
    code: (error as { code?: unknown }).code,
    message: scrub(error.message),
    stack: scrub(error.stack ?? ''),
    cause: error.cause === undefined ? undefined : serializeError(error.cause),
  };
}

/**
 * The standard output. A write a line would be a tenth of the work on a small request, so lines of requests wait for their
 * neighbours: not for long, and the end of the process writes what waits.
 */
function gathered(maxBytes: number): GatheredLines {
  const output = pino.destination({ dest: 1, sync: true });
  const lines = new GatheredLines((text) => output.write(text), { maxBytes, delayMs: 200 });
  process.once('exit', () => lines.flush());
  return lines;
}
