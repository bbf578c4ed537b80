/**
 * An exact sliding window: never more than `limit` in any `windowMs` milliseconds, wherever the window begins (a fixed
 * window lets twice the limit through at its edge). Remembers the moments themselves in a ring that grows with use, at
 * most `limit` of them; what it costs is constant, amortised. A class, because servers keep one for each of many callers.
 * Time is given, in milliseconds since the epoch.
 */
const FIRST_CAPACITY = 4;

export class SlidingWindow {
  readonly limit: number;
  readonly windowMs: number;
  #ring = new Float64Array(0);
  #oldest = 0;
  #count = 0;

  /** @param limit a whole number; whatever is not at least 1 lets nothing through. */
  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.windowMs = windowMs;
  }

  /**
   * When `cost` more would fit; null: now. Infinity for a cost that is larger than the limit, or no whole number from 1: it
   * never will, and must be refused instead of waited for. Counts nothing.
   */
  retryAt(now: number, cost = 1): number | null {
    if (!(Number.isSafeInteger(cost) && cost >= 1 && cost <= this.limit)) return Number.POSITIVE_INFINITY;
    this.#settle(now);
    const tooMany = this.#count + cost - this.limit;
    return tooMany > 0 ? this.#at(tooMany - 1) + this.windowMs : null;
  }

  /** Counts `cost`, which `retryAt` of the same moment has let through. */
  take(now: number, cost = 1): void {
    this.#settle(now);
    for (let taken = 0; taken < cost; taken++) {
      if (this.#count === this.#ring.length) this.#grow();
      this.#ring[(this.#oldest + this.#count) % this.#ring.length] = now;
      this.#count++;
    }
  }

  /** How many more fit now. */
  remaining(now: number): number {
    this.#settle(now);
    return Math.max(0, this.limit - this.#count);
  }

  /** When the first of those that count now stops to; null when none does. */
  relaxesAt(now: number): number | null {
    this.#settle(now);
    return this.#count === 0 ? null : this.#at(0) + this.windowMs;
  }

  #at(index: number): number {
    return this.#ring[(this.#oldest + index) % this.#ring.length]!;
  }

  /** Drops what no longer counts. A clock that was set back must not lock anybody out for longer than one window. */
  #settle(now: number): void {
    if (this.#count > 0 && this.#at(this.#count - 1) > now) this.#ring = this.#ring.map((at) => Math.min(at, now));
    while (this.#count > 0 && this.#at(0) <= now - this.windowMs) {
      this.#oldest = (this.#oldest + 1) % this.#ring.length;
      this.#count--;
    }
  }

  #grow(): void {
    const ring = new Float64Array(Math.max(FIRST_CAPACITY, Math.min(this.#count * 2, this.limit)));
    for (let index = 0; index < this.#count; index++) ring[index] = this.#at(index);
    this.#ring = ring;
    this.#oldest = 0;
  }
}
