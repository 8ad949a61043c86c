import { readFileSync, writeFileSync } from 'node:fs';
import {
  CHAT,
  CHAT_BASE,
  MESSAGES,
  MESSAGES_BASE,
  RESPONSES,
  RESPONSES_BASE,
} from './support/fidelity-samples.js';
import { fidelity, markdown } from './support/fidelity-table.js';

const PAGE = 'docs/fidelity.md';
const CLIENTS = [
  ['POST /v1/chat/completions', fidelity('chat', CHAT_BASE, CHAT)],
  ['POST /v1/messages', fidelity('messages', MESSAGES_BASE, MESSAGES)],
  ['POST /v1/responses', fidelity('responses', RESPONSES_BASE, RESPONSES)],
] as const;

describe('translation between protocols', () => {
  it.each(CLIENTS)('loses nothing of %s in silence', (_, rows) => {
    const lost = rows.filter(({ fates }) => fates.includes('lost'));
    expect(lost).toEqual([]);
  });

  it(`is described in ${PAGE}`, () => {
    const head = readFileSync(PAGE, 'utf8').split('\n## ')[0]!;
    const page = `${head}\n${CLIENTS.map(([route, rows]) => markdown(route, rows)).join('\n')}`;
    // oxlint-disable-next-line jest/no-conditional-in-test
    if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});
