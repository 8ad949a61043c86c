import type { IncomingHttpHeaders } from 'node:http';

/** What a provider's API speaks. */
export type WireProtocol = 'openai' | 'anthropic' | 'gemini' | 'ernie';

/** The calls a client can make that end in an upstream call. */
export type Operation =
  'chat' | 'completions' | 'embeddings' | 'responses' | 'messages' | 'count_tokens';

/** Where and how to reach an account of a provider. */
export interface UpstreamTarget {
  /** As configured, or the provider's own; without trailing slash. */
  readonly baseUrl: string;
  /** Decrypted; never logged. */
  readonly secret: string;
}

export interface UpstreamCall {
  readonly operation: Operation;
  /** The upstream's name of the model. */
  readonly model: string;
  readonly stream: boolean;
  /** Of the client, to take protocol headers such as `anthropic-beta` from; never copied whole. */
  readonly clientHeaders: IncomingHttpHeaders;
}

export interface UpstreamAddress {
  /** Absolute URL with path and query. */
  readonly url: string;
  readonly headers: Record<string, string>;
}

export interface AccessTokenFlow {
  request(target: UpstreamTarget): UpstreamAddress;
  /** Throws for anything that is no token, in the provider's own words. */
  readonly read: (body: Record<string, unknown>) => AccessToken;
}

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** Everything the gateway must know of one provider. */
export interface ProviderAdapter {
  /** The id in the API, the configuration file and the metrics. */
  readonly provider: string;
  /** Other names people use for it. */
  readonly aliases: readonly string[];
  readonly protocol: WireProtocol;
  /** Null when every account must bring its own. */
  readonly defaultBaseUrl: string | null;
  /** The provider's id in the price list. */
  readonly priceProvider: string | null;
  /** Its own models' names, to choose among accounts that declare none; null: cannot be told by name. */
  readonly modelFamily: RegExp | null;
  /** Whether a stream's usage must be asked for with `stream_options.include_usage`. */
  readonly usageOnRequest: boolean;
  /** Whether the provider has this call in its own protocol. */
  supports(operation: Operation): boolean;
  address(target: UpstreamTarget, call: UpstreamCall): UpstreamAddress;
  /** For providers that take a short-lived token, got with the credential, in its place. */
  readonly accessToken?: AccessTokenFlow;
  /** The provider's model list: costs nothing, so it also serves as the health probe. */
  modelList(target: UpstreamTarget): UpstreamAddress;
}
