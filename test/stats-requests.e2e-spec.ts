import { uuidv7 } from '../src/common/request-id.js';
import type { UsageRecord } from '../src/stats/usage-record.js';
import { ADMIN, Gateway, USER } from './support/gateway.js';
import {
  ACCOUNT_ID,
  forgetRecords,
  insertRecords,
  KEY_ID,
  usageRecord,
} from './support/usage-record.js';

/** A day of their own for records that only one test looks at. */
const QUIET = Date.parse('2026-01-10T00:00:00Z');

describe('stats requests', () => {
  let gateway: Gateway;
  let admin: string;
  let user: string;
  let userId: string;

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = await gateway.login(ADMIN);
    user = await gateway.login(USER);
    userId = (await gateway.call('GET', '/api/auth/me', { token: user })).body.id;
  });

  afterAll(async () => {
    await gateway.stop();
  });

  beforeEach(async () => {
    await forgetRecords(gateway.database);
  });

  describe('GET /api/stats/requests', () => {
    it('shows a record with every field', async () => {
      const record = usageRecord({ tags: ['night'], session: 's-1', upstreamRequestId: 'req_1' });
      await insert(record);
      const { status, body } = await requests(admin);
      expect(status).toBe(200);
      expect(body).toEqual({
        data: [
          {
            id: record.id,
            started_at: new Date(record.startedAt).toISOString(),
            key_id: KEY_ID,
            key_name: 'Production Key',
            user_id: null,
            operation: 'chat',
            client_protocol: 'openai',
            requested_model: 'gpt-4o',
            model: 'gpt-4o',
            provider: 'openai',
            account_id: ACCOUNT_ID,
            account_name: 'openai-1',
            stream: false,
            status: 200,
            end_reason: 'completed',
            error_code: null,
            input_tokens: 100,
            cache_read_tokens: 0,
            cache_write_tokens: 0,
            cache_write_1h_tokens: 0,
            input_audio_tokens: 0,
            output_tokens: 20,
            reasoning_tokens: 0,
            output_audio_tokens: 0,
            total_tokens: 120,
            web_searches: 0,
            usage_source: 'provider',
            cost_usd: '0.00045',
            adjustment_usd: null,
            price_source: 'catalog',
            latency_ms: 120.5,
            time_to_first_token_ms: 80,
            overhead_ms: 0.4,
            tags: ['night'],
            session: 's-1',
            upstream_request_id: 'req_1',
          },
        ],
        next_cursor: null,
      });
    });

    it('pages through equal times without a gap or a double', async () => {
      const now = Date.now();
      const records = Array.from({ length: 25 }, (_, index) =>
        usageRecord({ startedAt: now - (index % 3) }),
      );
      await insert(...records);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await requests(admin, { limit: '4', ...(cursor && { cursor }) });
        seen.push(...body.data.map(({ id }: { id: string }) => id));
        // What comes in meanwhile must not move the pages that follow.
        await insert(usageRecord({ startedAt: now + 1_000 }));
        cursor = body.next_cursor ?? undefined;
      } while (cursor);
      const expected = records
        .toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))
        .map(({ id }) => id);
      expect(seen).toEqual(expected);
    });

    it.each<[Record<string, string>]>([
      [{ end_reason: 'timeout' }],
      [{ min_latency_ms: '5000.5' }],
      [{ status: '504' }],
      [{ tag: 'slow' }],
      [{ from: '2026-01-10', to: '2026-01-11' }],
    ])('filters by %j', async (filter) => {
      const match = usageRecord({
        startedAt: QUIET,
        endReason: 'timeout',
        latencyMs: 5_000.5,
        status: 504,
        tags: ['slow', 'other'],
      });
      await insert(match, usageRecord({ latencyMs: 5_000 }));
      const { body } = await requests(admin, filter);
      expect(body.data.map(({ id }: { id: string }) => id)).toEqual([match.id]);
    });

    it('shows people their own requests only', async () => {
      const own = usageRecord({ userId });
      await insert(own, usageRecord({ userId: null }), usageRecord({ userId: uuidv7(1) }));
      const { body } = await requests(user);
      expect(body.data.map(({ id }: { id: string }) => id)).toEqual([own.id]);
      expect((await requests(user, { user_id: uuidv7(1) })).body.data).toEqual([]);
      expect((await requests(admin)).body.data).toHaveLength(3);
    });

    it.each([
      ['limit', '0'],
      ['limit', '201'],
      ['cursor', 'nonsense'],
      [
        'cursor',
        Buffer.from(`${new Date().toISOString()} ${'-'.repeat(36)}`).toString('base64url'),
      ],
      ['end_reason', 'bored'],
      ['min_latency_ms', '-1'],
      ['format', 'xml'],
      ['from', 'x'],
    ])('refuses %s=%s and names it', async (field, value) => {
      const { status, body } = await requests(admin, { [field]: value });
      expect([status, body.error.param]).toEqual([400, field]);
    });

    describe('as csv', () => {
      it('writes every matching record under a header', async () => {
        await insert(
          ...Array.from({ length: 2_345 }, (_, index) =>
            usageRecord({ startedAt: QUIET + (index % 7), model: 'm' }),
          ),
          usageRecord({ model: 'other' }),
        );
        const { status, headers, text } = await requests(admin, { format: 'csv', model: 'm' });
        expect(status).toBe(200);
        expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
        expect(headers.get('content-disposition')).toBe('attachment; filename="requests.csv"');
        const [header, ...lines] = text.trimEnd().split('\r\n');
        expect(header).toMatch(/^id,started_at,key_id,/);
        expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(2_345);
        expect(lines).toHaveLength(2_345);
      });

      it('keeps formulas of clients from running in a spreadsheet', async () => {
        await insert(
          usageRecord({ requestedModel: '=HYPERLINK("http://evil","x")', tags: ['@x'] }),
        );
        const { text } = await requests(admin, { format: 'csv' });
        expect(text).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`);
        expect(text).toContain(`,'@x,`);
      });

      it('has only the own records of people', async () => {
        await insert(usageRecord({ userId }), usageRecord());
        const { text } = await requests(user, { format: 'csv' });
        expect(text.trimEnd().split('\r\n')).toHaveLength(2);
      });

      it('answers with an error instead of a broken file', async () => {
        const { status, body } = await requests(admin, { format: 'csv', from: '2026-02-30' });
        expect([status, body.error.param]).toEqual([400, 'from']);
      });
    });
  });

  describe('GET /api/stats/requests/:id', () => {
    it('also shows every attempt and the decision', async () => {
      const attempt = {
        accountId: ACCOUNT_ID,
        accountName: 'openai-1',
        provider: 'openai',
        model: 'gpt-4o',
        startedAtMs: 2.5,
        durationMs: 31,
        status: 503,
        outcome: 'server_error',
        error: 'overloaded',
      };
      const decision = { strategy: 'random', left_out: [{ account: 'b', because: 'open' }] };
      const record = usageRecord({ attempts: [attempt], decision });
      await insert(record);
      const { status, body } = await requests(admin, {}, record.id);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        id: record.id,
        cost_usd: '0.00045',
        attempts: [
          {
            account_id: ACCOUNT_ID,
            account_name: 'openai-1',
            provider: 'openai',
            model: 'gpt-4o',
            started_at_ms: 2.5,
            duration_ms: 31,
            status: 503,
            outcome: 'server_error',
            error: 'overloaded',
          },
        ],
        decision,
      });
    });

    it("hides others' records", async () => {
      const own = usageRecord({ userId });
      const other = usageRecord();
      await insert(own, other);
      expect((await requests(user, {}, own.id)).status).toBe(200);
      expect((await requests(user, {}, other.id)).status).toBe(404);
      expect((await requests(admin, {}, other.id)).status).toBe(200);
    });

    it.each([uuidv7(1), 'not-an-id', '%00'])('knows no %s', async (id) => {
      const { status, body } = await requests(admin, {}, id);
      expect([status, body.error.code]).toEqual([404, 'not_found']);
    });
  });

  function requests(token: string, query: Record<string, string> = {}, id?: string) {
    const path = id === undefined ? 'requests' : `requests/${id}`;
    return gateway.call('GET', `/api/stats/${path}?${new URLSearchParams(query)}`, { token });
  }

  function insert(...records: UsageRecord[]): Promise<void> {
    return insertRecords(gateway.database, records);
  }
});
