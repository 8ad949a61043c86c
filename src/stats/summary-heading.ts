import type { UsageFilter } from './dto/usage-filter.dto.js';
import type { Grouping } from './grouping.js';

const HEADINGS = {
  owner: 'user',
  user_id: 'user',
  key_id: 'key',
  account_id: 'account',
  provider: 'provider',
  tag: 'tag',
} as const satisfies Record<string, Grouping>;

/** What stands in the sums by one thing at a time. */
export interface Heading {
  readonly name: Grouping | 'all';
  /** The only one that is meant. */
  readonly group?: string;
}

/**
 * Where the sums by one thing at a time have the answer: for questions about everything under any heading, and along the time
 * for those about one key, person, account, provider or tag. Null where they have not.
 * @param owner whose requests alone may be seen; null for everybody's
 * @param whole the heading of the groups that are asked for; `all` for none, or those of time
 */
export function headingFor(
  query: UsageFilter,
  owner: string | null,
  whole: Heading['name'],
): Heading | null {
  const { user_id, key_id, account_id, provider, tag, model, status } = query;
  if (model !== undefined || status !== undefined) return null;
  const named = Object.entries({ owner, user_id, key_id, account_id, provider, tag }).filter(
    ([, group]) => group !== undefined && group !== null,
  ) as [keyof typeof HEADINGS, string][];
  const [only, more] = named;
  if (!only) return { name: whole };
  if (more || whole !== 'all') return null;
  const [field, group] = only;
  // Ids stand there as PostgreSQL writes them.
  return { name: HEADINGS[field], group: field.endsWith('_id') ? group.toLowerCase() : group };
}
