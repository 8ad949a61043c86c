import { createHash } from 'node:crypto';
import { isCall, type BlockQueue, type QueuedBlock } from './block-queue.js';
import { asObject, asText, type Json } from './json-values.js';
import { googleSignature, type SignatureOwners } from './read-thinking.js';
import type { ToolNames } from './tool-names.js';

export interface ReaderOptions {
  readonly owners: SignatureOwners;
  readonly toolNames: ToolNames;
  /** Makes the ids of calls that come without one; the same answer gets the same ids. */
  readonly idSeed: string;
}

/** Reads the calls of one candidate: whole, in pieces, interleaved, with or without indexes, ids and types. */
export class CallReader {
  private readonly calls: QueuedBlock[] = [];
  private readonly at = new Map<number, QueuedBlock>();

  constructor(
    private readonly queue: BlockQueue,
    private readonly options: ReaderOptions,
  ) {}

  get count(): number {
    return this.calls.length;
  }

  /** Nobody will send one any more; a call without a name never was one. */
  giveIds(): void {
    for (const [position, entry] of this.calls.entries()) {
      if (!entry.ready && isCall(entry) && entry.block.name !== '') {
        this.name(entry, entry.block.name, this.newId(position));
      }
    }
  }

  /** A call, or a piece of one. */
  read(call: Json): void {
    const custom = asObject(call['custom']);
    const spoken = custom ?? asObject(call['function']) ?? {};
    const name = asText(spoken['name']);
    const id = asText(call['id']);
    const entry = this.findCall(call, id, name) ?? this.addCall(call, name, custom !== null);
    if (!entry.ready && isCall(entry)) {
      const known = { name: entry.block.name || name, id: entry.block.id || id };
      this.name(entry, known.name, known.id || (call['isLegacy'] ? this.newId(0) : ''));
    }
    const text = asText(custom === null ? spoken['arguments'] : spoken['input']);
    if (text !== '') this.queue.append(entry, { type: 'arguments', text });
    else if (asObject(spoken['arguments']) !== null) {
      this.queue.append(entry, { type: 'arguments', text: JSON.stringify(spoken['arguments']) });
    }
    const signature = googleSignature(call, this.options.owners);
    if (signature !== null) this.queue.append(entry, { type: 'signature', signature });
  }

  /** By index; a new id with a new name is a new call even at the index of another. Without one by id, else the last call. */
  private findCall({ index }: Json, id: string, name: string): QueuedBlock | undefined {
    const isNew = (entry: QueuedBlock | undefined) =>
      name !== '' && id !== '' && entry && isCall(entry) && !['', id].includes(entry.block.id);
    if (typeof index === 'number') {
      const entry = this.at.get(index);
      return isNew(entry) ? undefined : entry;
    }
    if (id !== '') {
      const known = this.calls.find((entry) => isCall(entry) && entry.block.id === id);
      if (known !== undefined || name !== '') return known;
    }
    return name === '' ? this.calls.at(-1) : undefined;
  }

  private addCall({ index }: Json, name: string, isCustom: boolean): QueuedBlock {
    const original = this.options.toolNames.restore(name);
    const wrapped = this.options.toolNames.isWrapped(original);
    const kind = isCustom || wrapped ? 'custom' : 'function';
    const entry = this.queue.add(
      { type: 'tool_use', id: '', name: original, arguments: '', kind },
      { ready: false, wrapped },
    );
    this.calls.push(entry);
    if (typeof index === 'number') this.at.set(index, entry);
    return entry;
  }

  private name(entry: QueuedBlock, name: string, id: string): void {
    if (!isCall(entry)) return;
    entry.block = { ...entry.block, name: this.options.toolNames.restore(name), id };
    entry.ready = name !== '' && id !== '';
  }

  private newId(position: number): string {
    const hash = createHash('sha256').update(`${this.options.idSeed}|${position}`).digest('hex');
    return `call_${hash.slice(0, 24)}`;
  }
}
