import type { IncomingMessage } from 'node:http';
import { scanObject } from '../protocols/json-scan.js';
import { splice } from '../protocols/json-splice.js';

const MODEL: ReadonlySet<string> = new Set(['model']);

/** The model that one of Azure's addresses names; null at every other. */
export function deploymentOf(request: IncomingMessage): string | null {
  const { params } = request as { params?: { deployment?: unknown } };
  return typeof params?.deployment === 'string' ? params.deployment : null;
}

/** A body that asks for the deployment: it may name another model, which Azure does not read, or none. Throws JsonScanError. */
export function askDeployment(body: Buffer, deployment: string): Buffer {
  const span = scanObject(body, MODEL).get('model');
  const name = JSON.stringify(deployment);
  if (span) return splice(body, [{ ...span, text: name }]);
  const start = body.indexOf('{') + 1;
  const isEmpty = /^\s*\}/.test(body.toString('latin1', start));
  return splice(body, [{ start, end: start, text: `"model":${name}${isEmpty ? '' : ','}` }]);
}
