/**
 * What the router asks of a vendor's adapter: one attempt, with one key, at one reply. An adapter translates and reads the
 * stream; it chooses nothing, repeats nothing and waits for nothing but the vendor.
 */
import type { ModelReply, ModelRequest } from './port.ts';

export interface ModelCall {
  /** The vendor's name of the model. */
  readonly model: string;
  /** Where the API is; the vendor's own place when the configuration does not say. */
  readonly baseUrl: string | undefined;
  /** Null for a server that asks for none. Goes to the base URL and nowhere else: no error, no log. */
  readonly apiKey: string | null;
  /** Of provider scripted: the name of its script. */
  readonly script: string | undefined;
  /** The longest silence within an answer, in ms. */
  readonly idleMs: number;
  readonly request: ModelRequest;
}

/**
 * Why an attempt came to nothing. `limited`: 429. `unauthorized`: 401, 403. `refused`: any other 4xx, and redirects, which are
 * not followed. `too_large`: 413. `down`: 5xx, or the same said in the stream before anything else. `unreachable`: no answer
 * began. `cut`: it broke off, or an error came in the middle. `idle`: silent for too long. `unreadable`: not the vendor's form,
 * or larger than anything it could be. `cancelled`: the request's signal.
 */
export type AttemptFault =
  | 'limited'
  | 'unauthorized'
  | 'refused'
  | 'too_large'
  | 'down'
  | 'unreachable'
  | 'cut'
  | 'idle'
  | 'unreadable'
  | 'cancelled';

export type Attempt =
  | ({ readonly is: 'reply'; readonly ref: string } & Pick<ModelReply, 'text' | 'calls' | 'finish' | 'usage'>)
  | {
      readonly is: 'failed';
      readonly why: AttemptFault;
      /** The vendor may have worked, and may charge for it. */
      readonly sent: boolean;
      /** Of the answer, when there was one. */
      readonly status: number | null;
      /** The vendor's own code, `[a-z_]` alone: `rate_limit_error`. Never its sentence, which may quote the key or the prompt. */
      readonly code: string | null;
      /** What Retry-After asks for; 0 when it says nothing that can be read. */
      readonly retryAfterMs: number;
    };

export interface ModelClient {
  /** Never rejects. Ends soon after the request's signal is aborted. */
  attempt(call: ModelCall): Promise<Attempt>;
}
