import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';
import type { ExtraParameter } from '../conversation.js';
import { optionalFields, optionalList, type Fields } from './request-fields.js';

/** Parameters with a place of their own in the internal form, or without any meaning for the answer. */
const UNDERSTOOD: ReadonlySet<string> = new Set<keyof ResponseCreateParamsBase>([
  'model',
  'input',
  'instructions',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'text',
  'reasoning',
  'include',
  'prompt_cache_key',
  'service_tier',
  'user',
  'safety_identifier',
]);

/** What the gateway does anyway. */
const AS_ALWAYS: Readonly<Record<string, unknown>> = {
  store: false,
  background: false,
  truncation: 'disabled',
};

const UNDERSTOOD_INCLUDES: readonly unknown[] = [
  'reasoning.encrypted_content',
  'message.output_text.logprobs',
];

const DEFAULT_REASONING: Readonly<Record<string, unknown>> = { context: 'auto', mode: 'standard' };

/** What the client asked for and the internal form has no place for. None of it changes what is asked. */
export function decodeExtras(body: Fields): ExtraParameter[] {
  return [...otherParameters(body), ...verbosity(body), ...otherIncludes(body), ...thinking(body)];
}

function otherParameters(body: Fields): ExtraParameter[] {
  return Object.entries(body)
    .filter(([name, value]) => !UNDERSTOOD.has(name) && value !== AS_ALWAYS[name])
    .flatMap(([name, value]) => extra(name, value));
}

/** Chat completions know it by this name. */
function verbosity(body: Fields): ExtraParameter[] {
  return extra('verbosity', optionalFields(body, 'text', '')?.['verbosity']);
}

/** Results of server tools. */
function otherIncludes(body: Fields): ExtraParameter[] {
  const others = optionalList(body, 'include', '').filter(
    (name) => !UNDERSTOOD_INCLUDES.includes(name),
  );
  return others.length === 0 ? [] : extra('include', others);
}

function thinking(body: Fields): ExtraParameter[] {
  const reasoning = optionalFields(body, 'reasoning', '') ?? {};
  return Object.entries(DEFAULT_REASONING)
    .filter(([name, usual]) => reasoning[name] !== usual)
    .flatMap(([name]) => extra(`reasoning.${name}`, reasoning[name]));
}

function extra(name: string, value: unknown): ExtraParameter[] {
  return value === null || value === undefined ? [] : [{ name, value, essential: false }];
}
