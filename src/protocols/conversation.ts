import type { TokenUsage } from './token-usage.js';

/**
 * The internal form every protocol is converted to and from. It is close to Anthropic's ordered blocks because that is the
 * superset: OpenAI's chat loses order, Gemini loses ids. Nothing in it belongs to one provider, but for opaque values that
 * name theirs.
 */
export interface ConversationRequest {
  readonly model: string;
  readonly stream: boolean;
  /** In the client's order; system turns may stand anywhere. Turns of one role may follow each other. */
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | null;
  /** Null: the provider's default. */
  readonly parallelToolCalls: boolean | null;
  readonly maxOutputTokens: number | null;
  readonly sampling: Sampling;
  readonly reasoning: Reasoning | null;
  readonly outputFormat: OutputFormat | null;
  /** How many answers are wanted; null: one. */
  readonly candidates: number | null;
  /** Null: no log probabilities wanted; `top` alternatives per token, 0 for the chosen token alone. */
  readonly logprobs: { readonly top: number } | null;
  /** Who the client's own user is, as OpenAI's `user` and Anthropic's `metadata.user_id` say. */
  readonly endUser: string | null;
  /** `prompt_cache_key`: requests with the same one share a prefix. */
  readonly cacheKey: string | null;
  readonly serviceTier: string | null;
  /**
   * What has no place above, by the client's own name for it. An encoder that speaks the same dialect may carry it; any other
   * drops it by name, or refuses when its loss would change the meaning.
   */
  readonly extras: readonly ExtraParameter[];
}

export interface ExtraParameter {
  readonly name: string;
  readonly value: unknown;
  /** Whether an answer given without it is an answer to another question. */
  readonly essential: boolean;
  /** Whose parameter it is where other protocols have others of the same name; absent: OpenAI's. */
  readonly protocol?: 'anthropic-messages';
}

export interface Sampling {
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly topK: number | null;
  readonly frequencyPenalty: number | null;
  readonly presencePenalty: number | null;
  readonly seed: number | null;
  readonly stop: readonly string[];
}

export type Role = 'system' | 'user' | 'assistant';

export interface Turn {
  readonly role: Role;
  readonly blocks: readonly Block[];
}

export type Block =
  | TextBlock
  | ImageBlock
  | DocumentBlock
  | AudioBlock
  | ThinkingBlock
  | RedactedThinkingBlock
  | ToolUseBlock
  | ToolResultBlock
  | RefusalBlock
  | OpaqueBlock;

/** The end of a prefix worth caching. */
export interface CacheBreakpoint {
  readonly ttl: '5m' | '1h';
}

interface Cacheable {
  readonly cache?: CacheBreakpoint;
}

export interface TextBlock extends Cacheable {
  readonly type: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
  /** Gemini signs plain text as well. */
  readonly signature?: Signature;
}

export interface Citation {
  /** The cited words; empty when the provider gives none. */
  readonly text: string;
  readonly url: string | null;
  readonly title: string | null;
  /** Where in the block's text it belongs, in UTF-16 units; null when the provider does not say. */
  readonly start: number | null;
  readonly end: number | null;
}

/** Bytes in base64, or where they are. A file id means something to its own provider only. */
export type Media =
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType: string | null }
  | { readonly kind: 'file'; readonly provider: string; readonly id: string };

export interface ImageBlock extends Cacheable {
  readonly type: 'image';
  readonly source: Media;
  readonly detail?: 'auto' | 'low' | 'high' | 'original';
}

export interface DocumentBlock extends Cacheable {
  readonly type: 'document';
  /** `text` carries a plain-text document. */
  readonly source: Media | { readonly kind: 'text'; readonly text: string };
  readonly title: string | null;
  readonly context: string | null;
  readonly citations: boolean;
}

export interface AudioBlock {
  readonly type: 'audio';
  readonly source: Media;
  /** Of spoken output. */
  readonly transcript?: string;
}

/** Proof of thinking that only the provider which made it can read; worthless, or an error, anywhere else. */
export interface Signature {
  readonly provider: string;
  readonly value: string;
}

export interface ThinkingBlock {
  readonly type: 'thinking';
  /** Empty when the provider shows none. */
  readonly text: string;
  readonly signature: Signature | null;
}

export interface RedactedThinkingBlock {
  readonly type: 'redacted_thinking';
  readonly data: Signature;
}

export interface ToolUseBlock extends Cacheable {
  readonly type: 'tool_use';
  /** As it was given; each encoder makes it fit its own alphabet, the same way for use and result. */
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it (numbers beyond 2^53 survive), or the free text of a custom tool. */
  readonly arguments: string;
  readonly kind: 'function' | 'custom';
  readonly signature?: Signature;
}

export interface ToolResultBlock extends Cacheable {
  readonly type: 'tool_result';
  readonly toolUseId: string;
  readonly content: readonly (TextBlock | ImageBlock | DocumentBlock | OpaqueBlock)[];
  readonly isError: boolean;
}

export interface RefusalBlock {
  readonly type: 'refusal';
  readonly text: string;
}

