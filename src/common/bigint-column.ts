import type { ValueTransformer } from 'typeorm';

/** For a `bigint` column: the driver gives a string, because a number would lose digits. */
export const bigintColumn: ValueTransformer = {
  to: (value: bigint | null | undefined) => value?.toString() ?? value,
  from: (value: string | null) => (value === null ? null : BigInt(value)),
};
