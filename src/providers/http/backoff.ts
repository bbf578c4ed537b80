/** How long to wait before a request is repeated: full jitter, and what the vendor asks for in Retry-After. Pure but for chance. */
import type { Entropy } from '../../kernel/entropy.ts';
import { SECOND_MS } from '../../kernel/time.ts';

const BASE_MS = 200;
const MAX_BACKOFF_MS = 2 * SECOND_MS;
/** A vendor that asks for more gets no repeat from this request; its caller may come back later. */
const MAX_RETRY_AFTER_MS = 5 * SECOND_MS;
const UINT32 = 2 ** 32;

/** Between 0 and the doubled base ("full jitter"), so that many clients do not come back together. `retry`: 1 for the first. */
export function backoffMs(retry: number, entropy: Entropy): number {
  const ceiling = Math.min(BASE_MS * 2 ** (retry - 1), MAX_BACKOFF_MS);
  const bytes = entropy.bytes(4);
  const chance = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / UINT32;
  return Math.floor(chance * ceiling);
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** RFC 9110 §10.2.3: seconds or a date. 0 when absent, past or unreadable. */
export function retryAfterMs(value: string | null, now: number): number {
  if (value === null) return 0;
  if (/^\d{1,15}$/.test(value)) return Number(value) * SECOND_MS;
  const at = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}

/** How long to wait before retry number `retry`, or null when the vendor wants more patience than we have. */
export function waitMs(retry: number, retryAfter: string | null, now: number, entropy: Entropy): number | null {
  const asked = retryAfterMs(retryAfter, now);
  return asked > MAX_RETRY_AFTER_MS ? null : Math.max(asked, backoffMs(retry, entropy));
}
