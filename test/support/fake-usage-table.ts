import type { RowWriter, WritableRow } from '../../src/stats/usage-writer.js';

/** A table with a primary key, which can be away. */
export class FakeUsageTable implements RowWriter {
  readonly rows = new Map<string, Record<string, unknown>>();
  isAway = false;
  repeated = 0;

  async write(rows: readonly WritableRow[]): Promise<void> {
    await new Promise(setImmediate);
    if (this.isAway) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    for (const { id: key, json } of rows) {
      if (this.rows.has(key)) this.repeated++;
      this.rows.set(key, JSON.parse(json.toString()) as Record<string, unknown>);
    }
  }

  setAside(): Promise<void> {
    return Promise.reject(new Error('nothing here is poisonous'));
  }

  reasonsById(): Map<string, unknown> {
    return new Map([...this.rows].map(([key, row]) => [key, row['end_reason']]));
  }

  /** By the number in the id. */
  reasons(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.rows].map(([key, row]) => [String(Number(key.slice(-12))), row['end_reason']]),
    );
  }
}
