import { INCIDENTS } from './scenario.js';
import type { Summary } from './summary.js';

/** Columns of equal width, so that it reads well in a terminal as in a page. */
export function table(summaries: readonly Summary[]): string {
  const rows = [
    [
      'strategy',
      'p50 ms',
      'p99 ms',
      'USD/1,000',
      'errors',
      'retries/1,000',
      'same account',
      ...INCIDENTS.map((_, index) => `to ${index + 1}`),
      'busiest',
    ],
    ...summaries.map(row),
  ];
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]!.length)),
  );
  const lines = rows.map((cells) => line(cells.map((cell, column) => pad(cell, column, widths))));
  const rule = line(
    widths.map((width, column) => (column ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))),
  );
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function row(summary: Summary): string[] {
  return [
    summary.strategy,
    summary.p50Ms.toFixed(0),
    summary.p99Ms.toFixed(0),
    summary.cost.toFixed(2),
    percent(summary.errors, 2),
    summary.retries.toFixed(1),
    percent(summary.sameAccount, 0),
    ...summary.troubled.map((share) => percent(share, 1)),
    percent(summary.busiest, 0),
  ];
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  return column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
