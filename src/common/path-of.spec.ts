import { pathOf } from './path-of.js';

describe('pathOf', () => {
  it.each([
    ['/v1/messages', '/v1/messages'],
    ['/v1/messages?beta=true', '/v1/messages'],
    ['/?', '/'],
    ['http://gateway.example/v1/models?limit=1', '/v1/models'],
    ['*', '/'],
  ])('reads %s as %s', (url, path) => {
    expect(pathOf({ url })).toBe(path);
  });
});
