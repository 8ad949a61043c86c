import type { EntityManager } from 'typeorm';
import type { ConfigurationFile } from './configuration-file.js';

/**
 * - `managed`: the file is all there is to say. What it no longer declares goes, and nobody else may edit what it declares
 * - `imported`: what it declares is written once, as if somebody had done so through the API
 */
export type ApplyMode = 'managed' | 'imported';

/** What became of one thing that the file declares, or declared before. */
export interface FileChange {
  /** The key of the file, such as `providers`. */
  readonly section: string;
  readonly name: string;
  readonly verb: 'created' | 'updated' | 'unchanged' | 'deleted';
}

export interface AppliedSection {
  readonly changes: readonly FileChange[];
  /** Puts into force what is not in the database; called once everything else is committed. Must not throw. */
  takeEffect?(): void;
}

/** A part of the configuration file and how it is applied. */
export interface FileSection {
  /** The key of the file that it applies. */
  readonly section: keyof ConfigurationFile;

  /**
   * All or nothing, and what is as declared is not touched: nobody reloads for a file that says what it said before.
   * Throws FileFault.
   * @param manager of the transaction that applies the whole file
   */
  apply(file: ConfigurationFile, manager: EntityManager, mode: ApplyMode): Promise<AppliedSection>;
}
