import { isModelPattern } from '../common/model-pattern.js';
import { FileFault } from '../config/config-error.js';
import type { ConfigurationFile } from '../config/configuration-file.js';
import { hasValidChecksum } from './api-key-secret.js';

export type DeclaredKey = ConfigurationFile['master_keys'][number];

/** What can be wrong with the keys of a configuration file whatever the database has. Throws FileFault. */
export function refuseFaults(declared: readonly DeclaredKey[]): void {
  const names = new Set<string>();
  const secrets = new Map<string, string>();
  for (const [index, { name, key, allowed_models: patterns }] of declared.entries()) {
    const fault = (field: string, reason: string): FileFault =>
      new FileFault(['master_keys', index, field], `master_keys: ${reason}`);
    if (names.has(name)) throw fault('name', `"${name}" is declared twice`);
    names.add(name);
    const twin = secrets.get(key);
    if (twin !== undefined) throw fault('key', `"${twin}" and "${name}" have the same key`);
    secrets.set(key, name);
    if (!hasValidChecksum(key)) {
      throw fault(
        'key',
        `the key of "${name}" begins like one the gateway made, but its checksum is wrong`,
      );
    }
    const bad = patterns.find((pattern) => !isModelPattern(pattern));
    if (bad !== undefined) {
      throw fault(
        'allowed_models',
        `"${bad}" in allowed_models of "${name}" may have one "*", at its start or its end`,
      );
    }
  }
}
