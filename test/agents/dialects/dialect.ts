/** A call as the scripted model makes it; `input` instead of `arguments` for a tool that takes plain text. */
export interface ScriptedCall {
  readonly namespace?: string;
  readonly name: string;
  readonly arguments?: object;
  readonly input?: string;
}

/** What the scripted model says in one turn. */
export interface ScriptedAnswer {
  readonly thought?: string;
  readonly text?: string;
  readonly calls?: readonly ScriptedCall[];
}

/** What an upstream was told about the conversation so far, in the order it was told. */
export interface History {
  /** Neighbours that are the same count once where the protocol has an item for each call. */
  readonly roles: readonly string[];
  readonly calls: readonly { id: string; name: string; arguments: unknown }[];
  readonly results: readonly { id: string; text: string }[];
  /** Thoughts and proofs of them, as the provider gets them back. */
  readonly proofs: readonly string[];
  readonly tools: readonly string[];
}

/** A provider's protocol from the provider's side: enough of it to hold up one end of a conversation. */
export interface Dialect {
  /** A whole stream in pieces. @param turn from 1, makes the ids differ */
  stream(answer: ScriptedAnswer, turn: number): string[];
  /** For a client that wants no stream. */
  whole(text: string): object;
  /** A stream up to its first words, and then the provider's own error. */
  brokenStream(text: string): string[];
  /** What it says when it is overloaded. */
  readonly overloaded: { status: number; body: object };
  history(body: unknown): History;
}

/** As an upstream without namespaces and plain text tools knows the call. */
export function flatCall({ namespace, name, arguments: given, input }: ScriptedCall): {
  name: string;
  arguments: object;
} {
  return {
    name: namespace === undefined ? name : `${namespace}__${name}`,
    arguments: given ?? { input },
  };
}

export function event(data: object, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** In three pieces, as models send their arguments. */
export function inPieces(text: string): string[] {
  const third = Math.ceil(text.length / 3);
  return [text.slice(0, third), text.slice(third, 2 * third), text.slice(2 * third)];
}

export function withoutRepeats(roles: readonly string[]): string[] {
  return roles.filter((role, index) => role !== roles[index - 1]);
}
