import type { EventMeaning, StreamWatcher } from '../protocols/stream-watcher.js';
import { valueOf } from '../protocols/json-scan.js';
import { splice, type Edit } from '../protocols/json-splice.js';
import { parseEvent } from '../protocols/sse.js';
import type { Candidate } from '../routing/candidate.js';
import type { CarriedAnswer, CarriedEvent, Carrier, StreamCarrier } from './carrier.js';
import type { ClientCall } from './client-call.js';
import { callForms } from './client-protocols.js';
import { checkAnswer } from './whole-answer.js';

const NOTHING = Buffer.alloc(0);

/**
 * The client's bytes go up with the upstream's model name and, for a stream, the request for its usage; the upstream's bytes
 * come back but for the usage that only the gateway asked for. Nothing else changes, so nothing can get lost.
 */
export function passThrough(call: ClientCall, { account, model }: Candidate): Carrier {
  const edits: Edit[] = [];
  const modelSpan = call.members.get('model')!;
  if (valueOf(call.body, modelSpan) !== model) {
    edits.push({ ...modelSpan, text: JSON.stringify(model) });
  }
  const usage = account.adapter.usageOnRequest ? askForUsage(call) : null;
  if (usage) edits.push(usage);
  const form = callForms[call.operation];
  return {
    operation: call.operation,
    body: splice(call.body, edits),
    dropped: [],
    contentType: null,
    stream: () => new PassedStream(form.watcher(), usage !== null),
    answer: (body): CarriedAnswer => {
      const check = checkAnswer(body, form.readUsage);
      return check.ok ? { ok: true, body, usage: check.usage } : check;
    },
  };
}

class PassedStream implements StreamCarrier {
  constructor(
    private readonly watcher: StreamWatcher,
    private readonly usageIsOurs: boolean,
  ) {}

  get usage() {
    return this.watcher.usage;
  }

  get finished(): boolean {
    return this.watcher.finished;
  }

  get errorMessage(): string | null {
    return this.watcher.errorMessage;
  }

  read(event: Buffer): CarriedEvent {
    if (!isTerminated(event)) return this.readLast(event);
    const meaning = this.watcher.read(event);
    const isOurs = meaning === 'usage' && this.usageIsOurs;
    return { bytes: isOurs || this.isUnreadable(meaning) ? NOTHING : event, meaning };
  }

  /** The stream was cut inside of this event, or its provider leaves the last blank line out. */
  private readLast(event: Buffer): CarriedEvent {
    if (!isWhole(event)) return { bytes: NOTHING, meaning: 'error' };
    const meaning = this.watcher.read(event);
    if (this.isUnreadable(meaning)) return { bytes: NOTHING, meaning };
    // An error will follow, and must not run into it.
    const bytes = this.watcher.finished ? event : Buffer.concat([event, BLANK_LINE]);
    return { bytes, meaning };
  }

  /** What is no event of the protocol would make the client's SDK stumble before it reads our error behind it. */
  private isUnreadable(meaning: EventMeaning): boolean {
    return meaning === 'error' && this.watcher.errorMessage === null;
  }

  readWhole(chunk: Buffer): CarriedEvent | null {
    const events = this.watcher.countPlain(chunk);
    return events > 0 ? { bytes: chunk, meaning: 'content', events } : null;
  }

  end(): CarriedEvent {
    return { bytes: NOTHING, meaning: 'content' };
  }
}

const LF = 0x0a;
const CR = 0x0d;
const BLANK_LINE = Buffer.from('\n\n');

/** Whether it ends in a blank line. */
function isTerminated(event: Buffer): boolean {
  const isCrLf = event.at(-1) === LF && event.at(-2) === CR;
  const before = event.at(isCrLf ? -3 : -2);
  return (event.at(-1) === LF || event.at(-1) === CR) && (before === LF || before === CR);
}

/** An event that broke off has no JSON in it; the terminator never has. */
function isWhole(event: Buffer): boolean {
  const { data } = parseEvent(event);
  if (data === null || data.trim() === '[DONE]') return true;
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}

/** Null when there is nothing to ask for or the client asks itself. */
function askForUsage({ operation, stream, body, members }: ClientCall): Edit | null {
  if (!stream || (operation !== 'chat' && operation !== 'completions')) return null;
  const span = members.get('stream_options');
  if (!span) {
    const { end } = members.get('stream')!;
    return { start: end, end, text: ',"stream_options":{"include_usage":true}' };
  }
  const options = valueOf(body, span) as Record<string, unknown> | null;
  // Anything but an object is the upstream's to refuse.
  if (typeof options !== 'object' || options?.['include_usage'] === true) return null;
  return { ...span, text: JSON.stringify({ ...options, include_usage: true }) };
}
