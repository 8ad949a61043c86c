import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIGURATION_FILE } from '../audit/actor.js';
import type { ConfigurationFile } from '../config/configuration-file.js';
import type { AppliedSection, ApplyMode, FileChange, FileSection } from '../config/file-section.js';
import { DEFAULT_ROUTING, type RoutingConfig } from './routing-config.js';
import { RoutingConfigsService } from './routing-configs.service.js';

/** The routing that the configuration file declares: all of it, or nothing where the file does not mention it. */
@Injectable()
export class FileRouting implements FileSection {
  readonly section = 'routing';

  constructor(private readonly configs: RoutingConfigsService) {}

  async apply(
    { routing }: ConfigurationFile,
    manager: EntityManager,
    mode: ApplyMode,
  ): Promise<AppliedSection> {
    await this.configs.lock(manager);
    const before = await this.configs.current(manager);
    const managedBy = mode === 'managed' ? 'file' : null;
    const author = { actor: CONFIGURATION_FILE, restoredFrom: null };
    if (routing) {
      const config: RoutingConfig = { ...DEFAULT_ROUTING, ...withoutGaps(routing) };
      const isAsDeclared = isSame(before.config, config) && before.managedBy === managedBy;
      if (isAsDeclared) return changed('unchanged');
      await this.configs.write(config, before, { ...author, managedBy }, manager);
      return changed(before.version === 0 ? 'created' : 'updated');
    }
    if (mode === 'imported' || before.managedBy === null) return { changes: [] };
    // It may be edited again, from where the file has left it.
    await this.configs.write(before.config, before, { ...author, managedBy: null }, manager);
    return changed('deleted');
  }
}

function changed(verb: FileChange['verb']): AppliedSection {
  return { changes: [{ section: 'routing', name: 'routing', verb }] };
}

/** What is not set is left to the defaults. */
function withoutGaps(routing: object): Partial<RoutingConfig> {
  return JSON.parse(JSON.stringify(routing)) as Partial<RoutingConfig>;
}

/** jsonb comes back with its keys in an order of its own. */
function isSame(a: RoutingConfig, b: RoutingConfig): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, member]) => [key, sorted(member)]);
}
