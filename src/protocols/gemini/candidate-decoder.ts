import type {
  Block,
  BlockDelta,
  ConversationEvent,
  Signature,
  ToolUseBlock,
} from '../conversation.js';
import {
  jsonText,
  objectList,
  optionalObject,
  optionalString,
  type JsonObject,
} from '../read-json.js';
import { MalformedAnswerError } from '../translation.js';
import { readCitations } from './citations.js';
import { finishWord, readFinishReason } from './finish-reason.js';
import { readLogprobs } from './logprobs.js';
import { PartialArguments } from './partial-arguments.js';
import type { ToolNames } from './tool-names.js';

type OpenBlock =
  | { type: 'text' | 'thinking'; isSigned: boolean }
  | { type: 'call'; kind: ToolUseBlock['kind']; args: PartialArguments };

/** Follows one candidate of an answer, part by part; a whole answer is one step of it. */
export class CandidateDecoder {
  /** The `finishReason` so far: an intermediate one may be followed by more. */
  finish: string | null = null;
  private events: ConversationEvent[] = [];
  private blocks = 0;
  private open: OpenBlock | null = null;
  private text = '';
  /** The last text, open or not: what it is founded on may come when something else has begun. */
  private lastText: { readonly index: number; readonly start: number } | null = null;
  private hasCalls = false;
  private hasOutput = false;
  private finishMessage: string | null = null;
  private readonly cited = new Set<string>();

  constructor(
    private readonly candidate: number,
    private readonly names: ToolNames,
    private readonly nextCallId: () => string,
  ) {}

  /** Throws MalformedAnswerError. */
  read(candidate: JsonObject): ConversationEvent[] {
    const content = optionalObject(candidate['content'], 'content');
    for (const part of objectList(content?.['parts'], 'parts')) this.readPart(part);
    this.readLogprobs(candidate);
    this.readCitations(candidate);
    this.finish = finishWord(candidate['finishReason']) ?? this.finish;
    this.finishMessage = optionalString(candidate['finishMessage'], 'finishMessage');
    return this.take();
  }

  /** Closes what is open and says how it ended; only an error when the model failed without an answer. */
  end(): ConversationEvent[] {
    this.close();
    const { hasCalls, hasOutput } = this;
    if (this.finish !== null) {
      const reason = readFinishReason(this.finish, { hasCalls, hasOutput });
      if (reason === null) {
        const message = this.finishMessage ?? `the model stopped with ${this.finish}`;
        this.events.push({ type: 'error', message, words: [this.finish.toLowerCase()] });
      } else {
        const { candidate } = this;
        this.events.push({ type: 'finish', candidate, reason, stopSequence: null });
      }
    }
    return this.take();
  }

  private readPart(part: JsonObject): void {
    const { functionCall, inlineData } = part;
    const signature = signatureOf(part);
    if (functionCall !== undefined) {
      this.readCall(optionalObject(functionCall, 'functionCall') ?? {}, signature);
      return;
    }
    const text = optionalString(part['text'], 'text');
    const kind = part['thought'] === true ? 'thinking' : 'text';
    if (text !== null || isBare(part)) this.readText(kind, text ?? '', signature);
    else if (inlineData !== undefined) {
      this.whole(mediaBlock(optionalObject(inlineData, 'inlineData') ?? {}, part));
    } else this.whole(opaqueBlock(part));
  }

  private readText(type: 'text' | 'thinking', text: string, signature: Signature | null): void {
    // An empty part is a keep-alive, unless it carries the signature of what came before.
    if (text === '' && signature === null) return;
    const { open } = this;
    if (open?.type !== type || (signature && open.isSigned)) {
      this.start(
        type === 'thinking'
          ? { type, text: '', signature }
          : { type, text: '', ...(signature && { signature }) },
      );
      this.open = { type, isSigned: signature !== null };
      if (type === 'text') this.lastText = { index: this.blocks - 1, start: this.text.length };
    } else if (signature) {
      open.isSigned = true;
      this.grow({ type: 'signature', signature });
    }
    if (text === '') return;
    if (type === 'text') {
      this.text += text;
      this.hasOutput = true;
    }
    this.grow({ type: 'text', text });
  }

