/** What follows from an attempt that failed, in one table: for the key, for the request, and in words for the agent. */
import type { AttemptFault } from '../client.ts';
import type { ModelFailure } from '../port.ts';

export interface Consequence {
  /** `cool`: it rests. `retire`: it is not used again. `keep`: nothing that it could help. */
  readonly key: 'cool' | 'retire' | 'keep';
  /** `next`: another key or model serves it. Else the request ends so. */
  readonly request: 'next' | { readonly code: ModelFailure['code']; readonly retryable: boolean };
  /** Nothing was worked on, so nothing was used up. */
  readonly unused: boolean;
  readonly say: string;
}

const CUT = { code: 'model_unavailable', retryable: true } as const;

export const AFTER: Readonly<Record<AttemptFault | 'timeout', Consequence>> = {
  limited: { key: 'cool', request: 'next', unused: true, say: 'has had too many requests' },
  unauthorized: { key: 'retire', request: 'next', unused: true, say: 'does not take the key' },
  down: { key: 'cool', request: 'next', unused: true, say: 'has failed' },
  unreachable: { key: 'cool', request: 'next', unused: true, say: 'could not be reached' },
  refused: {
    key: 'keep',
    request: { code: 'model_refused', retryable: false },
    unused: true,
    say: 'refused the request',
  },
  too_large: {
    key: 'keep',
    request: { code: 'model_too_large', retryable: false },
    unused: true,
    say: 'says that the request is too large',
  },
  // what has begun is not repeated elsewhere: it has been charged, and somebody has seen half of it
  cut: { key: 'cool', request: CUT, unused: false, say: 'broke off in the middle of its answer' },
  idle: { key: 'cool', request: CUT, unused: false, say: 'fell silent in the middle of its answer' },
  unreadable: { key: 'cool', request: CUT, unused: false, say: 'gave an answer that can not be read' },
  timeout: {
    key: 'cool',
    request: { code: 'model_timeout', retryable: true },
    unused: false,
    say: 'did not finish its answer in time',
  },
  cancelled: { key: 'keep', request: CUT, unused: false, say: 'was called off' },
};
