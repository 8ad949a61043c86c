import { ValidateBy, type ValidationOptions } from 'class-validator';
import { isModelPattern } from './model-pattern.js';

export const IsModelPattern = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isModelPattern',
      validator: {
        validate: isModelPattern,
        defaultMessage: (fault) =>
          `${fault?.property} must be model names, "*", or names with one "*" at the start or the end`,
      },
    },
    options,
  );
