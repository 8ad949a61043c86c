import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ConfigError } from './config-error.js';
import { readConfigurationFile, type ConfigurationFile } from './configuration-file.js';

const ABSENT = 'absent';

export interface ConfigurationSourceOptions {
  readonly path: string;
  /** Whether somebody named the file; the usual one may be missing. */
  readonly mustExist: boolean;
  /** What `${NAME}` in the file may name: `.env` can have changed as well. */
  readAgain(): Readonly<Record<string, string | undefined>>;
}

/** The configuration file on the disk, which can be read again and again. */
export class ConfigurationSource {
  readonly path: string;
  private readonly options: ConfigurationSourceOptions;
  private readVersion = ABSENT;
  private wasThere = false;

  constructor(options: ConfigurationSourceOptions) {
    this.path = options.path;
    this.options = options;
  }

  /** Which version of the file was read last, whether it was good or not. */
  get lastRead(): string {
    return this.readVersion;
  }

  /**
   * Null when there is no file and never was one. Throws ConfigError with line and reason, also for a file that has gone:
   * a volume that is not mounted must not look like a file that declares nothing.
   */
  read(): ConfigurationFile | null {
    // Before the contents: a change in between is noticed as one.
    this.readVersion = versionOf(statSync(this.path, { bigint: true, throwIfNoEntry: false }));
    if (this.readVersion === ABSENT && !this.options.mustExist && !this.wasThere) return null;
    const file = readConfigurationFile(this.path, this.options.readAgain());
    this.wasThere = true;
    return file;
  }

  /** Which version of the file is there now; two are the same only when nobody has written or replaced it. */
  async version(): Promise<string> {
    try {
      return versionOf(await stat(this.path, { bigint: true }));
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === 'ENOENT' || code === 'ENOTDIR') return ABSENT;
      throw new ConfigError(`${this.path}: cannot be looked at (${code})`, { cause: error });
    }
  }
}

interface Stat {
  dev: bigint;
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

/** Of what a symbolic link leads to: Kubernetes changes a mounted file by pointing a link elsewhere. */
function versionOf(found: Stat | undefined): string {
  if (!found) return ABSENT;
  return [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}
