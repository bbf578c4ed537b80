/**
 * When a server takes in nothing new: it has been behind for a while, or has too much to commit. What is there goes on, reads
 * and whatever stops something pass; who is turned away is told when to come again, which may be to another server.
 */
import { SECOND_MS } from '../../kernel/time.ts';

export interface Pressure {
  /** Since when (ms since the epoch) all turns of this server's pump are taken and more is ready; null: it has room. */
  readonly fullSince: number | null;
  /** Operations that wait to be committed. */
  readonly queued: number;
}

/** Short bursts are what the queues are for. */
const FULL_FOR_MS = 10 * SECOND_MS;
/** About a second's work on a slow disk. */
const MAX_QUEUED = 2_000;
export const RETRY_AFTER_MS = 5 * SECOND_MS;

export const isOverloaded = ({ fullSince, queued }: Pressure, now: number): boolean =>
  queued > MAX_QUEUED || (fullSince !== null && now - fullSince >= FULL_FOR_MS);
