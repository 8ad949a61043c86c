import type { Content, FunctionDeclaration } from '@google/genai';
import { event, flatCall, type Dialect } from './dialect.js';

/** As Gemini 3 speaks it: calls come whole and without ids, the first of a turn is signed. */
export const geminiDialect: Dialect = {
  stream({ thought, text, calls = [] }, turn) {
    return [
      ...(thought === undefined ? [] : [chunk({ text: thought, thought: true }, turn)]),
      ...(text === undefined ? [] : [chunk({ text }, turn)]),
      ...calls.map(flatCall).map((call, index) =>
        chunk(
          {
            functionCall: { name: call.name, args: call.arguments },
            ...(index === 0 && { thoughtSignature: `R2VtaW5p${turn}` }),
          },
          turn,
        ),
      ),
      chunk({ text: '' }, turn, 'STOP'),
    ];
  },

  whole: (text) => answer({ text }, 1, 'STOP'),

  brokenStream(text) {
    const error = { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' };
    return [chunk({ text }, 1), event({ error })];
  },

  overloaded: {
    status: 503,
    body: { error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } },
  },

  history(body) {
    const { contents, tools = [] } = body as {
      contents: Content[];
      tools?: { functionDeclarations?: FunctionDeclaration[] }[];
    };
    const parts = contents.flatMap((content) => content.parts ?? []);
    return {
      roles: contents.map(({ role }) => role!),
      calls: parts.flatMap(({ functionCall }) =>
        functionCall
          ? [{ id: functionCall.id!, name: functionCall.name!, arguments: functionCall.args }]
          : [],
      ),
      results: parts.flatMap(({ functionResponse }) =>
        functionResponse
          ? [{ id: functionResponse.id!, text: JSON.stringify(functionResponse) }]
          : [],
      ),
      proofs: parts.flatMap(({ thoughtSignature }) => (thoughtSignature ? [thoughtSignature] : [])),
      tools: tools.flatMap(({ functionDeclarations }) =>
        (functionDeclarations ?? []).map(({ name }) => name!),
      ),
    };
  },
};

function chunk(part: object, turn: number, finishReason?: string): string {
  return event(answer(part, turn, finishReason));
}

function answer(part: object, turn: number, finishReason?: string): object {
  const usageMetadata = {
    promptTokenCount: 105,
    candidatesTokenCount: 12,
    thoughtsTokenCount: 8,
    totalTokenCount: 125,
  };
  const candidate = { content: { role: 'model', parts: [part] }, index: 0 };
  return {
    candidates: [{ ...candidate, ...(finishReason !== undefined && { finishReason }) }],
    usageMetadata,
    modelVersion: 'gemini-3-pro',
    responseId: `response-${turn}`,
  };
}
