import { isBillingHeader } from '../billing-header.js';
import type { ConversationRequest } from '../conversation.js';
import { UntranslatableError, type EncodedRequest } from '../translation.js';
import { lostInTurns, type TurnPlaces } from '../lost-in-turns.js';
import { encodeTools } from './encode-tools.js';
import { encodeTurns, leadingTurns } from './encode-turns.js';
import { modelGeneration } from './model-generation.js';
import { canSteerThinking, encodeGenerationConfig } from './generation-config.js';

/** The body of `generateContent`; the model and whether to stream are said by the address. Throws UntranslatableError. */
export function encodeGeminiRequest(request: ConversationRequest): EncodedRequest {
  const system = systemText(request);
  const tools = encodeTools(request);
  const generationConfig = encodeGenerationConfig(request);
  const body = {
    ...(system && { systemInstruction: { parts: [{ text: system }] } }),
    contents: encodeTurns(request),
    ...tools.members,
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
    ...serviceTier(request),
  };
  return { body, dropped: [...tools.dropped, ...droppedOf(request)] };
}

function systemText({ turns }: ConversationRequest): string {
  return leadingTurns(turns)
    .flatMap(({ blocks }) => blocks)
    .filter((block) => !isBillingHeader(block))
    .map((block) => {
      if (block.type === 'text') return block.text;
      throw new UntranslatableError(
        'system',
        `a system turn of Gemini holds text only, no ${block.type}`,
      );
    })
    .filter((text) => text !== '')
    .join('\n\n');
}

function serviceTier({ serviceTier: tier }: ConversationRequest): { serviceTier?: string } {
  return tier === 'flex' || tier === 'priority' ? { serviceTier: tier } : {};
}

const USUAL_TIERS = new Set<string | null>([
  null,
  'auto',
  'default',
  'standard',
  'standard_only',
  'flex',
  'priority',
]);

/** What has no place in Gemini. Throws UntranslatableError for an extra the answer depends on. */
function droppedOf(request: ConversationRequest): string[] {
  const { model, endUser, cacheKey, parallelToolCalls, reasoning, extras } = request;
  const essential = extras.find((extra) => extra.essential);
  if (essential) {
    throw new UntranslatableError(essential.name, `Gemini has nothing like ${essential.name}`);
  }
  const lost: [string, boolean][] = [
    ['endUser', endUser !== null],
    ['cacheKey', cacheKey !== null],
    ['parallelToolCalls', parallelToolCalls === false],
    ['reasoning', reasoning !== null && !canSteerThinking(model)],
    ['serviceTier', !USUAL_TIERS.has(request.serviceTier)],
  ];
  return [
    ...lostInTurns(request, placesOf(model)),
    ...lost.filter(([, isLost]) => isLost).map(([name]) => name),
    ...extras.map(({ name }) => name),
  ];
}

/** Gemini caches by itself. */
function placesOf(model: string): TurnPlaces {
  return {
    thinking: (block) => block.type === 'thinking' && block.signature?.provider === 'gemini',
    cache: () => false,
    citations: false,
    imageDetail: modelGeneration(model) >= 3,
    documentContext: true,
  };
}
