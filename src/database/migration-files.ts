import { join } from 'node:path';

/** Files of a top-level folder, compiled or not: `dist/` mirrors the tree. */
export function glob(folder: string): string {
  return join(import.meta.dirname, '..', '..', folder, '*.{ts,js}');
}
