/** The numbers of a load in production: its agents' senders and their contacts. All are fictitious. */

/** The sender of the n-th agent, up to a hundred thousand. */
export const numberOf = (n: number): string => `+1500${2_000_000 + n}`;

/** The n-th contact, up to eight hundred thousand. */
export const contactOf = (n: number): string => `+1415${2_000_000 + n}`;
