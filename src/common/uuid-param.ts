import { Param, ParseUUIDPipe } from '@nestjs/common';
import { NotFoundError } from './gateway-error.js';

/** `:id` of a route. What is no UUID names nothing, so the answer is 404 as for any other unknown id. */
export const UuidParam = (): ParameterDecorator =>
  Param('id', new ParseUUIDPipe({ exceptionFactory: () => new NotFoundError('no such id') }));
