import { createDatabase, type TestDatabase } from './support/database.js';
import { ADMIN, Gateway, USER, type Answer } from './support/gateway.js';

describe('throttling logins', () => {
  let database: TestDatabase;
  let one: Gateway;
  let two: Gateway;

  beforeAll(async () => {
    database = await createDatabase();
    // The same secrets, as two instances of one gateway have them.
    const env = { JWT_SECRET: 'shared-by-both-of-these-instances-0451' };
    one = await Gateway.start({ database, env });
    two = await Gateway.start({ database, env });
  });

  beforeEach(async () => {
    await database.query('DELETE FROM login_throttles');
  });

  afterAll(async () => {
    await one.stop();
    await two.stop();
    await database.drop();
  });

  const login = (gateway: Gateway, username: string, password: string): Promise<Answer> =>
    gateway.call('POST', '/api/auth/login', { body: { username, password } });

  async function failuresOf(subject: string): Promise<number> {
    const sql = 'SELECT failures FROM login_throttles WHERE subject = $1';
    return (await database.query<{ failures: number }>(sql, [subject]))[0]?.failures ?? 0;
  }

  it.each([ADMIN.username, 'somebody.unknown'])(
    'checks few of a hundred wrong passwords for %s, and then not even the right one',
    async (username) => {
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 100; attempt++) {
        statuses.push((await login(one, username, `wrong ${attempt}`)).status);
      }
      const checked = statuses.filter((status) => status === 401).length;
      expect(checked).toBeGreaterThanOrEqual(5);
      expect(checked).toBeLessThanOrEqual(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(100 - checked);
      const right = await login(one, username, ADMIN.password);
      expect([right.status, right.body.error.code]).toEqual([429, 'too_many_logins']);
      expect(Number(right.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    },
  );

  it('tells a burst no more than five failures, and neither whether one of them was right', async () => {
    const guesses = Array.from({ length: 22 }, (_, index) => `wrong ${index}`);
    const answers = await Promise.all(
      [...guesses, ADMIN.password].map((guess) => login(one, ADMIN.username, guess)),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect(await failuresOf(`account:${ADMIN.username}`)).toBeLessThanOrEqual(5);
    expect(answers.at(-1)!.status).not.toBe(200);
  });

  it('is shared by instances', async () => {
    for (const gateway of [one, two, one, two, one]) await login(gateway, 'admin', 'wrong');
    expect((await login(two, ADMIN.username, ADMIN.password)).status).toBe(429);
  });

  it('lets the right password in when the block is over, and forgets the failures', async () => {
    for (let attempt = 0; attempt < 5; attempt++) await login(one, 'admin', 'wrong');
    await database.query(`UPDATE login_throttles SET blocked_until = now()`);
    expect((await login(two, ADMIN.username, ADMIN.password)).status).toBe(200);
    expect(await failuresOf('account:admin')).toBe(0);
  });

  it('does not block one account for the failures of another', async () => {
    for (let attempt = 0; attempt < 6; attempt++) await login(one, 'admin', 'wrong');
    expect((await login(one, USER.username, USER.password)).status).toBe(200);
  });

  it('blocks a network after twenty failures, whatever the names', async () => {
    for (let attempt = 0; attempt < 20; attempt++) {
      expect((await login(one, `guess.${attempt}`, 'wrong')).status).toBe(401);
    }
    const answer = await login(two, USER.username, USER.password);
    expect([answer.status, answer.body.error.code]).toEqual([429, 'too_many_logins']);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  it('counts wrong current passwords too', async () => {
    const token = await one.login(USER);
    const body = { current_password: 'wrong', new_password: 'correct horse battery' };
    for (let attempt = 0; attempt < 5; attempt++) {
      expect((await one.call('POST', '/api/auth/password', { token, body })).status).toBe(401);
    }
    expect((await one.call('POST', '/api/auth/password', { token, body })).status).toBe(429);
  });

  it('bounds what two hundred logins at once can cost', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => login(one, USER.username, USER.password)),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
    for (const { headers, status } of answers) {
      if (status !== 200) expect(headers.get('retry-after')).not.toBeNull();
    }
    expect((await one.call('GET', '/health')).status).toBe(200);
  });

  it('sees a logout on the other instance at once', async () => {
    const token = await one.login(USER);
    expect((await two.call('GET', '/api/auth/me', { token })).status).toBe(200);
    await one.call('POST', '/api/auth/logout', { token });
    expect((await two.call('GET', '/api/auth/me', { token })).status).toBe(401);
  });
});
