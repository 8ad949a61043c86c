import { validationPipe } from '../../common/validation.pipe.js';
import { CreatePriceDto } from './price.dto.js';

describe('CreatePriceDto', () => {
  const check = (body: object): Promise<CreatePriceDto> =>
    validationPipe().transform({ model: 'm', ...body }, { type: 'body', metatype: CreatePriceDto });

  it.each([
    { input: '2.50' },
    { output: '0', web_search: '10' },
    { input: '1', tiers: [{ above_tokens: 200_000, input: '2' }] },
  ])('takes %j', async (body) => {
    expect(await check(body)).toMatchObject(body);
  });

  it.each([
    { input: null },
    { web_search: null },
    { input: 2.5 },
    { input: '-1' },
    { input: '9999999999' },
    { input: '1', tiers: null },
    { input: '1', tiers: [{ above_tokens: 1, input: null }] },
    { input: '1', valid_from: null },
  ])('refuses %j: a price that cannot be read must not be kept', async (body) => {
    await expect(check(body)).rejects.toThrow(/expected|must/);
  });
});
