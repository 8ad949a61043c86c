import type { ServerResponse } from 'node:http';
import type { Recording } from './recordings.js';

/** Answers as it was recorded; a stream in pieces that end anywhere. */
export async function replay(
  response: ServerResponse,
  recording: Recording,
  random: () => number,
): Promise<void> {
  const { status, headers, bytes } = recording.response;
  response.writeHead(status, headers);
  let from = 0;
  while (recording.stream && from < bytes.length) {
    const to = Math.min(bytes.length, from + 1 + Math.floor(random() * 2_000));
    response.write(bytes.subarray(from, to));
    from = to;
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end(recording.stream ? undefined : bytes);
}

export async function inParallel<T>(
  items: readonly T[],
  width: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
