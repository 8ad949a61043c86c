import fc from 'fast-check';
import { UntranslatableError } from '../src/protocols/translation.js';
import {
  asChat,
  asMessages,
  asResponses,
  generatedConversation,
  type Generated,
} from './support/generated-conversation.js';
import {
  firstDifference,
  plain,
  REQUEST_CLIENTS,
  TARGETS,
  translateRequest,
  writtenAgain,
  type Body,
  type ClientOfRequests,
} from './support/request-targets.js';
import { typeErrors, type TypedValue } from './support/type-check.js';
import { UPSTREAM_TYPES } from './support/upstream-types.js';

const WRITERS: Readonly<Record<string, (conversation: Generated) => Body>> = {
  chat: asChat,
  messages: asMessages,
  responses: asResponses,
};
const RUNS = { numRuns: 40, seed: 20_261_121 };
const cases = REQUEST_CLIENTS.flatMap((client) =>
  TARGETS.filter(({ family }) => family !== client.native).map((target) => ({
    title: `${client.operation} for ${target.model}`,
    client,
    target,
  })),
);

describe.each(cases)('generated conversations of $title', ({ client, target }) => {
  const write = WRITERS[client.operation]!;

  /** Old ERNIE sees no images: those conversations are refused, which is right. */
  function each(check: (conversation: Generated, body: Body) => void): void {
    fc.assert(
      fc.property(generatedConversation, (conversation) => {
        const seen = target.family === 'ernie' ? withoutImages(conversation) : conversation;
        check(seen, write(seen));
      }),
      RUNS,
    );
  }

  it('ask what the client asked, and again when read back', () => {
    each((_, body) => {
      const { value, changed } = translateRequest(client, body, target);
      expect(renamed(changed)).toEqual([]);
      const again = writtenAgain(value, target);
      const [before, after] = [plain(value), plain(again ?? value)];
      expect(before === after ? '' : firstDifference(before, after)).toBe('');
    });
  });

  it('are the same bytes every time', () => {
    each((_, body) => {
      const sent = (): string =>
        JSON.stringify(translateRequest(client, structuredClone(body), target).value);
      expect(sent()).toBe(sent());
    });
  });

  it("begin with the same bytes when a turn is added, so that the provider's cache hits", () => {
    each((conversation, body) => {
      const { exchanges, last } = conversation;
      const next = { said: last, image: false, answer: 'Yes.', calls: [] };
      const longer = { ...conversation, exchanges: [...exchanges, next], last: 'And then?' };
      const before = prefixOf(client, body);
      expect(prefixOf(client, write(longer)).startsWith(before)).toBe(true);
    });
  });

  /** Everything a provider reads in front of the answer, tools first. */
  function prefixOf(of: ClientOfRequests, body: Body): string {
    const { value } = translateRequest(of, body, target);
    const { messages, contents, system, systemInstruction, tools, functions } = value;
    const history = JSON.stringify(messages ?? contents).slice(0, -1);
    return JSON.stringify({ tools, functions, system, systemInstruction }) + history;
  }
});

it("generated conversations fit the published types of each provider's protocol", () => {
  const values: TypedValue[] = cases.flatMap(({ title, client, target }) =>
    fc.sample(generatedConversation, { numRuns: 12, seed: 7 }).flatMap((conversation) => {
      const body = WRITERS[client.operation]!(conversation);
      try {
        const { value } = translateRequest(client, body, target);
        return [{ name: title, type: target.type, value }];
      } catch (error) {
        if (error instanceof UntranslatableError) return [];
        throw error;
      }
    }),
  );
  expect(values.length).toBeGreaterThan(100);
  expect(typeErrors(UPSTREAM_TYPES, values)).toEqual([]);
}, 60_000);

function withoutImages(conversation: Generated): Generated {
  const exchanges = conversation.exchanges.map((one) => ({ ...one, image: false }));
  return { ...conversation, exchanges };
}

/** Names that a provider's alphabet does not allow come back in the answer: that they differ here is right. */
function renamed(changed: readonly string[]): string[] {
  return changed.filter((what) => !/^(names of calls|tools) /.test(what));
}
