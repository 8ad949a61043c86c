import { JsonScanError } from '../protocols/json-scan.js';
import { askDeployment } from './deployment.js';

const ask = (body: string) => askDeployment(Buffer.from(body), 'a "b"').toString();

describe('askDeployment', () => {
  it.each([
    ['{"model":"other","n":1}', '{"model":"a \\"b\\"","n":1}'],
    ['{"n":1,"model":null}', '{"n":1,"model":"a \\"b\\""}'],
    [' {"n":1}', ' {"model":"a \\"b\\"","n":1}'],
    ['{ }', '{"model":"a \\"b\\"" }'],
  ])('makes of %j %j', (body, asked) => {
    expect(ask(body)).toBe(asked);
    expect(JSON.parse(asked)).toHaveProperty('model', 'a "b"');
  });

  it('takes no body that is no object', () => {
    expect(() => ask('[]')).toThrow(JsonScanError);
  });
});
