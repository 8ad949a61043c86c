import { ValidateBy } from 'class-validator';
import type { ZodType } from 'zod';

/** The value is what the configuration file would accept in its place; the message says what is wrong and where. */
export const MatchesSchema = (schema: ZodType): PropertyDecorator =>
  ValidateBy({
    name: 'matchesSchema',
    validator: {
      validate: (value) => schema.safeParse(value).success,
      defaultMessage: (fault) => {
        const [issue] = schema.safeParse(fault?.value).error?.issues ?? [];
        const path = [fault?.property, ...(issue?.path ?? [])].join('.');
        return `${path}: ${issue?.message}`;
      },
    },
  });
