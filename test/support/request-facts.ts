/** What a request says, whatever protocol it says it in; read independently of the gateway's own decoders. */
export interface RequestFacts {
  /** Of the operator, in order. */
  system: string[];
  user: string[];
  model: string[];
  /** Name and arguments of each call, in order. */
  calls: [name: string, input: unknown][];
  results: string[];
  media: string[];
  tools: [name: string, description: string, parameters: string[]][];
  toolChoice: string | null;
  format: string | null;
  maxTokens: number | null;
  temperature: number | null;
  topP: number | null;
  stop: string[];
  candidates: number;
}

// oxlint-disable-next-line typescript/no-explicit-any -- every body has a shape of its own
type Loose = any;

function empty(): RequestFacts {
  return {
    system: [],
    user: [],
    model: [],
    calls: [],
    results: [],
    media: [],
    tools: [],
    toolChoice: null,
    format: null,
    maxTokens: null,
    temperature: null,
    topP: null,
    stop: [],
    candidates: 1,
  };
}

const list = (value: Loose): Loose[] =>
  Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
const dataOf = (url: string): string => url.slice(url.indexOf(',') + 1, url.indexOf(',') + 41);
const addressOf = (url: string): string => (url.startsWith('data:') ? dataOf(url) : url);

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return text ?? {};
  try {
    const value: unknown = JSON.parse(text || '{}');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Kept as it was written.
  }
  return { _raw: text };
}

/** Members of the object a tool takes, in order: the order is part of the prefix that providers cache. */
function membersOf(schema: Loose): string[] {
  return Object.keys(schema?.properties ?? {});
}

function formatOf(format: Loose, schema: Loose): string | null {
  if (!format || format.type === 'text') return null;
  return format.type === 'json_object' ? 'json' : `schema ${membersOf(schema).join()}`;
}

function choiceOf(choice: Loose): string | null {
  if (choice === null || choice === undefined) return null;
  if (typeof choice === 'string') return choice === 'any' ? 'required' : choice;
  if (choice.type === 'allowed_tools') return 'allowed';
  return `named ${choice.function?.name ?? choice.custom?.name ?? choice.name}`;
}

export function ofChat(body: Loose): RequestFacts {
  const facts = empty();
  for (const { role, content, tool_calls, function_call, refusal } of body.messages) {
    const side = { system: facts.system, developer: facts.system, assistant: facts.model }[
      role as string
    ];
    const said = role === 'tool' || role === 'function' ? facts.results : (side ?? facts.user);
    const texts = list(content).map((part) => readChatPart(part, facts));
    if (said === facts.results) said.push(texts.join('\n'));
    else said.push(...texts);
    if (refusal) facts.model.push(refusal);
    for (const { function: called, custom } of [
      ...list(tool_calls),
      ...list(function_call).map((called) => ({ function: called })),
    ]) {
      facts.calls.push(
        custom ? [custom.name, { input: custom.input }] : [called.name, parsed(called.arguments)],
      );
    }
  }
  for (const tool of [...list(body.tools), ...list(body.functions)]) {
    const { name, description, parameters } = tool.function ?? tool.custom ?? tool;
    facts.tools.push([name, description ?? '', membersOf(parameters)]);
  }
  facts.toolChoice = choiceOf(body.tool_choice ?? body.function_call);
  facts.format = formatOf(body.response_format, body.response_format?.json_schema?.schema);
  facts.maxTokens = body.max_completion_tokens ?? body.max_tokens ?? null;
  facts.temperature = body.temperature ?? null;
  facts.topP = body.top_p ?? null;
  facts.stop = list(body.stop);
  facts.candidates = body.n ?? 1;
  return facts;
}

function readChatPart(part: Loose, facts: RequestFacts): string {
  if (typeof part === 'string') return part;
  const { image_url: image, input_audio: audio, file, document_url: document } = part;
  if (document) facts.media.push(addressOf(document.url ?? document));
  if (image) facts.media.push(addressOf(image.url ?? image));
  if (audio) facts.media.push((audio.data ?? dataOf(audio)).slice(0, 40));
  if (file) facts.media.push(file.file_data ? addressOf(file.file_data) : file.file_id);
  return part.text ?? part.refusal ?? '';
}

export function ofMessages(body: Loose): RequestFacts {
  const facts = empty();
  for (const part of list(body.system)) facts.system.push(part.text ?? part);
  for (const { role, content } of body.messages) {
    const said = role === 'assistant' ? facts.model : role === 'user' ? facts.user : facts.system;
    for (const part of list(content)) readMessagesPart(part, said, facts);
  }
  for (const { type, name, description, input_schema } of list(body.tools)) {
    // The others run at their provider.
    if ((type ?? 'custom') !== 'custom') continue;
    facts.tools.push([name, description ?? '', membersOf(input_schema)]);
  }
  const { type, name } = body.tool_choice ?? {};
  facts.toolChoice =
    type === 'tool' ? `named ${name}` : type === 'any' ? 'required' : (type ?? null);
  const format = body.output_config?.format ?? body.output_format;
  facts.format = formatOf(format, format?.schema);
  facts.maxTokens = body.max_tokens ?? null;
  facts.temperature = body.temperature ?? null;
  facts.topP = body.top_p ?? null;
  facts.stop = list(body.stop_sequences);
  return facts;
}

