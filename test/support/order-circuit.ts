import type { Gateway } from './gateway.js';

/** As an operator does it: by the account's name, until it is ordered otherwise. */
export async function orderCircuit(
  gateway: Gateway,
  name: string,
  state: 'forced_open' | 'disabled' | 'auto',
): Promise<void> {
  const token = await gateway.login();
  const { body } = await gateway.call('GET', '/api/upstream-accounts?limit=200', { token });
  const { id } = body.data.find((account: { name: string }) => account.name === name);
  const path = `/api/upstream-accounts/${id}/circuit`;
  const { status, text } = await gateway.call('PUT', path, { token, body: { state } });
  if (status !== 200) throw new Error(`circuit of ${name}: ${status} ${text}`);
}
