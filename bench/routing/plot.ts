import { ACCOUNTS, DURATION_MS, INCIDENTS } from './scenario.js';
import type { Outcome, Run } from './simulation.js';
import { percentile } from './summary.js';

const BUCKET_MS = 10_000;
const BUCKETS = DURATION_MS / BUCKET_MS;
const COLUMNS = 3;
const PANEL = { width: 270, shares: 96, latency: 56, gap: 10 };
const MARGIN = { left: 44, top: 108, right: 14, between: 46, row: 60 };
/** Readable on white and on black. */
const GRAY = '#848d97';
const LINE = '#d97706';
const COLORS = ['#4878a8', '#5aa35a', '#8fc79a', '#c45f5f', '#a583b8', '#c9a54c'];
/** Seconds, on a logarithmic scale. */
const LATENCY = { least: 0.3, most: 30, ticks: [1, 10] };

/** For each strategy where the requests went, and how long the slowest of them took, over the time of the simulation. */
export function plot(runs: readonly Run[]): string {
  const rows = Math.ceil(runs.length / COLUMNS);
  const panelHeight = PANEL.shares + PANEL.gap + PANEL.latency;
  const width =
    MARGIN.left + COLUMNS * (PANEL.width + MARGIN.between) - MARGIN.between + MARGIN.right;
  const height = MARGIN.top + rows * (panelHeight + MARGIN.row) - 40;
  const panels = runs.map((run, index) => {
    const x = MARGIN.left + (index % COLUMNS) * (PANEL.width + MARGIN.between);
    const y = MARGIN.top + Math.floor(index / COLUMNS) * (panelHeight + MARGIN.row);
    return `<g transform="translate(${x} ${y})">${panel(run)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="10" fill="${GRAY}">`,
    '<title>Where requests go and how long they wait, by strategy, while accounts are in trouble</title>',
    legend(),
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function legend(): string {
  const accounts = ACCOUNTS.map(({ id, weight }, index) => {
    const x = MARGIN.left + index * 150;
    return `<rect x="${x}" y="12" width="10" height="10" rx="2" fill="${COLORS[index]}"/>${text(x + 15, 21, `${id} (weight ${weight})`)}`;
  });
  const incidents = INCIDENTS.map(({ accountId, what }, index) => {
    const x = MARGIN.left + (index % 3) * 290;
    const y = 45 + Math.floor(index / 3) * 16;
    return `<rect x="${x}" y="${y - 9}" width="12" height="12" rx="3" fill="${colorOf(accountId)}"/>${text(x + 6, y, String(index + 1), 'text-anchor="middle" fill="#fff" font-size="9"')}${text(x + 18, y, `${accountId}: ${what}`)}`;
  });
  const line = `<path d="M${MARGIN.left + 580} 57h16" stroke="${LINE}" stroke-width="1.5"/>${text(MARGIN.left + 601, 61, 'p95 to the first token, seconds')}`;
  return [...accounts, ...incidents, line].join('');
}

function panel({ strategy, outcomes }: Run): string {
  const bottom = PANEL.shares + PANEL.gap + PANEL.latency;
  const ticks = [0, 2, 4, 6, 8, 10].map((minute) => {
    const x = xOf(minute * 60_000);
    return text(x, bottom + 13, minute === 10 ? '10 min' : String(minute), 'text-anchor="middle"');
  });
  return [
    text(0, -20, strategy, 'font-size="12" font-weight="600"'),
    ...INCIDENTS.map(incidentBar),
    shares(outcomes),
    text(-6, 8, '100 %', 'text-anchor="end"'),
    text(-6, PANEL.shares, '0', 'text-anchor="end"'),
    `<g transform="translate(0 ${PANEL.shares + PANEL.gap})">${latency(outcomes)}</g>`,
    ...ticks,
  ].join('');
}

function incidentBar({ accountId, from, to }: (typeof INCIDENTS)[number], index: number): string {
  const [x, width] = [xOf(from), xOf(to) - xOf(from)];
  const height = PANEL.shares + PANEL.gap + PANEL.latency;
  return [
    `<rect x="${x}" y="-12" width="${width}" height="10" rx="2" fill="${colorOf(accountId)}"/>`,
    text(x + width / 2, -4, String(index + 1), 'text-anchor="middle" fill="#fff" font-size="8.5"'),
    `<rect x="${x}" y="0" width="${width}" height="${height}" fill="${GRAY}" fill-opacity="0.13"/>`,
  ].join('');
}

/** Shares of tries, stacked; the account of an incident can be followed through its color. */
function shares(outcomes: readonly Outcome[]): string {
  const counts = Array.from({ length: BUCKETS }, () => ACCOUNTS.map(() => 0));
  for (const { accountId, at } of outcomes.flatMap(({ tries }) => tries)) {
    const bucket = counts[Math.floor(at / BUCKET_MS)];
    if (bucket) bucket[ACCOUNTS.findIndex(({ id }) => id === accountId)]!++;
  }
  const edges = counts.map((bucket) => {
    const total = bucket.reduce((sum, count) => sum + count, 0);
    let below = 0;
    return [0, ...bucket.map((count) => (below += count) / total)];
  });
  return ACCOUNTS.map((_, index) => {
    const upper = edges.map((edge, bucket) => step(bucket, edge[index + 1]!));
    const lower = edges.map((edge, bucket) => step(bucket, edge[index]!)).reverse();
    return `<path d="M${[...upper, ...lower].join('L')}Z" fill="${COLORS[index]}" fill-opacity="0.85"/>`;
  }).join('');
}

function latency(outcomes: readonly Outcome[]): string {
  const buckets = Array.from({ length: BUCKETS }, (): number[] => []);
  for (const { request, firstTokenMs } of outcomes) {
    if (firstTokenMs === null || !request.request.stream) continue;
    buckets[Math.floor(request.at / BUCKET_MS)]!.push(firstTokenMs / 1_000);
  }
  const points = buckets.map((values, bucket) => {
    const y = latencyY(percentile(values, 0.95));
    return `${xOf((bucket + 0.5) * BUCKET_MS).toFixed(1)} ${y.toFixed(1)}`;
  });
  const grid = LATENCY.ticks.map((seconds) => {
    const y = latencyY(seconds).toFixed(1);
    return `<path d="M0 ${y}H${PANEL.width}" stroke="${GRAY}" stroke-opacity="0.4" stroke-width="0.7"/>${text(-6, Number(y) + 3, `${seconds} s`, 'text-anchor="end"')}`;
  });
  return `${grid.join('')}<path d="M0 ${PANEL.latency}H${PANEL.width}" stroke="${GRAY}"/><path d="M${points.join('L')}" fill="none" stroke="${LINE}" stroke-width="1.5" stroke-linejoin="round"/>`;
}

function latencyY(seconds: number): number {
  const { least, most } = LATENCY;
  const share = Math.log(Math.max(seconds, least) / least) / Math.log(most / least);
  return PANEL.latency * (1 - Math.min(1, share));
}

function step(bucket: number, share: number): string {
  // From edge to edge: the first and the last one are drawn to the ends of the axis.
  const x =
    bucket === 0 ? 0 : bucket === BUCKETS - 1 ? PANEL.width : xOf((bucket + 0.5) * BUCKET_MS);
  return `${x.toFixed(1)} ${(PANEL.shares * (1 - share)).toFixed(1)}`;
}

function xOf(ms: number): number {
  return (ms / DURATION_MS) * PANEL.width;
}

function colorOf(accountId: string): string {
  return COLORS[ACCOUNTS.findIndex(({ id }) => id === accountId)]!;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content}</text>`;
}
