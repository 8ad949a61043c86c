import type { FactoryProvider, Type } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ConfigError, FileFault } from '../config/config-error.js';
import { placeIn, type ConfigurationFile } from '../config/configuration-file.js';
import type { AppliedSection, ApplyMode, FileChange, FileSection } from '../config/file-section.js';
import { GatewayConfig } from '../config/gateway-config.js';
import type { StartupStep } from '../database/database.service.js';

/** Brings what the configuration file declares into force: at every start, at a reload, and at an import. */
export class ApplyConfigurationFile implements StartupStep {
  readonly name = 'apply the configuration file';

  /** @param sections in the order in which they are applied */
  constructor(
    private readonly config: GatewayConfig,
    private readonly dataSource: DataSource,
    private readonly sections: readonly FileSection[],
  ) {}

  static with(sections: readonly Type<FileSection>[]): FactoryProvider<ApplyConfigurationFile> {
    return {
      provide: ApplyConfigurationFile,
      inject: [GatewayConfig, getDataSourceToken(), ...sections],
      useFactory: (config: GatewayConfig, dataSource: DataSource, ...built: FileSection[]) =>
        new ApplyConfigurationFile(config, dataSource, built),
    };
  }

  /** The keys of the file that are applied. */
  get sectionNames(): string[] {
    return this.sections.map(({ section }) => section);
  }

  /** Without any file nothing happens: a volume that was not mounted must not delete every account and key. */
  async run(): Promise<void> {
    if (this.config.file) await this.apply(this.config.file);
  }

  /** All or, with a ConfigError that names line and reason, nothing. */
  async apply(file: ConfigurationFile, mode: ApplyMode = 'managed'): Promise<FileChange[]> {
    const applied = await this.dataSource
      .transaction(async (manager) => {
        const done: AppliedSection[] = [];
        for (const section of this.sections) done.push(await section.apply(file, manager, mode));
        return done;
      })
      .catch((error: unknown) => {
        if (!(error instanceof FileFault)) throw error;
        throw new ConfigError(`${placeIn(file, error.at)}: ${error.message}`, { cause: error });
      });
    for (const section of applied) section.takeEffect?.();
    return applied.flatMap(({ changes }) => changes);
  }
}
