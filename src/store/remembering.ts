/** Keeps rows in memory between transactions, and forgets them when one is rolled back. */
export interface Remembering {
  forgetAll(): void;
}