  private readCall(call: JsonObject, signature: Signature | null): void {
    const name = optionalString(call['name'], 'the name of a function');
    const args = optionalObject(call['args'], 'args');
    const partials = objectList(call['partialArgs'], 'partialArgs');
    if (name) this.startCall(name, optionalString(call['id'], 'the id of a call'), signature);
    if (this.open?.type !== 'call') {
      // The end of a call that has already ended; anything else belongs to no call.
      if (args === null && partials.length === 0) return;
      throw new MalformedAnswerError('a function call has no name');
    }
    if (args) this.open.args.merge(args);
    for (const partial of partials) this.open.args.add(partial);
    if (call['willContinue'] !== true) this.close();
  }

  private startCall(wireName: string, id: string | null, signature: Signature | null): void {
    const { name, kind } = this.names.original(wireName);
    this.start({
      type: 'tool_use',
      id: id || this.nextCallId(),
      name,
      arguments: '',
      kind,
      ...(signature && { signature }),
    });
    this.open = { type: 'call', kind, args: new PartialArguments() };
    this.hasCalls = true;
    this.hasOutput = true;
  }

  private readLogprobs({ logprobsResult }: JsonObject): void {
    const result = optionalObject(logprobsResult, 'logprobsResult');
    const logprobs = result && readLogprobs(result);
    if (logprobs && this.blocks > 0) this.grow({ type: 'logprobs', logprobs });
  }

  /** Chunks may repeat the sources they have already named. */
  private readCitations(candidate: JsonObject): void {
    if (this.lastText === null) return;
    const { index, start } = this.lastText;
    for (const citation of readCitations(candidate, { text: this.text, blockStart: start })) {
      const key = JSON.stringify(citation);
      if (!this.cited.has(key)) this.grow({ type: 'citation', citation }, index);
      this.cited.add(key);
    }
  }

  private start(block: Block): void {
    this.close();
    const index = this.blocks++;
    this.events.push({ type: 'block_start', candidate: this.candidate, index, block });
  }

  private whole(block: Block): void {
    this.start(block);
    this.hasOutput = true;
    this.events.push(this.endOfBlock());
  }

  private grow(delta: BlockDelta, index = this.blocks - 1): void {
    this.events.push({ type: 'block_delta', candidate: this.candidate, index, delta });
  }

  private close(): void {
    if (this.open === null) return;
    if (this.open.type === 'call') {
      const { kind, args } = this.open;
      const { input } = args.value;
      const isText = kind === 'custom' && typeof input === 'string';
      this.grow({ type: 'arguments', text: isText ? input : args.text() });
    }
    this.open = null;
    this.events.push(this.endOfBlock());
  }

  private endOfBlock(): ConversationEvent {
    return { type: 'block_end', candidate: this.candidate, index: this.blocks - 1 };
  }

  private take(): ConversationEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}

function signatureOf({ thoughtSignature }: JsonObject): Signature | null {
  const value = optionalString(thoughtSignature, 'thoughtSignature');
  return value ? { provider: 'gemini', value } : null;
}

/** A part of nothing but marks: its text was empty and left out. */
function isBare(part: JsonObject): boolean {
  return Object.keys(part).every((key) => key === 'thoughtSignature' || key === 'thought');
}

function mediaBlock(inlineData: JsonObject, part: JsonObject): Block {
  const mediaType = optionalString(inlineData['mimeType'], 'mimeType') ?? '';
  const data = optionalString(inlineData['data'], 'data') ?? '';
  const type = /^(image|audio)\//.exec(mediaType)?.[1] as 'image' | 'audio' | undefined;
  return type ? { type, source: { kind: 'base64', mediaType, data } } : opaqueBlock(part);
}

/** Code run by the provider, its results and whatever is new: worth keeping, readable only to Gemini. */
function opaqueBlock(part: JsonObject): Block {
  const name = Object.keys(part).find((key) => key !== 'thoughtSignature') ?? 'part';
  jsonText(part);
  return { type: 'opaque', protocol: 'gemini', name, value: part };
}
