import type { EventMeaning, StreamWatcher } from '../protocols/stream-watcher.js';
import { valueOf } from '../protocols/json-scan.js';
import { splice, type Edit } from '../protocols/json-splice.js';
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
    const meaning: EventMeaning = this.watcher.read(event);
    return { bytes: meaning === 'usage' && this.usageIsOurs ? NOTHING : event, meaning };
  }

  end(): CarriedEvent {
    return { bytes: NOTHING, meaning: 'content' };
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
