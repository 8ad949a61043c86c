import { IsInt } from 'class-validator';
import { IsNested } from './is-nested.js';
import { validationPipe } from './validation.pipe.js';

class Limit {
  @IsInt()
  rate: number;
}

class Body {
  @IsNested(() => Limit)
  limit: Limit;
}

describe('IsNested', () => {
  const check = (limit: unknown): Promise<Body> =>
    validationPipe().transform({ limit }, { type: 'body', metatype: Body });

  it('makes an object of the class', async () => {
    expect((await check({ rate: 1 })).limit).toBeInstanceOf(Limit);
  });

  it.each([[[]], [[{ rate: 1 }]], ['rate'], [{ rate: 'fast' }], [{ rates: 1 }]])(
    'refuses %j',
    async (limit) => {
      await expect(check(limit)).rejects.toThrow('limit');
    },
  );
});
