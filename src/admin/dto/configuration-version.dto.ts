export class ConfigurationVersionDto {
  /** Grows with every change of what requests are decided by: keys, accounts, users, routing, prices. */
  version: number;
  /** When this instance took the version over. */
  loaded_at: string;
  /** `database`, or the configuration file behind part of it. */
  source: string;
  /**
   * Settings that the file has changed since the start and that take a restart, such as `server.port`.
   * @example []
   */
  restart_needed: string[];

  static from(
    { version, loadedAt }: { version: number; loadedAt: number },
    { filePath, needingRestart }: { filePath: string | null; needingRestart: readonly string[] },
  ): ConfigurationVersionDto {
    return {
      version,
      loaded_at: new Date(loadedAt).toISOString(),
      source: filePath ?? 'database',
      restart_needed: [...needingRestart],
    };
  }
}
