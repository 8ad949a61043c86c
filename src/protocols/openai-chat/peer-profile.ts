/** What a request to one OpenAI-compatible provider has to respect. Answers need none of it: they tell by their shape. */
export interface PeerProfile {
  readonly provider: string;
  /** The field in which an assistant's thoughts go back; null: they are left out. */
  readonly reasoningField: 'reasoning_content' | 'reasoning' | null;
  /** A turn with tool calls is refused without its thoughts, even if they are unknown (DeepSeek). */
  readonly requiresReasoningReplay: boolean;
  /** How the provider wants to be told to think: OpenAI's effort, or words of its own. */
  readonly reasoningStyle: 'effort' | 'thinking' | 'enable_thinking' | 'reasoning' | null;
  /** The models that take `reasoning_effort`; null: all. Others refuse the parameter. */
  readonly reasoningModels: RegExp | null;
  /** Thinking models that accept the default sampling only. */
  readonly fixesSampling: boolean;
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  readonly supportsStreamOptions: boolean;
  readonly supportsJsonSchema: boolean;
  readonly supportsTopK: boolean;
  readonly supportsLogprobs: boolean;
  readonly supportsCustomTools: boolean;
  /** `tool_choice: {type: "allowed_tools"}`; elsewhere only the allowed tools are sent. */
  readonly supportsAllowedTools: boolean;
  readonly supportsRefusal: boolean;
  /** Ids of tool calls have to look like this. */
  readonly toolIdPattern: RegExp | null;
  readonly toolNameMax: number;
  readonly systemRole: 'developer' | 'system';
  /** Refuses parts where a text would do. */
  readonly plainStringContent: boolean;
  /** Takes the data of audio alone, without its format. */
  readonly bareAudio: boolean;
  readonly cacheMark: 'prompt_cache_breakpoint' | 'cache_control' | null;
  /** The models that take it; null: all. Others cache by themselves and refuse the mark. */
  readonly cacheModels: RegExp | null;
  readonly supportsCacheKey: boolean;
  readonly supportsServiceTier: boolean;
  readonly endUserField: 'safety_identifier' | 'user' | 'user_id' | null;
  /** Client parameters without a place in the internal form that the provider takes by the same name. */
  readonly parameters: ReadonlySet<string>;
}

const OPENAI_PARAMETERS = words(
  `logit_bias prediction verbosity metadata store moderation modalities audio web_search_options
  prompt_cache_options prompt_cache_retention`,
);

const OPENAI: PeerProfile = {
  provider: 'openai',
  reasoningField: null,
  requiresReasoningReplay: false,
  reasoningStyle: 'effort',
  reasoningModels: /^(?:openai\/)?(?:o\d|gpt-(?:[5-9]|\d\d)(?!.*-chat)|gpt-oss|codex)/,
  fixesSampling: true,
  maxTokensField: 'max_completion_tokens',
  supportsStreamOptions: true,
  supportsJsonSchema: true,
  supportsTopK: false,
  supportsLogprobs: true,
  supportsCustomTools: true,
  supportsAllowedTools: true,
  supportsRefusal: true,
  toolIdPattern: null,
  toolNameMax: 64,
  systemRole: 'developer',
  plainStringContent: false,
  bareAudio: false,
  cacheMark: 'prompt_cache_breakpoint',
  // https://developers.openai.com/api/docs/guides/prompt-caching
  cacheModels: /gpt-(?:5\.(?:[6-9]|\d\d)|[6-9]|\d\d)/,
  supportsCacheKey: true,
  supportsServiceTier: true,
  endUserField: 'safety_identifier',
  parameters: OPENAI_PARAMETERS,
};

/** A server that took over OpenAI's older, common core. */
const PEER: PeerProfile = {
  ...OPENAI,
  reasoningField: 'reasoning_content',
  reasoningModels: null,
  fixesSampling: false,
  maxTokensField: 'max_tokens',
  supportsCustomTools: false,
  supportsAllowedTools: false,
  supportsRefusal: false,
  systemRole: 'system',
  cacheMark: null,
  cacheModels: null,
  supportsCacheKey: false,
  supportsServiceTier: false,
  endUserField: 'user',
  parameters: words('logit_bias min_p repetition_penalty'),
};

