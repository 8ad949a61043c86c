/** A binary heap of the numbers from 0 to below its capacity, which finds each of them again when its order has changed. */
export class IndexedHeap {
  private readonly items: number[] = [];
  private readonly places: Int32Array;

  /** @param before whether the first comes before the second; may change, as long as `moved` hears of it */
  constructor(
    capacity: number,
    private readonly before: (first: number, second: number) => boolean,
  ) {
    this.places = new Int32Array(capacity).fill(-1);
  }

  get size(): number {
    return this.items.length;
  }

  get top(): number | undefined {
    return this.items[0];
  }

  push(item: number): void {
    this.rise(item, this.items.length);
  }

  pop(): void {
    const [top] = this.items;
    const last = this.items.pop();
    if (top === undefined || last === undefined) return;
    this.places[top] = -1;
    if (last !== top) this.sink(last, 0);
  }

  /** The order of an item has changed; one that is not in the heap is left out of it. */
  moved(item: number): void {
    const place = this.places[item]!;
    if (place < 0) return;
    this.rise(item, place);
    this.sink(item, this.places[item]!);
  }

  private rise(item: number, from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.before(item, this.items[parent]!)) break;
      this.put(this.items[parent]!, place);
      place = parent;
    }
    this.put(item, place);
  }

  private sink(item: number, from: number): void {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.items.length) break;
      if (
        child + 1 < this.items.length &&
        this.before(this.items[child + 1]!, this.items[child]!)
      ) {
        child++;
      }
      if (!this.before(this.items[child]!, item)) break;
      this.put(this.items[child]!, place);
      place = child;
    }
    this.put(item, place);
  }

  private put(item: number, place: number): void {
    this.items[place] = item;
    this.places[item] = place;
  }
}
