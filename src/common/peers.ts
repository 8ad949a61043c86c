import { topic, type Channel, type Topic } from './channel.js';

/** To all other workers of the gateway; answered with the answers of those that gave one in time. */
export const ASK_PEERS = topic<{ topic: string; body: unknown }, unknown[]>('peers');
/** To a worker: it does from now on what one of them has to do for all. */
export const LEAD = topic('lead');

/** Something that one process does for all. */
export interface Duty {
  /** Once in the life of the process; must keep nobody waiting. */
  begin(): void;
}

export interface WorkerPlace {
  /** From 1; of no other worker that lives. */
  readonly worker: number;
  /** Numbers of the others that live. */
  readonly others: readonly number[];
  readonly channel: Channel;
}

/** This process among those that serve on one port, or alone. */
export class Peers {
  private leads: boolean;
  private readonly whenLeadingListeners: (() => void)[] = [];

  /** @param place null: there are no others */
  constructor(private readonly place: WorkerPlace | null = null) {
    this.leads = place === null;
    place?.channel.on(LEAD, () => this.lead());
  }

  /** Null where there is only this process. */
  get worker(): number | null {
    return this.place?.worker ?? null;
  }

  /** Numbers of the workers that lived when this one started. */
  get others(): readonly number[] {
    return this.place?.others ?? [];
  }

  /** To the process that all workers have in common; null where there is only this one. */
  get primary(): Channel | null {
    return this.place?.channel ?? null;
  }

  /** Calls back once this process has to do what one of them does for all: at once where there are no others. */
  whenLeading(listener: () => void): void {
    if (this.leads) listener();
    else this.whenLeadingListeners.push(listener);
  }

  /** The answers of all others that give one in time. Never rejects. */
  async ask<Question, Answer>(
    { name }: Topic<Question, Answer>,
    question: Question,
  ): Promise<Awaited<Answer>[]> {
    if (!this.place) return [];
    const all = this.place.channel.ask(ASK_PEERS, { topic: name, body: question });
    return (await all.catch(() => [])) as Awaited<Answer>[];
  }

  /** What is done when another worker asks this. */
  answer<Question, Answer>(
    asked: Topic<Question, Answer>,
    handler: (question: Question) => Answer | Promise<Answer>,
  ): void {
    this.place?.channel.on(asked, handler);
  }

  private lead(): void {
    this.leads = true;
    for (const listener of this.whenLeadingListeners.splice(0)) listener();
  }
}
