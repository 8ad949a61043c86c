export type Grouping = 'model' | 'provider' | 'account' | 'key' | 'user' | 'tag' | 'hour' | 'day';

/** How one grouping is said in SQL. */
interface GroupingSql {
  /** Text, or null for what has none. */
  group: string;
  /** What people call the group, when `group` is an id. */
  name?: string;
  join?: string;
  /** Along the calendar; otherwise the busiest first. */
  byTime?: boolean;
}

export const GROUPING_SQL: Readonly<Record<Grouping, GroupingSql>> = {
  model: { group: 'coalesce(model, requested_model)' },
  provider: { group: 'provider' },
  account: { group: 'account_id::text', name: 'account_name' },
  key: { group: 'api_key_id::text', name: 'api_key_name' },
  user: { group: 'user_id::text' },
  tag: {
    group: 'tag',
    join: 'LEFT JOIN LATERAL (SELECT DISTINCT unnest(tags) AS tag) AS tagged ON true',
  },
  hour: { group: timestamp('hour'), byTime: true },
  day: { group: timestamp('day'), byTime: true },
};

export const GROUPINGS = Object.keys(GROUPING_SQL) as Grouping[];

function timestamp(unit: 'hour' | 'day'): string {
  return `to_char(date_trunc('${unit}', started_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
