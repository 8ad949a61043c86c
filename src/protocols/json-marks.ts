/** Beginnings of JSON strings to look out for, as they are written behind the opening quote. */
export class JsonMarks {
  private readonly byFirstByte = new Map<number, Buffer[]>();

  constructor(marks: Iterable<string>) {
    for (const mark of new Set(marks)) {
      const bytes = Buffer.from(mark);
      const first = bytes[0]!;
      this.byFirstByte.set(first, [...(this.byFirstByte.get(first) ?? []), bytes]);
    }
  }

  /** The mark that stands here, if any does. */
  at(json: Buffer, start: number): string | undefined {
    return this.byFirstByte
      .get(json[start]!)
      ?.find((mark) => mark.every((byte, index) => json[start + index] === byte))
      ?.toString();
  }
}
