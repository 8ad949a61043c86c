/** The largest `integer` of PostgreSQL. */
export const MAX_INTEGER = 2_147_483_647;
