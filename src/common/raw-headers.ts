/**
 * All values of a header, however often it was sent: Node's `headers` joins or drops repetitions, and `headersDistinct` makes
 * lists of all headers to tell of one.
 * @param rawHeaders names and values in turn, as `IncomingMessage` has them
 * @param name in lower case
 */
export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const found = rawHeaders[index]!;
    if (found.length === name.length && found.toLowerCase() === name)
      values.push(rawHeaders[index + 1]!);
  }
  return values;
}
