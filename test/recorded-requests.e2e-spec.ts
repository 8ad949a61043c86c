import { UntranslatableError } from '../src/protocols/translation.js';
import { loadRecordings } from './support/recordings.js';
import {
  firstDifference,
  plain,
  REQUEST_CLIENTS,
  TARGETS,
  translateRequest,
  writtenAgain,
  type Body,
  type Target,
  type TranslatedRequest,
} from './support/request-targets.js';
import { typeErrors } from './support/type-check.js';
import { UPSTREAM_TYPES } from './support/upstream-types.js';

interface Sent extends TranslatedRequest {
  readonly name: string;
  readonly type: string;
  readonly again: Body | null;
}

describe.each(REQUEST_CLIENTS)('recorded requests of $api for other providers', (client) => {
  const { set, recordings } = loadRecordings([client.api]);
  const asked = recordings.filter(
    ({ request, response }) => response.status === 200 && isWhole(request.body),
  );
  const sent: Sent[] = [];
  const refused = new Map<string, number>();

  beforeAll(() => {
    for (const { name, request } of asked) {
      for (const target of TARGETS) {
        if (target.family !== client.native) send(name, request.body!, target);
      }
    }
  });

  function send(name: string, body: Body, target: Target): void {
    try {
      const translated = translateRequest(client, body, target);
      const again = writtenAgain(translated.value, target);
      sent.push({ ...translated, again, name: `${name} for ${target.model}`, type: target.type });
    } catch (error) {
      if (!(error instanceof UntranslatableError)) throw error;
      const reason = `${target.model} ${error.param.replaceAll(/\d+/g, '#')}`;
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    }
  }

  it("fit the published types of the provider's protocol", () => {
    const reasons = [...refused].map(([reason, times]) => `${reason} (${times})`).join(', ');
    console.log(
      `${client.api} (${set}): ${asked.length} requests, ${sent.length} translations; refused: ${reasons || 'none'}`,
    );
    expect(typeErrors(UPSTREAM_TYPES, sent)).toEqual([]);
  }, 60_000);

  it('ask what the client asked', () => {
    const changed = sent.filter((one) => one.changed.length > 0);
    expect(changed.map(({ name, changed: what }) => `${name}: ${what.join('; ')}`)).toEqual([]);
  });

  it('are the same when they are read back and written again', () => {
    const unequal = sent
      .filter(({ again }) => again !== null)
      .map(({ name, value, again }) => ({ name, before: plain(value), after: plain(again) }))
      .filter(({ before, after }) => before !== after);
    expect(
      unequal.map(({ name, before, after }) => `${name}: ${firstDifference(before, after)}`),
    ).toEqual([]);
  });
});

/** Some recordings keep a part of the request only. */
function isWhole(body: Body | null): boolean {
  return Array.isArray(body?.['messages']) || body?.['input'] !== undefined;
}
