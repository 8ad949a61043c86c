import type { MemoryMark, Soak } from './measurements/memory.ts';
import type { Neighbours } from './measurements/neighbours.ts';
import type { WorkersResult } from './measurements/workers.ts';
import type { OpenStreams } from './measurements/open-streams.ts';
import type { Figure } from './statistics.ts';
import { isAgreed, type Added, type TargetSummary } from './summary.ts';

export interface MemoryStory {
  readonly target: string;
  readonly idle: MemoryMark;
  readonly loaded: number;
  readonly after: MemoryMark;
}

export function printWorkload(name: string, summaries: readonly TargetSummary[]): void {
  print(
    `${name}: CPU µs a request and as a multiple of the bare relay; latency in ms over direct`,
    summaries.map(rowOf),
  );
}

function rowOf(summary: TargetSummary): Record<string, string> {
  const { target, failure } = summary;
  if (failure !== null) return { target, fails: failure.slice(0, 110) };
  return {
    target,
    'cpu µs': fixed(summary.cpuUs, 0),
    '× bare': ratio(summary.cpuRatio),
    'db µs': summary.databaseCpuUs?.median ? fixed(summary.databaseCpuUs, 0) : '',
    'req/s': fixed(summary.requestsPerSecond, 0),
    'one p50/90/99': percentiles(summary.addedSingleMs),
    'loaded p50/90/99': percentiles(summary.addedLoadedMs),
    'first byte p50/99': firstByte(summary.addedFirstByteMs),
    errors: String(summary.errors),
  };
}

export function printOpenStreams(rows: readonly OpenStreams[]): void {
  print(
    '1,000 open streams, an event a second each',
    rows.map((row) => ({
      target: row.target,
      completed: String(row.completed),
      'loop delay p99 ms': row.eventLoopDelayP99Ms.toFixed(1),
      'kB a stream (heap)': (row.heapBytesPerStream / 1_024).toFixed(1),
      'kB a stream (resident)': (row.residentBytesPerStream / 1_024).toFixed(1),
      'cpu µs an event': row.cpuUsPerEvent.toFixed(1),
      errors: errorsOf(row.errors),
    })),
  );
}

export function printNeighbours(rows: readonly Neighbours[]): void {
  print(
    'p99 in ms of small requests, alone and beside ten 300 KB prompts a second',
    rows.map((row) => ({
      target: row.target,
      alone: fixed(row.aloneP99Ms, 2),
      beside: fixed(row.besideP99Ms, 2),
      '×': ratio(row.ratio),
      errors: String(row.errors),
    })),
  );
}

export function printMemory(stories: readonly MemoryStory[], soak: Soak | null): void {
  print(
    'memory in MB: used after collection, and resident',
    stories.map(({ target, idle, loaded, after }) => ({
      target,
      'idle used': megabytes(idle.used),
      'idle resident': megabytes(idle.resident),
      'loaded resident': megabytes(loaded),
      'after used': megabytes(after.used),
      'after resident': megabytes(after.resident),
    })),
  );
  if (soak) {
    const { target, requests, growth, errors } = soak;
    say(`${target}: ${megabytes(growth)} MB more after ${requests} requests, ${errors} errors`);
  }
}

export function printStartUp(figure: Figure | null): void {
  say(`gateway: ${fixed(figure, 0)} ms from start to ready with an initialised database`);
}

export function printWorkers(rows: readonly WorkersResult[]): void {
  print(
    '1 KB JSON by several workers, each on three tenths of a core of its own',
    rows.map((row) => ({
      workers: String(row.workers),
      'req/s': fixed(row.requestsPerSecond, 0),
      '× one': ratio(row.timesOne),
      'cpu µs a request': fixed(row.workerCpuUs, 0),
      'of the primary': fixed(row.primaryCpuUs, 0),
      'share of the busiest': fixed(row.busiestShare, 2),
      errors: String(row.errors),
    })),
  );
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function print(title: string, rows: readonly Record<string, string>[]): void {
  say(`\n${title}`);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]!.length)));
  for (const row of cells) {
    say(
      `  ${row.map((cell, index) => (index ? cell.padStart(widths[index]!) : cell.padEnd(widths[0]!))).join('  ')}`.trimEnd(),
    );
  }
}

function errorsOf(errors: Readonly<Record<string, number>>): string {
  const [first] = Object.keys(errors);
  const total = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return first === undefined ? '0' : `${total}, such as ${first.slice(0, 110)}`;
}

/** With the range of the rounds, and a question mark where they disagree. */
function ratio(figure: Figure | null): string {
  if (!figure) return '';
  const { median, min, max } = figure;
  return `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})${isAgreed(figure) ? '' : '?'}`;
}

function percentiles(added: Added | null): string {
  if (!added?.p50) return '';
  return [added.p50, added.p90, added.p99].map((figure) => fixed(figure, 2)).join(' / ');
}

function firstByte(added: Added | null): string {
  if (!added?.p50) return '';
  return [added.p50, added.p99].map((figure) => fixed(figure, 2)).join(' / ');
}

function fixed(figure: Figure | null, digits: number): string {
  return figure ? figure.median.toFixed(digits) : '';
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}
