import { loadRecordings, type Recording } from '../../../test/support/recordings.js';
import type { Block, ConversationRequest } from '../conversation.js';
import { InvalidConversationError } from '../translation.js';
import { decodeOpenAiChatRequest } from './decode-request.js';
import { encodeToolId } from './encode-assistant.js';
import { encodeOpenAiChatRequest } from './encode-request.js';
import type { Json } from './json-values.js';
import { peerProfile } from './peer-profile.js';

const { set, recordings } = loadRecordings(['openai.chat']);
const asked = recordings.filter(
  ({ request, response }) => response.status === 200 && Array.isArray(request.body?.['messages']),
);
/** What a provider took of a recorded request, but our profile leaves out. */
const MAY_BE_DROPPED: readonly string[] = ['messages.name', 'turns.thinking', 'turns.cache'];

describe(`openai-chat on ${asked.length} requests of the ${set} set`, () => {
  it('reads every request that a provider took', () => {
    expect(failures((one) => void decode(one))).toEqual([]);
  });

  it('finds every message, call and parameter in the body', () => {
    expect(
      failures((one) => differences(seenIn(decode(one)), writtenIn(one.request.body!))),
    ).toEqual([]);
  });

  it('writes every request so that it means the same', () => {
    expect(
      failures((one) => {
        const before = decode(one);
        const { body, dropped } = encodeOpenAiChatRequest(before, peerProfile(one.provider));
        const lost = dropped.filter((name) => !MAY_BE_DROPPED.includes(name));
        if (lost.length > 0) return `lost ${lost.join(', ')}`;
        return differences(
          meaning(decodeOpenAiChatRequest(body), one.provider),
          meaning(before, one.provider),
        );
      }),
    ).toEqual([]);
  });

  it('names the place of a bad shape in requests that were refused', () => {
    const problems = recordings
      .filter(({ request, response }) => request.body && response.status !== 200)
      .flatMap((one) => {
        try {
          decode(one);
          return [];
        } catch (error) {
          return error instanceof InvalidConversationError && error.param !== ''
            ? []
            : [`${one.name}: ${String(error)}`];
        }
      });
    expect(problems).toEqual([]);
  });
});

function decode({ request }: Recording): ConversationRequest {
  return decodeOpenAiChatRequest(request.body!);
}

function failures(check: (one: Recording) => string | void): string[] {
  return asked.flatMap((one) => {
    let problem: string | void;
    try {
      problem = check(one);
    } catch (error) {
      problem = String(error);
    }
    return problem ? [`${one.provider}/${one.name}: ${problem}`] : [];
  });
}

function differences(actual: object, expected: object): string {
  return Object.entries(expected)
    .map(([name, value]) => {
      const [left, right] = [JSON.stringify((actual as Json)[name]), JSON.stringify(value)];
      return left === right
        ? ''
        : `${name}: ${left?.slice(0, 300)} instead of ${right?.slice(0, 300)}`;
    })
    .filter(Boolean)
    .join('; ');
}

// oxlint-disable-next-line typescript/no-explicit-any -- recorded bodies have a shape of their own each
type Loose = any;

/** The body by itself, as simply as possible. */
function writtenIn(body: Loose) {
  const parts = (content: Loose): Loose[] => (Array.isArray(content) ? content : []);
  return {
    text: body.messages
      .map(({ content }: Loose) =>
        typeof content === 'string'
          ? content
          : parts(content)
              .map((p) => p.text ?? '')
              .join(''),
      )
      .join(''),
    media: body.messages.flatMap(({ content }: Loose) =>
      parts(content).filter(({ type }) => !['text', 'thinking'].includes(type)),
    ).length,
    calls: body.messages.flatMap(({ tool_calls: calls }: Loose) =>
      (calls ?? []).map((c: Loose) => [c.id, c.function.name, c.function.arguments]),
    ),
    results: body.messages.flatMap(({ role, tool_call_id: id }: Loose) =>
      role === 'tool' ? [id] : [],
    ),
    tools: [
      ...(body.tools ?? []).map((t: Loose) => t.function ?? t),
      ...(body.functions ?? []),
    ].map(({ name, description, parameters }: Loose) => [
      name,
      description ?? null,
      parameters ?? null,
    ]),
    limit: body.max_completion_tokens ?? body.max_tokens ?? null,
    temperature: body.temperature ?? null,
  };
}

function seenIn({ turns, tools, maxOutputTokens, sampling }: ConversationRequest) {
  const blocks = turns.flatMap((turn) => turn.blocks);
  const spoken = blocks.flatMap((block): readonly Block[] =>
    block.type === 'tool_result' ? block.content : [block],
  );
  return {
    text: spoken.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    media: spoken.filter(({ type }) => ['image', 'document', 'audio', 'opaque'].includes(type))
      .length,
    calls: blocks.flatMap((block) =>
      block.type === 'tool_use' ? [[block.id, block.name, block.arguments]] : [],
    ),
    results: blocks.flatMap((block) => (block.type === 'tool_result' ? [block.toolUseId] : [])),
    tools: tools.map((tool) =>
      tool.kind === 'function' ? [tool.name, tool.description, tool.parameters] : [tool.name],
    ),
    limit: maxOutputTokens,
    temperature: sampling.temperature,
  };
}

/** A request without what two bodies may write differently: joined texts, the one default of `n`, ids cut to fit. */
function meaning(request: ConversationRequest, provider: string) {
  const fit = (id: string) => encodeToolId(id, peerProfile(provider));
  const { stream: _stream, extras, turns, tools, candidates, reasoning, ...rest } = request;
  return {
    ...rest,
    reasoning: reasoning && { mode: reasoning.mode, budgetTokens: reasoning.budgetTokens },
    candidates: candidates ?? 1,
    extras: extras.filter(({ name }) => !MAY_BE_DROPPED.includes(name)),
    tools: tools.map((tool) =>
      tool.kind === 'function'
        ? [tool.name, tool.description, tool.parameters ?? { type: 'object', properties: {} }]
        : tool,
    ),
    turns: turns.map(({ role, blocks }) => ({
      role,
      text: blocks
        .map((block) => (block.type === 'text' ? block.text : ''))
        .join('')
        .replaceAll(/\s/g, ''),
      others: blocks
        .filter(({ type }) => type !== 'text' && type !== 'thinking')
        .map((block) => ({
          ...block,
          ...(block.type === 'tool_use' && { id: fit(block.id) }),
          ...(block.type === 'tool_result' && { toolUseId: fit(block.toolUseId) }),
        })),
    })),
  };
}
