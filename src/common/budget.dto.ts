import { ApiProperty } from '@nestjs/swagger';
import { IsIn, ValidateBy } from 'class-validator';
import { parseUsd } from './money.js';
import { BUDGET_PERIODS, type BudgetPeriod } from './usage-limits.js';

const IsUsd = (): PropertyDecorator =>
  ValidateBy({
    name: 'isUsd',
    validator: {
      validate: (value) => parseUsd(value) !== undefined,
      defaultMessage: (fault) =>
        `${fault?.property} must be an amount in USD such as "25.00": not negative, at most nine decimals, below 9223372036`,
    },
  });

export class BudgetDto {
  /** What may be spent in one period, in USD. A number is taken as well. */
  @ApiProperty({ type: String, example: '25.00' })
  @IsUsd()
  amount_usd: string | number;

  /** Periods begin at midnight UTC; `total` never starts over. */
  @ApiProperty({ enum: BUDGET_PERIODS, example: 'month' })
  @IsIn(BUDGET_PERIODS)
  period: BudgetPeriod;
}
