import { ValidateBy, type ValidationOptions } from 'class-validator';
import { findAdapter, PROVIDER_ADAPTERS } from '../../providers/adapters/index.js';

/** A provider by its name or one of its aliases. */
export const IsProvider = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isProvider',
      validator: {
        validate: (value) => typeof value === 'string' && findAdapter(value) !== undefined,
        defaultMessage: (fault) =>
          `${fault?.property} must be providers: ${PROVIDER_ADAPTERS.map(({ provider }) => provider).join(', ')}`,
      },
    },
    options,
  );
