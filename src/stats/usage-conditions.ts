import { InvalidRequestError } from '../common/gateway-error.js';
import type { RequestsQuery } from './dto/requests-query.dto.js';
import type { UsageFilter } from './dto/usage-filter.dto.js';

/** Conditions on usage records and their values, numbered as PostgreSQL wants them. */
export class UsageConditions {
  private readonly parts: string[] = [];

  /** @param values those of the other parts of the same query, which these are added to */
  constructor(readonly values: unknown[] = []) {}

  /**
   * On usage_records.
   * @param owner whose records alone may be seen; null for everybody's
   */
  static from(
    query: Partial<RequestsQuery>,
    owner: string | null,
    { from, to }: TimeRange = timeRange(query),
  ): UsageConditions {
    return new UsageConditions()
      .common(query, owner)
      .and('started_at >= ?', from?.toISOString())
      .and('started_at < ?', to?.toISOString())
      .and('? = ANY (tags)', query.tag)
      .and('end_reason = ?', query.end_reason)
      .and('latency_ms >= ?', query.min_latency_ms);
  }

  /** On usage_facts and the roll-ups, which have a row for each tag. */
  static forFacts(query: UsageFilter, owner: string | null, values: unknown[]): UsageConditions {
    return new UsageConditions(values).common(query, owner).and('tag = ?', query.tag);
  }

  private common(query: UsageFilter, owner: string | null): this {
    return this.and('user_id = ?', owner ?? undefined)
      .and('user_id = ?', query.user_id)
      .and('api_key_id = ?', query.key_id)
      .and('account_id = ?', query.account_id)
      .and('(model = ? OR requested_model = ?)', query.model, query.model)
      .and('provider = ?', query.provider)
      .and('status = ?', query.status);
  }

  /** @param condition with a `?` for each value; left out when the first value is undefined */
  and(condition: string, ...values: unknown[]): this {
    if (values[0] === undefined) return this;
    this.parts.push(this.numbered(condition, values));
    return this;
  }

  get where(): string {
    return this.parts.length ? `WHERE ${this.parts.join(' AND ')}` : '';
  }

  private numbered(condition: string, values: readonly unknown[]): string {
    let next = 0;
    return condition.replaceAll('?', () => {
      this.values.push(values[next++]);
      return `$${this.values.length}`;
    });
  }
}

export interface TimeRange {
  from?: Date;
  to?: Date;
}

/** Throws InvalidRequestError naming the field for a time that does not exist and for an empty range. */
export function timeRange(query: { from?: string; to?: string }): TimeRange {
  const from = instant('from', query.from);
  const to = instant('to', query.to);
  if (from && to && from >= to) {
    throw new InvalidRequestError('from: must be before to', { param: 'from' });
  }
  return { ...(from && { from }), ...(to && { to }) };
}

function instant(param: 'from' | 'to', text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  const date = text.slice(0, 10);
  // Date takes the 31st of June for the 1st of July.
  if (Number.isNaN(time.getTime()) || !new Date(date).toISOString().startsWith(date)) {
    throw new InvalidRequestError(`${param}: no such time`, { param });
  }
  return time;
}
