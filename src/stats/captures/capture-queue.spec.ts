import { jest } from '@jest/globals';
import { Logger } from '../../common/logger.js';
import { AnswerCapture, excerptOf, type Capture } from './capture.js';
import { BATCH, CaptureQueue, MAX_WAITING_BYTES, WRITE_INTERVAL_MS } from './capture-queue.js';

describe('CaptureQueue', () => {
  let written: string[];
  let atOnce: number;
  let mostAtOnce: number;
  let failure: Error | null;
  const poison = new Set<string>();
  let queue: CaptureQueue;

  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    [atOnce, mostAtOnce, failure] = [0, 0, null];
    poison.clear();
    queue = new CaptureQueue(write, Logger.silent());
  });

  afterEach(() => {
    queue.stop();
    jest.useRealTimers();
  });

  it('writes by itself what waits, once', async () => {
    add(3);
    await jest.advanceTimersByTimeAsync(WRITE_INTERVAL_MS);
    expect(written).toEqual(['0', '1', '2']);
    expect([queue.bytes, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('writes all of it when it is flushed, each once, also while a write is under way', async () => {
    add(BATCH * 2 + 5);
    await jest.advanceTimersByTimeAsync(WRITE_INTERVAL_MS - 1);
    const first = queue.flush();
    add(1, BATCH * 2 + 5);
    await Promise.all([first, queue.flush(), jest.advanceTimersByTimeAsync(WRITE_INTERVAL_MS)]);
    expect(written).toEqual(Array.from({ length: BATCH * 2 + 6 }, (_, index) => String(index)));
    expect(mostAtOnce).toBe(1);
  });

  it('drops only what PostgreSQL refuses for its content', async () => {
    add(5);
    poison.add('2');
    await queue.flush();
    expect(written).toEqual(['0', '1', '3', '4']);
    expect(queue.bytes).toBe(0);
  });

  it('keeps everything while the database is away, and tries again', async () => {
    add(2);
    failure = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    await expect(queue.flush()).rejects.toThrow('connect');
    failure = null;
    await jest.advanceTimersByTimeAsync(WRITE_INTERVAL_MS);
    expect(written).toEqual(['0', '1']);
  });

  it('holds so many bytes at most, however large bodies are', () => {
    const body = Buffer.alloc(8_388_608);
    for (let index = 0; index < 500; index++) queue.add(capture(String(index), body));
    expect(queue.bytes).toBeGreaterThan(MAX_WAITING_BYTES * 0.9);
    expect(queue.bytes).toBeLessThanOrEqual(MAX_WAITING_BYTES);
  });

  it('tries no more by itself when it is stopped', async () => {
    add(1);
    queue.stop();
    await jest.advanceTimersByTimeAsync(WRITE_INTERVAL_MS * 2);
    expect([written, jest.getTimerCount()]).toEqual([[], 0]);
  });

  async function write(captures: readonly Capture[]): Promise<void> {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    await Promise.resolve();
    atOnce--;
    if (failure) throw failure;
    if (captures.some(({ recordId }) => poison.has(recordId))) {
      throw Object.assign(new Error('bad text'), { code: '22021' });
    }
    written.push(...captures.map(({ recordId }) => recordId));
  }

  function add(count: number, from = 0): void {
    for (let index = from; index < from + count; index++) {
      queue.add(capture(String(index), Buffer.from('{}')));
    }
  }
});

function capture(recordId: string, body: Buffer): Capture {
  return {
    recordId,
    keyId: 'key',
    userId: null,
    settings: { retentionDays: 1, redact: true },
    ...excerptOf(body),
    answer: new AnswerCapture(),
    isStream: false,
  };
}
