/** What the guard of outbound requests refuses. The message names no URL: its path or query may hold a secret. */
export type FetchRefusal =
  | 'url'
  | 'scheme'
  | 'credentials'
  | 'host'
  | 'address'
  | 'redirect'
  | 'encoding'
  | 'too_large'
  | 'timeout';

export class FetchRefused extends Error {
  readonly reason: FetchRefusal;

  constructor(reason: FetchRefusal, message: string) {
    super(`outbound request refused: ${message}`);
    this.name = 'FetchRefused';
    this.reason = reason;
  }
}
