/** Something one process may ask or tell another. */
export interface Topic<Question, Answer = void> {
  readonly name: string;
  /** Only for the compiler. */
  readonly types?: (question: Question) => Answer;
}

export function topic<Question = void, Answer = void>(name: string): Topic<Question, Answer> {
  return { name };
}

/** The end of a pipe between two processes: `process` in a child, the child in its parent. */
export interface Port {
  send(batch: readonly Message[]): void;
  onMessage(listener: (batch: readonly Message[]) => void): void;
}

type Message =
  | { readonly kind: 'ask'; readonly id: number; readonly topic: string; readonly body: unknown }
  | { readonly kind: 'tell'; readonly topic: string; readonly body: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly body: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly reason: string };

interface Waiter {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

const LATER_MS = 50;

/** Questions and answers between two processes. */
export class Channel {
  private readonly handlers = new Map<string, (body: unknown) => unknown>();
  private readonly waiters = new Map<number, Waiter>();
  private lastId = 0;
  private batch: Message[] = [];
  private soon: NodeJS.Immediate | null = null;
  private later: NodeJS.Timeout | null = null;

  constructor(private readonly port: Port) {
    port.onMessage((batch) => {
      for (const message of batch) this.receive(message);
    });
  }

  /** What is done when the other end asks or tells this. */
  on<Question, Answer>(
    { name }: Topic<Question, Answer>,
    handler: (question: Question) => Answer | Promise<Answer>,
  ): void {
    this.handlers.set(name, handler as (body: unknown) => unknown);
  }

  /** Rejects when the other end fails, does not know the topic, or is gone. */
  ask<Question, Answer>(
    { name }: Topic<Question, Answer>,
    question: Question,
  ): Promise<Awaited<Answer>> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiters.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.send({ kind: 'ask', id, topic: name, body: question });
    });
  }

  tell<News>({ name }: Topic<News>, news: News): void {
    this.send({ kind: 'tell', topic: name, body: news });
  }

  /** The same, but with what is said next, or a moment later: nobody waits for it. */
  tellLater<News>({ name }: Topic<News>, news: News): void {
    this.batch.push({ kind: 'tell', topic: name, body: news });
    this.later ??= setTimeout(this.flush, LATER_MS).unref();
  }

  /** The other end is gone: nobody waits for its answers any more. */
  close(): void {
    for (const waiter of this.waiters.values()) {
      waiter.reject(new Error('the other process is gone'));
    }
    this.waiters.clear();
  }

  /** A message costs four times as much alone as among others: what is said in one turn of the event loop goes together. */
  private send(message: Message): void {
    this.batch.push(message);
    this.soon ??= setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    const { batch, soon, later } = this;
    this.batch = [];
    this.soon = this.later = null;
    if (soon) clearImmediate(soon);
    if (later) clearTimeout(later);
    this.port.send(batch);
  };

  private receive(message: Message): void {
    switch (message.kind) {
      case 'ask':
        this.answer(message.id, message.topic, message.body);
        break;
      case 'tell':
        this.handlers.get(message.topic)?.(message.body);
        break;
      case 'answer':
        this.take(message.id)?.resolve(message.body);
        break;
      case 'failure':
        this.take(message.id)?.reject(new Error(message.reason));
    }
  }

  private take(id: number): Waiter | undefined {
    const waiter = this.waiters.get(id);
    this.waiters.delete(id);
    return waiter;
  }

  /** At once where the answer is there at once: limits are asked for on the way of a request. */
  private answer(id: number, name: string, question: unknown): void {
    try {
      const handler = this.handlers.get(name);
      if (!handler) throw new Error(`nobody answers ${name}`);
      const answer = handler(question);
      if (answer instanceof Promise) this.answerLater(id, answer);
      else this.send({ kind: 'answer', id, body: answer });
    } catch (error) {
      this.send({ kind: 'failure', id, reason: (error as Error).message });
    }
  }

  private answerLater(id: number, answer: Promise<unknown>): void {
    answer.then(
      (body) => this.send({ kind: 'answer', id, body }),
      (error: Error) => this.send({ kind: 'failure', id, reason: error.message }),
    );
  }
}
