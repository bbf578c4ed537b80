/**
 * The checkpoint that this browser saw last: small, public, and not in the server's hands. A log whose past was rewritten, even
 * by the holder of its key, does not lead on from it.
 */
import type { Kept } from './checkpoint.ts';

const NAME = 'sallyport.checkpoint';

export function keptCheckpoint(): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? 'null') as Kept | null;
    return kept !== null && typeof kept.root === 'string' && Number.isSafeInteger(kept.size) ? kept : null;
  } catch {
    return null;
  }
}

export const keepCheckpoint = (kept: Kept): void => localStorage.setItem(NAME, JSON.stringify(kept));
