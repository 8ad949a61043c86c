/** Whether PostgreSQL can keep a text, in any column and any document: it takes neither NUL nor half a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

export const NOT_STORABLE = 'NUL and half surrogate pairs cannot be kept';
