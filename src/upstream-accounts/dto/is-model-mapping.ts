import { ValidateBy } from 'class-validator';

const MAX_ENTRIES = 500;
const MAX_LENGTH = 256;

/** An object from model names to model names. */
export const IsModelMapping = (): PropertyDecorator =>
  ValidateBy({
    name: 'isModelMapping',
    validator: {
      validate: isModelMapping,
      defaultMessage: (fault) =>
        `${fault?.property} must be an object of at most ${MAX_ENTRIES} model names, each with the upstream's name as a string`,
    },
  });

function isModelMapping(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MAX_ENTRIES && entries.every((pair) => pair.every(isName));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_LENGTH;
}
