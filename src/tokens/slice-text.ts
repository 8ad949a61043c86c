/** Long enough that a cut costs well under one percent, short enough that no slice takes a millisecond. */
const SLICE_LENGTH = 1_500;

/**
 * Pieces of a text to be tokenised one by one: tokenisers are quadratic on a long run without a break, and one request of
 * 80,000 equal letters would hold a thread for seconds. Cuts at white space where there is some, and never through a surrogate pair.
 */
export function* sliceText(text: string): Generator<string> {
  let from = 0;
  while (text.length - from > SLICE_LENGTH) {
    const to = cutBefore(text, from, from + SLICE_LENGTH);
    yield text.slice(from, to);
    from = to;
  }
  if (from < text.length) yield text.slice(from);
}

function cutBefore(text: string, from: number, limit: number): number {
  for (let at = limit; at > limit - 200 && at > from; at--) {
    // In front of the space: encoders put it to the word behind it.
    if (/\s/.test(text[at]!)) return at;
  }
  return isLowSurrogate(text.charCodeAt(limit)) ? limit - 1 : limit;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
