import { InvalidRequestError } from './gateway-error.js';
import { refuseDeep } from './refuse-deep.js';

const check = (text: string): void => refuseDeep(null, null, Buffer.from(text));

describe('refuseDeep', () => {
  it.each([
    ['nothing', ''],
    ['a list in a list as deep as it may be', '['.repeat(64) + ']'.repeat(64)],
    ['many lists beside each other', `[${'[],'.repeat(1_000)}0]`],
    ['brackets in a text', `{"name":"${'[{'.repeat(1_000)}"}`],
    ['brackets behind an escaped quote', `{"name":"\\"${'['.repeat(1_000)}"}`],
  ])('lets %s pass', (_, text) => {
    expect(() => check(text)).not.toThrow();
  });

  it.each([
    ['lists', '['.repeat(65)],
    ['objects', '{"a":'.repeat(65)],
    ['lists behind a text that ends in a backslash', `["\\\\",${'['.repeat(64)}`],
  ])('refuses %s that are deeper', (_, text) => {
    expect(() => check(text)).toThrow(InvalidRequestError);
  });
});