type Differences = Partial<Omit<PeerProfile, 'provider'>>;

/** One line per provider; what is not said is as in PEER. */
const DIFFERENCES: Readonly<Record<string, Differences>> = {
  deepseek: {
    requiresReasoningReplay: true,
    reasoningStyle: 'thinking',
    supportsStreamOptions: true,
    supportsJsonSchema: false,
    endUserField: null,
    parameters: words(''),
  },
  groq: {
    reasoningField: 'reasoning',
    reasoningModels: /gpt-oss/,
    supportsServiceTier: true,
    parameters: words('logit_bias'),
  },
  mistral: {
    reasoningField: null,
    reasoningStyle: null,
    supportsStreamOptions: false,
    supportsLogprobs: false,
    toolIdPattern: /^[a-zA-Z0-9]{9}$/,
    bareAudio: true,
    endUserField: null,
    parameters: words('prediction safe_prompt metadata'),
  },
  openrouter: {
    reasoningField: 'reasoning',
    reasoningStyle: 'reasoning',
    supportsStreamOptions: false,
    supportsTopK: true,
    cacheMark: 'cache_control',
    parameters: words(
      'logit_bias min_p repetition_penalty top_a provider models transforms plugins route usage verbosity web_search_options modalities',
    ),
  },
  xai: { reasoningModels: /grok-3-mini/, parameters: words('search_parameters') },
  together: {
    reasoningField: 'reasoning',
    reasoningModels: /gpt-oss/,
    supportsTopK: true,
    parameters: words('logit_bias min_p repetition_penalty safety_model'),
  },
  fireworks: { supportsTopK: true },
  cerebras: {
    reasoningField: 'reasoning',
    reasoningModels: /gpt-oss/,
    parameters: words('logit_bias'),
  },
  perplexity: {
    reasoningField: null,
    supportsStreamOptions: false,
    supportsTopK: true,
    supportsLogprobs: false,
    endUserField: null,
    parameters: words(
      'web_search_options search_context_size search_domain_filter search_mode return_images return_related_questions',
    ),
  },
  moonshot: { reasoningStyle: 'thinking', endUserField: null, parameters: words('') },
  zai: {
    reasoningStyle: 'thinking',
    supportsJsonSchema: false,
    supportsLogprobs: false,
    endUserField: 'user_id',
    parameters: words('do_sample'),
  },
  alibaba: {
    reasoningStyle: 'enable_thinking',
    supportsTopK: true,
    endUserField: null,
    parameters: words('repetition_penalty enable_search search_options'),
  },
  ernie: {
    reasoningStyle: 'enable_thinking',
    parameters: words('penalty_score repetition_penalty web_search metadata'),
  },
  huggingface: { reasoningStyle: null },
  venice: {
    supportsTopK: true,
    parameters: words('logit_bias min_p repetition_penalty venice_parameters'),
  },
  vllm: {
    supportsTopK: true,
    parameters: words(
      'logit_bias min_p repetition_penalty guided_json guided_regex guided_choice guided_grammar structured_outputs chat_template_kwargs',
    ),
  },
  ollama: { reasoningField: 'reasoning', parameters: words('') },
  llamacpp: {
    supportsTopK: true,
    parameters: words('logit_bias min_p grammar chat_template_kwargs'),
  },
};

/** @param provider the id of an adapter; unknown ones are taken for an OpenAI-compatible peer with nothing special */
export function peerProfile(provider: string): PeerProfile {
  if (provider === 'openai' || provider === 'azure') return { ...OPENAI, provider };
  const differences = Object.hasOwn(DIFFERENCES, provider) ? DIFFERENCES[provider] : undefined;
  return { ...PEER, ...differences, provider };
}

/** The profile of a provider as one of its models has it. */
export function profileFor(profile: PeerProfile, model: string): PeerProfile {
  const isMarked = profile.cacheModels?.test(model) !== false;
  return isMarked ? profile : { ...profile, cacheMark: null };
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/).filter(Boolean));
}
