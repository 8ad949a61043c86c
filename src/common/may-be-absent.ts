import { ValidateIf } from 'class-validator';

/** For a field of a DTO that may be left out but not be null; `@IsOptional()` would let null through as well. */
export const MayBeAbsent = (): PropertyDecorator =>
  ValidateIf((_, value: unknown) => value !== undefined);
