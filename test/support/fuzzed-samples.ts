import { EventSplitter } from '../../src/protocols/sse.js';
import { loadRecordings } from './recordings.js';

type Body = Record<string, unknown>;

/** Longer ones cost more and show nothing else. */
const MAX_BYTES = 6_000;
/** Answers of these interfaces, each as its events or as one text. */
export function samplesOf(
  apis: readonly string[],
  wanted: (response: { status: number; stream: boolean }) => boolean,
): string[][] {
  const all = loadRecordings(apis).recordings.filter(
    ({ response, stream }) =>
      wanted({ status: response.status, stream }) && response.bytes.length > 0,
  );
  const short = all.filter(({ response }) => response.bytes.length <= MAX_BYTES);
  return (short.length > 0 ? short : all).map(({ response, stream }) =>
    stream ? eventsIn(response.bytes) : [response.bytes.toString('utf8')],
  );
}

function eventsIn(bytes: Buffer): string[] {
  return eventsOf([bytes]).map((event) => event.toString('utf8'));
}

/** What a stream is cut into that comes in these pieces. */
export function eventsOf(pieces: readonly Buffer[]): Buffer[] {
  const cutting = new EventSplitter();
  const events = pieces.flatMap((piece) => cutting.push(piece));
  const rest = cutting.flush();
  return rest ? [...events, rest] : events;
}

/** Recorded bodies of requests and others, as text. */
export function ownRequests(apis: readonly string[], handWritten: readonly Body[]): string[] {
  const bodies = loadRecordings(apis).recordings.flatMap(({ request: { body } }) =>
    body ? [body] : [],
  );
  return [...bodies, ...handWritten]
    .map((body) => JSON.stringify(body))
    .filter(({ length }) => length < MAX_BYTES);
}

/** What is no object is refused in front of every decoder. */
export function objectIn(pieces: readonly Buffer[]): Body {
  const body: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new SyntaxError('not an object');
  }
  return body as Body;
}
