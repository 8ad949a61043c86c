import { ValidateBy } from 'class-validator';

const MAX_BYTES = 4_096;

/** A JSON object of bounded size whose inside is somebody else's to judge. */
export const IsSmallJson = (): PropertyDecorator =>
  ValidateBy({
    name: 'isSmallJson',
    validator: {
      validate: (value) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        JSON.stringify(value).length <= MAX_BYTES,
      defaultMessage: (fault) =>
        `${fault?.property} must be a JSON object of at most ${MAX_BYTES} characters`,
    },
  });
