import { loadRecordings } from '../../../test/support/recordings.js';
import { readErnieToken } from './token.js';

describe('readErnieToken', () => {
  it('reads the token and how long it lives', () => {
    const body = { access_token: '24.a', expires_in: 60 };
    expect(readErnieToken(body)).toEqual({ accessToken: '24.a', expiresInSeconds: 60 });
  });

  it('says in the words of the provider why there is none', () => {
    const body = { error: 'invalid_client', error_description: 'unknown client id' };
    expect(() => readErnieToken(body)).toThrow('unknown client id');
  });

  it('reads every example', () => {
    const lifetimes = loadRecordings(['baidu.v1.token'])
      .recordings.filter(({ response }) => response.status === 200)
      .map(({ response }) => readErnieToken(JSON.parse(response.bytes.toString()) as never))
      .map(({ expiresInSeconds }) => expiresInSeconds);
    expect(lifetimes).toEqual([2_592_000]);
  });
});
