export type Grouping = 'model' | 'provider' | 'account' | 'key' | 'user' | 'tag' | 'hour' | 'day';

/** How one grouping is said in SQL, over usage_facts and the sums by everything at once. */
interface GroupingSql {
  /** What a row belongs to, or null for what has none. */
  group: string;
  /** The group as people read it; as it is, when left out. */
  shown?: (group: string) => string;
  /** What people call the group, when `group` is an id. */
  name?: string;
  /** Along the calendar; otherwise the busiest first. */
  byTime?: boolean;
}

export const GROUPING_SQL: Readonly<Record<Grouping, GroupingSql>> = {
  model: { group: 'coalesce(model, requested_model)' },
  provider: { group: 'provider' },
  account: { group: 'account_id::text', name: 'account_name' },
  key: { group: 'api_key_id::text', name: 'api_key_name' },
  user: { group: 'user_id::text' },
  tag: { group: 'tag' },
  hour: { group: "date_trunc('hour', at, 'UTC')", shown: rfc3339, byTime: true },
  day: { group: "date_trunc('day', at, 'UTC')", shown: rfc3339, byTime: true },
};

export const GROUPINGS = Object.keys(GROUPING_SQL) as Grouping[];

/** Which rows count each request once; for groups by tag, those that count it once under each of its tags. */
export function countedRows(grouping: Grouping | null, isFilteredByTag: boolean): string {
  if (isFilteredByTag) return 'tag IS NOT NULL';
  return grouping === 'tag' ? '(tag IS NOT NULL OR NOT tagged)' : 'tag IS NULL';
}

/** Only what is shown is made text of: a time is grouped by in a fraction of the time that its text takes. */
function rfc3339(group: string): string {
  return `to_char(${group} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
