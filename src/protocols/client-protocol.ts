/** The protocols programs speak to the gateway. */
export type ClientProtocol = 'openai' | 'anthropic';

/** An error, before it takes the form of a protocol. */
export interface ErrorFacts {
  status: number;
  /** The gateway's own code, e.g. `model_not_found`. */
  code: string;
  message: string;
  param?: string | undefined;
  requestId: string;
}