function readMessagesPart(part: Loose, said: string[], facts: RequestFacts): void {
  if (typeof part === 'string') said.push(part);
  else if (part.type === 'text') said.push(part.text);
  else if (part.type === 'tool_use') facts.calls.push([part.name, part.input]);
  else if (part.type === 'tool_result') {
    const inside: string[] = [];
    for (const piece of list(part.content)) readMessagesPart(piece, inside, facts);
    facts.results.push(inside.join('\n'));
  } else if (part.type === 'image' || part.type === 'document') {
    const { source } = part;
    if (source.type === 'text') said.push(source.data);
    else if (source.type === 'content') {
      for (const piece of list(source.content)) readMessagesPart(piece, said, facts);
    } else facts.media.push((source.data ?? source.url ?? source.file_id).slice(0, 40));
  } else if (part.type === 'search_result') {
    for (const piece of list(part.content)) readMessagesPart(piece, said, facts);
  }
}

export function ofResponses(body: Loose): RequestFacts {
  const facts = empty();
  if (body.instructions) facts.system.push(body.instructions);
  for (const item of list(body.input)) {
    if (typeof item === 'string') facts.user.push(item);
    else readResponsesItem(item, facts);
  }
  for (const tool of list(body.tools)) {
    if (tool.type !== 'function' && tool.type !== 'custom') continue;
    facts.tools.push([tool.name, tool.description ?? '', membersOf(tool.parameters)]);
  }
  facts.toolChoice = choiceOf(body.tool_choice);
  facts.format = formatOf(body.text?.format, body.text?.format?.schema);
  facts.maxTokens = body.max_output_tokens ?? null;
  facts.temperature = body.temperature ?? null;
  facts.topP = body.top_p ?? null;
  return facts;
}

function readResponsesItem(item: Loose, facts: RequestFacts): void {
  const sides = { assistant: facts.model, user: facts.user };
  switch (item.type ?? 'message') {
    case 'message': {
      const said = sides[item.role as 'user'] ?? facts.system;
      said.push(...list(item.content).map((part) => readResponsesPart(part, facts)));
      break;
    }
    case 'function_call':
      facts.calls.push([item.name, parsed(item.arguments)]);
      break;
    case 'custom_tool_call':
      facts.calls.push([item.name, { input: item.input }]);
      break;
    case 'function_call_output':
    case 'custom_tool_call_output':
      facts.results.push(
        list(item.output)
          .map((part) => readResponsesPart(part, facts))
          .join('\n'),
      );
  }
}

function readResponsesPart(part: Loose, facts: RequestFacts): string {
  if (typeof part === 'string') return part;
  const { image_url: image, file_data: data, file_url: address, file_id: id } = part;
  const where = image ?? data ?? address ?? id;
  if (where) facts.media.push(addressOf(where).slice(0, where.startsWith('http') ? 999 : 40));
  return part.text ?? part.refusal ?? '';
}

export function ofGemini(body: Loose): RequestFacts {
  const facts = empty();
  facts.system = list(body.systemInstruction?.parts).map(({ text }) => text);
  for (const { role, parts } of body.contents) {
    const said = role === 'model' ? facts.model : facts.user;
    for (const { text, thought, functionCall, functionResponse, ...media } of parts) {
      if (text && !thought) said.push(text);
      if (functionCall) facts.calls.push([functionCall.name, functionCall.args ?? {}]);
      if (functionResponse) facts.results.push(resultOf(functionResponse.response));
      for (const one of [media, ...list(functionResponse?.parts)]) {
        const { inlineData, fileData } = one;
        if (inlineData) facts.media.push(inlineData.data.slice(0, 40));
        if (fileData) facts.media.push(fileData.fileUri);
      }
    }
  }
  for (const { functionDeclarations } of list(body.tools)) {
    for (const { name, description, parameters, parametersJsonSchema } of list(
      functionDeclarations,
    )) {
      facts.tools.push([name, description ?? '', membersOf(parameters ?? parametersJsonSchema)]);
    }
  }
  const { mode, allowedFunctionNames: names } = body.toolConfig?.functionCallingConfig ?? {};
  const words: Record<string, string> = { AUTO: 'auto', NONE: 'none', ANY: 'required' };
  facts.toolChoice = names
    ? names.length === 1
      ? `named ${names[0]}`
      : 'allowed'
    : (words[mode] ?? null);
  const config = body.generationConfig ?? {};
  const schema = config.responseJsonSchema ?? config.responseSchema;
  if (config.responseMimeType === 'application/json') {
    facts.format = formatOf({ type: schema ? 'json_schema' : 'json_object' }, schema);
  }
  facts.maxTokens = config.maxOutputTokens ?? null;
  facts.temperature = config.temperature ?? null;
  facts.topP = config.topP ?? null;
  facts.stop = list(config.stopSequences);
  facts.candidates = config.candidateCount ?? 1;
  return facts;
}

function resultOf(response: Loose): string {
  const [name, ...others] = Object.keys(response);
  const isWrapped = others.length === 0 && (name === 'output' || name === 'error');
  return isWrapped ? String(response[name]) : JSON.stringify(response);
}

export function ofErnie(body: Loose): RequestFacts {
  const facts = empty();
  facts.system = list(body.system);
  for (const { role, content, function_call: call } of body.messages) {
    const said = { assistant: facts.model, function: facts.results }[role as string];
    if (content !== '' || role === 'function') (said ?? facts.user).push(content);
    if (call) facts.calls.push([call.name, parsed(call.arguments)]);
  }
  for (const { name, description, parameters } of list(body.functions)) {
    facts.tools.push([name, description, membersOf(parameters)]);
  }
  facts.toolChoice = choiceOf(body.tool_choice);
  facts.format = body.response_format === 'json_object' ? 'json' : null;
  facts.maxTokens = body.max_output_tokens ?? null;
  facts.temperature = body.temperature ?? null;
  facts.topP = body.top_p ?? null;
  facts.stop = list(body.stop);
  return facts;
}
