import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent.js';
import { parseUsd } from '../../common/money.js';
import type { PriceSheet } from '../prices/price-sheet.js';
import { INSTANT, INSTANT_EXPECTED } from './usage-filter.dto.js';

const IsAmount = (): PropertyDecorator =>
  ValidateBy({
    name: 'isAmount',
    validator: {
      validate: (value) => typeof value === 'string' && parseUsd(value) !== undefined,
      defaultMessage: () => 'expected USD per million tokens as a decimal such as "2.50"',
    },
  });

/** USD per million tokens. A part without a rate of its own is charged as the one it belongs to. */
export class RatesDto {
  /** @example "2.50" */
  @MayBeAbsent()
  @IsAmount()
  input?: string;

  /** @example "10.00" */
  @MayBeAbsent()
  @IsAmount()
  output?: string;

  /** @example "0.25" */
  @MayBeAbsent()
  @IsAmount()
  cache_read?: string;

  /** @example "3.10" */
  @MayBeAbsent()
  @IsAmount()
  cache_write?: string;

  /**
   * Writes that live an hour.
   * @example "5.00"
   */
  @MayBeAbsent()
  @IsAmount()
  cache_write_1h?: string;

  /** @example "32.00" */
  @MayBeAbsent()
  @IsAmount()
  input_audio?: string;

  /** @example "10.00" */
  @MayBeAbsent()
  @IsAmount()
  reasoning?: string;

  /** @example "64.00" */
  @MayBeAbsent()
  @IsAmount()
  output_audio?: string;
}

export class PriceTierDto extends RatesDto {
  /**
   * Holds for the whole request once its input, caches included, has more tokens than this.
   * @example 200000
   */
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  above_tokens: number;
}

export class CreatePriceDto extends RatesDto {
  /**
   * The upstream's name of the model, alone or behind its provider.
   * @example "openai/my-finetune"
   */
  @IsString()
  @MaxLength(300)
  @Matches(/^[^\0\s]+$/, { message: 'expected a model, or a provider and a model' })
  model: string;

  /**
   * Since when it is good; now, when left out. A time in the past changes no record, see `reprice`.
   * @example "2026-11-20T00:00:00Z"
   */
  @MayBeAbsent()
  @Matches(INSTANT, INSTANT_EXPECTED)
  valid_from?: string;

  /**
   * USD for a thousand searches of the web that the provider runs by itself; without it they are not in the cost.
   * @example "10.00"
   */
  @MayBeAbsent()
  @IsAmount()
  web_search?: string;

  /** @example [{ "above_tokens": 200000, "input": "5.00", "output": "15.00" }] */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(8)
  @ValidateNested({ each: true })
  @Type(() => PriceTierDto)
  tiers?: PriceTierDto[];
}

export interface PriceRow {
  id: string;
  model: string;
  valid_from: Date;
  rates: PriceSheet;
  created_at: Date;
}

export class PriceDto extends RatesDto {
  id: string;
  model: string;
  valid_from: Date;
  /** USD for a thousand searches of the web. */
  web_search?: string;
  tiers: PriceTierDto[];
  created_at: Date;

  static from({ id, model, valid_from, rates, created_at }: PriceRow): PriceDto {
    const { tiers = [], ...amounts } = rates;
    return { id, model, valid_from, ...amounts, tiers: [...tiers], created_at } as PriceDto;
  }
}

export class PricePageDto {
  data: PriceDto[];

  /** Null on the last page. */
  next_cursor: string | null;
}
