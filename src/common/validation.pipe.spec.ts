import { Type } from 'class-transformer';
import { IsInt, IsString, Min, ValidateNested } from 'class-validator';
import { InvalidRequestError } from './gateway-error.js';
import { validationPipe } from './validation.pipe.js';

class Limit {
  @IsInt()
  @Min(1)
  rate: number;
}

class Body {
  @IsString()
  name: string;

  @ValidateNested()
  @Type(() => Limit)
  limit: Limit;
}

describe('validationPipe', () => {
  const check = (value: unknown) =>
    validationPipe().transform(value, { type: 'body', metatype: Body });
  const fault = async (value: unknown): Promise<[string | undefined, string]> => {
    const error = (await check(value).catch((caught: unknown) => caught)) as InvalidRequestError;
    expect(error).toBeInstanceOf(InvalidRequestError);
    return [error.param, error.message];
  };

  it('makes objects of the class', async () => {
    expect(await check({ name: 'a', limit: { rate: 1 } })).toBeInstanceOf(Body);
  });

  it('names the field at fault', async () => {
    expect(await fault({ name: 5, limit: { rate: 1 } })).toEqual(['name', 'name must be a string']);
  });

  it('names nested fields by their path', async () => {
    expect(await fault({ name: 'a', limit: { rate: 0 } })).toEqual([
      'limit.rate',
      'limit.rate must not be less than 1',
    ]);
  });

  it('refuses unknown fields', async () => {
    expect(await fault({ name: 'a', limit: { rate: 1 }, nmae: 'b' })).toEqual([
      'nmae',
      expect.stringContaining('nmae'),
    ]);
  });

  it.each([null, 'text', [], 5])('refuses what is no object: %j', async (value) => {
    expect((await fault(value))[1]).not.toBe('');
  });
});
