import { InvalidRequestError } from '../common/gateway-error.js';
import type { RequestsQueryDto } from './dto/requests-query.dto.js';

/** Conditions on usage_records and their values, numbered as PostgreSQL wants them. */
export class UsageConditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  /** @param owner whose records alone may be seen; null for everybody's */
  static from(
    query: Partial<RequestsQueryDto>,
    owner: string | null,
    { from, to }: TimeRange = timeRange(query),
  ): UsageConditions {
    return new UsageConditions()
      .and('started_at >= ?', from?.toISOString())
      .and('started_at < ?', to?.toISOString())
      .and('user_id = ?', owner ?? undefined)
      .and('user_id = ?', query.user_id)
      .and('api_key_id = ?', query.key_id)
      .and('account_id = ?', query.account_id)
      .and('(model = ? OR requested_model = ?)', query.model, query.model)
      .and('provider = ?', query.provider)
      .and('status = ?', query.status)
      .and('? = ANY (tags)', query.tag)
      .and('end_reason = ?', query.end_reason)
      .and('latency_ms >= ?', query.min_latency_ms);
  }

  /** @param condition with a `?` for each value; left out when the first value is undefined */
  and(condition: string, ...values: unknown[]): this {
    if (values[0] === undefined) return this;
    let next = 0;
    this.parts.push(
      condition.replaceAll('?', () => {
        this.values.push(values[next++]);
        return `$${this.values.length}`;
      }),
    );
    return this;
  }

  get where(): string {
    return this.parts.length ? `WHERE ${this.parts.join(' AND ')}` : '';
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
