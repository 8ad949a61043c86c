import type { Type } from '@nestjs/common';
import { FileApiKeys } from '../api-keys/file-api-keys.js';
import type { FileSection } from '../config/file-section.js';
import { FileRouting } from '../routing-config/file-routing.js';
import { FileAccounts } from '../upstream-accounts/file-accounts.js';
import { FilePrices } from './file-prices.js';

/**
 * What the file declares and the database keeps, in the order in which it is applied; can also be imported once. Accounts
 * come first: asking name servers for their addresses takes time, and no lock is held yet.
 */
export const STORED_SECTIONS: readonly Type<FileSection>[] = [
  FileAccounts,
  FileApiKeys,
  FileRouting,
];

/** Every part of the file that is applied while the gateway runs. */
export const FILE_SECTIONS: readonly Type<FileSection>[] = [...STORED_SECTIONS, FilePrices];
