import type {
  AudioBlock,
  Block,
  Citation,
  ConversationEvent,
  ImageBlock,
  Media,
} from '../conversation.js';
import { decodeSignature } from '../signature-envelope.js';
import { BlockQueue, type QueuedBlock } from './block-queue.js';
import { CallReader, type ReaderOptions } from './call-reader.js';
import { asObject, asText, objectsIn, type Json } from './json-values.js';
import { readMediaUrl } from './media-url.js';
import {
  googleSignature,
  ReasoningDetails,
  thinkingPartText,
  thinkingText,
} from './read-thinking.js';

/**
 * Reads the messages or deltas of one candidate, whoever wrote them: what a peer does differently is told by the shape of
 * what it sends. A whole message is one large delta.
 */
export class CandidateReader {
  hasRefusal = false;
  private readonly queue: BlockQueue;
  private readonly details = new ReasoningDetails();
  private readonly calls: CallReader;
  private textLength = 0;

  constructor(
    candidate: number,
    private readonly options: ReaderOptions,
  ) {
    this.queue = new BlockQueue(candidate);
    this.calls = new CallReader(this.queue, options);
  }

  get hasCalls(): boolean {
    return this.calls.count > 0;
  }

  /** Thoughts, text, calls: the order in which they are meant where one delta has them all. */
  read(delta: Json): ConversationEvent[] {
    this.readThinking(delta);
    this.readContent(delta['content']);
    this.grow('refusal', asText(delta['refusal']));
    this.readMedia(delta);
    for (const annotation of objectsIn(delta['annotations'])) this.readAnnotation(annotation);
    this.readCalls(delta);
    const signature = googleSignature(delta, this.options.owners);
    const signed = this.queue.lastText();
    if (signature && signed) this.queue.append(signed, { type: 'signature', signature });
    return this.queue.settle();
  }

  /** Citations a provider lists beside its message, with no place in the text. */
  cite(citations: readonly Citation[]): void {
    const text = this.queue.lastText();
    if (text === undefined) return;
    for (const citation of citations) this.queue.append(text, { type: 'citation', citation });
  }

  readLogprobs(logprobs: Json): ConversationEvent[] {
    const content = tokensIn(logprobs['content']);
    const refusal = tokensIn(logprobs['refusal']);
    if (content?.length || refusal?.length) {
      this.queue.appendAside({ type: 'logprobs', logprobs: { content, refusal } });
    }
    return this.queue.settle();
  }

  /** Ends every block. Calls without an id get one now; a call without a name never was one. */
  close(): ConversationEvent[] {
    this.sealThinking();
    this.calls.giveIds();
    return this.queue.closeAll();
  }

  private readCalls(delta: Json): void {
    const calls = objectsIn(delta['tool_calls']);
    const legacy = asObject(delta['function_call']);
    if (calls.length > 0 || legacy !== null) this.sealThinking();
    for (const call of calls) this.calls.read(call);
    if (legacy !== null) this.calls.read({ index: 0, function: legacy, isLegacy: true });
  }

  private readThinking(delta: Json): void {
    const blocks = objectsIn(delta['thinking_blocks']);
    const spelledOut = blocks.some(({ thinking }) => asText(thinking) !== '');
    if (!spelledOut || thinkingText(delta) === '') this.grow('thinking', thinkingText(delta));
    this.details.add(objectsIn(delta['reasoning_details']));
    for (const block of blocks) this.readThinkingBlock(block);
  }

  /** LiteLLM's `thinking_blocks`: pieces, or the whole block behind its pieces in `reasoning_content`. */
  private readThinkingBlock(block: Json): void {
    const owner = this.options.owners.thinkingBlocks;
    if (block['type'] === 'redacted_thinking') {
      const data = decodeSignature(asText(block['data']), owner);
      this.entryAfterThinking({ type: 'redacted_thinking', data });
      return;
    }
    const text = asText(block['thinking']);
    const { last } = this.queue;
    const isRepetition = last?.block.type === 'thinking' && !last.sealed && last.text === text;
    if (!isRepetition) this.grow('thinking', text);
    const signature = asText(block['signature']);
    if (signature !== '') this.sign(decodeSignature(signature, owner));
  }

