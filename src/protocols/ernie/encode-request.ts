import type { ConversationRequest, FunctionTool, Tool } from '../conversation.js';
import type { JsonObject } from '../read-json.js';
import { UntranslatableError, type EncodedRequest } from '../translation.js';
import { lostInTurns, type TurnPlaces } from '../lost-in-turns.js';
import { encodeMessages } from './encode-messages.js';

/** The body of a chat call to the old interface; the model is in the path. Throws UntranslatableError. */
export function encodeErnieRequest(request: ConversationRequest): EncodedRequest {
  refuse(request);
  const { sampling, maxOutputTokens, stream, endUser } = request;
  const system = systemText(request);
  const body = {
    messages: encodeMessages(request.turns),
    ...(system && { system }),
    ...(stream && { stream }),
    ...(sampling.temperature !== null && { temperature: temperature(sampling.temperature) }),
    ...(sampling.topP !== null && { top_p: sampling.topP }),
    ...(sampling.frequencyPenalty !== null && {
      penalty_score: penaltyScore(sampling.frequencyPenalty),
    }),
    ...(sampling.stop.length > 0 && { stop: sampling.stop }),
    ...(maxOutputTokens !== null && { max_output_tokens: maxOutputTokens }),
    ...(request.outputFormat && { response_format: 'json_object' }),
    ...(endUser !== null && { user_id: endUser }),
    ...encodeFunctions(request),
  };
  return { body, dropped: droppedOf(request) };
}

function refuse({
  candidates,
  logprobs,
  outputFormat,
  extras,
  sampling,
}: ConversationRequest): void {
  const essential = extras.find((extra) => extra.essential)?.name;
  const reasons: [string | undefined, boolean][] = [
    ['n', (candidates ?? 1) > 1],
    ['logprobs', logprobs !== null],
    ['response_format', outputFormat?.kind === 'json_schema'],
    ['stop', sampling.stop.length > 4],
    [essential, essential !== undefined],
  ];
  const param = reasons.find(([, isMeant]) => isMeant)?.[0];
  if (param !== undefined)
    throw new UntranslatableError(param, `this model does not take ${param}`);
}

function systemText({ turns }: ConversationRequest): string {
  return turns
    .filter(({ role }) => role === 'system')
    .flatMap(({ blocks }) => blocks)
    .map((block) => {
      if (block.type === 'text') return block.text;
      throw new UntranslatableError('system', `a system turn holds text only, no ${block.type}`);
    })
    .filter(Boolean)
    .join('\n\n');
}

/** From above 0 to 1. */
function temperature(wanted: number): number {
  return Math.min(1, Math.max(0.0001, wanted));
}

/** From 1, no penalty, to 2; OpenAI's scale goes to 2 and has rewards as well. */
function penaltyScore(frequencyPenalty: number): number {
  return Math.min(2, 1 + Math.max(0, frequencyPenalty) / 2);
}

function encodeFunctions({ tools, toolChoice }: ConversationRequest): JsonObject {
  const names = toolChoice?.kind === 'allowed' ? toolChoice.names : null;
  const offered = tools
    .map(asFunction)
    .filter(({ name }) => names === null || names.includes(name));
  if (offered.length === 0 || toolChoice?.kind === 'none') return {};
  const functions = offered.map(({ name, description, parameters }) => ({
    name,
    description: description ?? name,
    parameters: parameters ?? { type: 'object', properties: {} },
  }));
  const forced = forcedName({ toolChoice, functions });
  return {
    functions,
    ...(forced && { tool_choice: { type: 'function', function: { name: forced } } }),
  };
}

function asFunction(tool: Tool): FunctionTool {
  if (tool.kind === 'function') return tool;
  throw new UntranslatableError('tools', `this model has no tool like ${tool.name}`);
}

/** The interface can force one function, or none. */
function forcedName({
  toolChoice,
  functions,
}: {
  toolChoice: ConversationRequest['toolChoice'];
  functions: readonly { name: string }[];
}): string | null {
  if (toolChoice?.kind === 'named') return toolChoice.name;
  const isForced =
    toolChoice?.kind === 'required' || (toolChoice?.kind === 'allowed' && toolChoice.required);
  if (!isForced) return null;
  if (functions.length === 1) return functions[0]!.name;
  throw new UntranslatableError(
    'tool_choice',
    'this model can be made to call one named function only',
  );
}

/** Images are refused, so there is no detail to lose. */
const PLACES: TurnPlaces = {
  thinking: () => false,
  cache: () => false,
  citations: false,
  imageDetail: true,
  documentContext: true,
};

function droppedOf(request: ConversationRequest): string[] {
  const { sampling, reasoning, cacheKey, serviceTier, extras, turns } = request;
  const first = turns.findIndex(({ role }) => role !== 'system');
  const lost: [string, boolean][] = [
    ['turns.order', first !== -1 && turns.slice(first).some(({ role }) => role === 'system')],
    ['topK', sampling.topK !== null],
    ['seed', sampling.seed !== null],
    ['presencePenalty', sampling.presencePenalty !== null],
    ['reasoning', reasoning !== null],
    ['cacheKey', cacheKey !== null],
    ['serviceTier', serviceTier !== null],
  ];
  return [
    ...lostInTurns(request, PLACES),
    ...lost.filter(([, isLost]) => isLost).map(([name]) => name),
    ...extras.map(({ name }) => name),
  ];
}
