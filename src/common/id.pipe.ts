import { Injectable, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { NotFoundError } from './gateway-error.js';

/** For `:id` of a route: what cannot be an id names nothing, which is a 404 and no reason to ask the database. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isUUID(value)) throw new NotFoundError('no such id');
    return value;
  }
}