  private sign(signature: { provider: string; value: string }): void {
    const { last } = this.queue;
    const entry =
      last?.block.type === 'thinking' && !last.sealed
        ? last
        : this.queue.add({ type: 'thinking', text: '', signature: null });
    this.queue.append(entry, { type: 'signature', signature });
    entry.sealed = true;
  }

  private sealThinking(): void {
    const proof = this.details.take(this.options.owners.reasoningDetails);
    if (proof !== null) this.sign(proof);
  }

  private readContent(content: unknown): void {
    this.grow('text', asText(content));
    for (const part of objectsIn(content)) {
      if (part['type'] === 'thinking') {
        this.grow('thinking', thinkingPartText(part));
        const signature = asText(part['signature']);
        if (signature !== '') {
          this.sign(decodeSignature(signature, this.options.owners.thinkingBlocks));
        }
      } else if (part['type'] === 'refusal') this.grow('refusal', asText(part['refusal']));
      else this.grow('text', asText(part['text']));
    }
  }

  /** Empty pieces open nothing. */
  private grow(type: 'text' | 'thinking' | 'refusal', text: string): void {
    if (text === '') return;
    if (type === 'refusal') this.hasRefusal = true;
    if (type === 'text') this.textLength += text.length;
    const { last } = this.queue;
    const entry =
      last?.block.type === type && !last.sealed ? last : this.entryAfterThinking(emptyBlock(type));
    this.queue.append(entry, { type: 'text', text });
  }

  private entryAfterThinking(block: Block, options?: { ready: boolean }): QueuedBlock {
    if (block.type !== 'thinking') this.sealThinking();
    return this.queue.add(block, options);
  }

  /** Spoken answers, and the images some models answer with. */
  private readMedia(delta: Json): void {
    const audio = asObject(delta['audio']);
    if (audio !== null && (asText(audio['data']) || asText(audio['transcript']))) {
      const entry =
        this.queue.last?.block.type === 'audio'
          ? this.queue.last
          : this.entryAfterThinking(emptyAudio());
      const data = asText(audio['data']);
      const text = asText(audio['transcript']);
      if (data !== '') this.queue.append(entry, { type: 'audio', data });
      if (text !== '') this.queue.append(entry, { type: 'text', text });
    }
    for (const image of objectsIn(delta['images'])) {
      const url = asText(asObject(image['image_url'])?.['url']);
      if (url !== '') this.entryAfterThinking(imageBlock(readMediaUrl(url)));
    }
  }

  private readAnnotation(annotation: Json): void {
    // Some peers write the members of the citation beside its type, as OpenAI's responses have them.
    const cited = asObject(annotation['url_citation']) ?? annotation;
    const text = this.queue.lastText();
    if (asText(cited['url']) === '' || text === undefined) return;
    const offset = this.textLength - text.text.length;
    const start = position(cited['start_index'], offset);
    const end = position(cited['end_index'], offset);
    this.cite([
      {
        text: start === null || end === null ? '' : text.text.slice(start, end),
        url: asText(cited['url']) || null,
        title: asText(cited['title']) || null,
        start,
        end,
      },
    ]);
  }
}

function emptyBlock(type: 'text' | 'thinking' | 'refusal'): Block {
  return type === 'thinking' ? { type, text: '', signature: null } : { type, text: '' };
}

function emptyAudio(): AudioBlock {
  return { type: 'audio', source: { kind: 'base64', mediaType: 'audio/unknown', data: '' } };
}

function imageBlock(source: Media): ImageBlock {
  return { type: 'image', source };
}

function position(value: unknown, offset: number): number | null {
  return typeof value === 'number' && value >= offset ? value - offset : null;
}

function tokensIn(value: unknown): unknown[] | null {
  return Array.isArray(value) ? value : null;
}
