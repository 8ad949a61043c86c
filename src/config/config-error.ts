/** The start cannot go on; the message names each setting at fault and what was expected, never a secret's value. */
export class ConfigError extends Error {
  /** sysexits.h EX_CONFIG */
  readonly exitCode = 78;

  override get name(): string {
    return 'ConfigError';
  }
}

/** What the configuration file says cannot be applied; whoever read the file knows the line. */
export class FileFault extends ConfigError {
  /** @param at where in the file, such as `['providers', 0, 'api_base']` */
  constructor(
    readonly at: readonly (string | number)[],
    reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}