/** A block only its own protocol knows (server tools, containers); carried to that protocol, named or refused elsewhere. */
export interface OpaqueBlock {
  readonly type: 'opaque';
  readonly protocol: 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini';
  /** The block's own `type`, for messages. */
  readonly name: string;
  readonly value: unknown;
}

export type Tool = FunctionTool | CustomTool | OpaqueTool;

export interface FunctionTool extends Cacheable {
  readonly kind: 'function';
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of an object; null when the client gave none. */
  readonly parameters: Record<string, unknown> | null;
  readonly strict: boolean | null;
  /** Declared in OpenAI's older `functions`: the client expects one `function_call` in place of `tool_calls`. */
  readonly legacy?: boolean;
  /** The group the tool stood in; `name` begins with it. */
  readonly namespace?: string;
}

/** Takes free text instead of JSON. */
export interface CustomTool {
  readonly kind: 'custom';
  readonly name: string;
  /** As with functions. */
  readonly namespace?: string;
  readonly description: string | null;
  /** The grammar of the text, in OpenAI's form; null: any text. */
  readonly format: unknown;
}

/** A tool the provider runs itself. */
export interface OpaqueTool {
  readonly kind: 'opaque';
  readonly protocol: OpaqueBlock['protocol'];
  readonly name: string;
  readonly value: unknown;
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'named'; readonly name: string }
  /** One of these, or with `required` false also none of them. */
  | { readonly kind: 'allowed'; readonly names: readonly string[]; readonly required: boolean };

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface Reasoning {
  /** Null: not said in these words. */
  readonly effort: Effort | null;
  /** Thinking tokens at most; null: not said. */
  readonly budgetTokens: number | null;
  /** `adaptive`: the model decides how much. */
  readonly mode: 'enabled' | 'adaptive' | 'disabled';
  /** Whether the client wants to see the thoughts; null: the default of its protocol. */
  readonly visible: boolean | null;
}

export type OutputFormat =
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json_schema';
      readonly name: string | null;
      readonly description: string | null;
      readonly schema: Record<string, unknown>;
      readonly strict: boolean | null;
    };

/** Why an answer ended, derived from what happened rather than from one provider's word for it. */
export type FinishReason =
  | 'stop'
  | 'stop_sequence'
  | 'length'
  | 'context_length'
  | 'tool_use'
  | 'refusal'
  | 'content_filter'
  | 'pause';

/** A whole answer, one per candidate. */
export interface ConversationAnswer {
  readonly id: string;
  /** The upstream's name. */
  readonly model: string;
  /** Seconds since the epoch; null when the provider does not say. */
  readonly createdAt: number | null;
  readonly candidates: readonly AnswerCandidate[];
  /** Null when the provider sent none. */
  readonly usage: TokenUsage | null;
}

export interface AnswerCandidate {
  readonly blocks: readonly Block[];
  readonly finishReason: FinishReason;
  /** The string that stopped it, where the provider tells. */
  readonly stopSequence: string | null;
  /** OpenAI's form of `logprobs`; null when there are none. */
  readonly logprobs: unknown;
}

/**
 * An answer as it comes. Blocks of one candidate are numbered from 0 without gaps and never overlap: each is opened, grows and
 * is closed before the next one opens.
 */
export type ConversationEvent =
  | {
      readonly type: 'start';
      readonly id: string;
      readonly model: string;
      readonly createdAt: number | null;
      /** What the provider counts at the start (Anthropic's input tokens); null otherwise. */
      readonly usage: TokenUsage | null;
    }
  /** The block as far as it is known: text empty, arguments empty; complete for images, redacted thinking and opaque blocks. */
  | {
      readonly type: 'block_start';
      readonly candidate: number;
      readonly index: number;
      readonly block: Block;
    }
  | {
      readonly type: 'block_delta';
      readonly candidate: number;
      readonly index: number;
      readonly delta: BlockDelta;
    }
  | { readonly type: 'block_end'; readonly candidate: number; readonly index: number }
  | {
      readonly type: 'finish';
      readonly candidate: number;
      readonly reason: FinishReason;
      readonly stopSequence: string | null;
    }
  /** The provider's count so far; a later one replaces it. */
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  /** The provider is alive and has nothing to say. */
  | { readonly type: 'ping' }
  /** The provider's own error; nothing follows it. */
  | { readonly type: 'error'; readonly message: string; readonly words: readonly string[] };

export type BlockDelta =
  /** Of text, thinking, refusal and the transcript of audio. */
  | { readonly type: 'text'; readonly text: string }
  /** Of tool arguments, as raw text. */
  | { readonly type: 'arguments'; readonly text: string }
  /** The whole signature of a thinking, text or tool block. */
  | { readonly type: 'signature'; readonly signature: Signature }
  /** The only one that may come behind the end of its block. */
  | { readonly type: 'citation'; readonly citation: Citation }
  /** Base64 that continues audio data. */
  | { readonly type: 'audio'; readonly data: string }
  /** OpenAI's form of `logprobs` for the text of the same chunk. */
  | { readonly type: 'logprobs'; readonly logprobs: unknown };
