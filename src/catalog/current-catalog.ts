import { Catalog } from './catalog.js';

/** The reference everybody reads; whoever needs one answer to hold together keeps what it read. */
export class CurrentCatalog {
  private value = Catalog.EMPTY;
  private readonly listeners: ((catalog: Catalog) => void)[] = [];

  get catalog(): Catalog {
    return this.value;
  }

  swap(next: Catalog): void {
    this.value = next;
    for (const listener of this.listeners) listener(next);
  }

  /** Called behind every swap: for what must forget accounts that are gone. */
  onSwap(listener: (catalog: Catalog) => void): void {
    this.listeners.push(listener);
  }
}
