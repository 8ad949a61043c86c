/** The start cannot go on; the message names each setting at fault and what was expected, never a secret's value. */
export class ConfigError extends Error {
  /** sysexits.h EX_CONFIG */
  readonly exitCode = 78;

  override get name(): string {
    return 'ConfigError';
  }
}
