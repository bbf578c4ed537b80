/**
 * Fences: counters of whatever could change a verdict. A verdict remembers the epochs that it saw; revoke, suspend, STOP
 * and a new policy each add one; an action whose remembered epoch is no longer the current one does not run.
 */
export const FENCED = [
  'organization',
  'agent',
  'token',
  'person',
  'session',
  'contact',
  'policy',
  'thread',
  'swarm',
] as const;

export interface FenceKey {
  readonly of: (typeof FENCED)[number];
  /** The fenced thing's id; for a contact its address in normal form, which the store keeps only as a keyed hash. */
  readonly id: string;
  /** The platform's fence of that name, which binds every organisation; otherwise the request's organisation's. */
  readonly platform?: true;
}

export interface Fence extends FenceKey {
  readonly epoch: number;
}

export const fenceId = (key: FenceKey): string => `${key.of}:${key.id}`;
