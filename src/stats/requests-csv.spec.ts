import { cell } from './requests-csv.js';

describe('cell', () => {
  it.each([
    ['gpt-4o', 'gpt-4o'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['', ''],
    [null, ''],
    [0, '0'],
    [12.5, '12.5'],
    [true, 'true'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [['batch', 'night'], 'batch night'],
    [[], ''],
  ])('writes %j as %s', (value, text) => {
    expect(cell(value)).toBe(text);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['  =1', "'  =1"],
    ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
    [['=1', 'b'], "'=1 b"],
  ])('keeps %j from becoming a formula', (value, text) => {
    expect(cell(value)).toBe(text);
  });
});
