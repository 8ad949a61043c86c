import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { InvalidRequestError } from './gateway-error.js';

/** Query of every list. */
export class PageQuery {
  /** How many items at most. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  /** `next_cursor` of the page before. */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  cursor?: string;
}

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** A place in a list ordered by creation time, newest first, then id: stable while items come and go. */
export interface PagePosition {
  createdAt: Date;
  id: string;
}

/** @param rows one more than `limit` when there is a next page */
export function toPage<Row extends PagePosition, Item>(
  rows: readonly Row[],
  limit: number,
  map: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(map),
    next_cursor: rows.length > limit && last ? encodeCursor(last) : null,
  };
}

export function encodeCursor({ createdAt, id }: PagePosition): string {
  return Buffer.from(`${createdAt.toISOString()} ${id}`).toString('base64url');
}

const CURSOR =
  /^(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Throws InvalidRequestError for anything encodeCursor did not write. */
export function decodeCursor(cursor: string): PagePosition {
  const [, time, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  const createdAt = new Date(time ?? '');
  if (!id || Number.isNaN(createdAt.getTime())) {
    throw new InvalidRequestError('cursor: not one that this list gave out', { param: 'cursor' });
  }
  return { createdAt, id };
}
