import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { InvalidRequestError } from './gateway-error.js';

/** For bodies and queries of the gateway's own API: unknown fields are errors, and each fault is named. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => {
      const faults = errors.flatMap((error) => flatten(error, ''));
      return new InvalidRequestError(faults.map(({ message }) => message).join('; '), {
        ...(faults[0] && { param: faults[0].path }),
      });
    },
  });
}

interface Fault {
  path: string;
  message: string;
}

function flatten({ property, constraints, children }: ValidationError, parent: string): Fault[] {
  const path = parent ? `${parent}.${property}` : property;
  const own = Object.values(constraints ?? {}).map((message) => ({
    path,
    // class-validator names the last property only; the caller needs to find it.
    message: message.startsWith(property)
      ? parent + (parent && '.') + message
      : `${path}: ${message}`,
  }));
  return [...own, ...(children ?? []).flatMap((child) => flatten(child, path))];
}
