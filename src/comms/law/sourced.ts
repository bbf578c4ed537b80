/**
 * How every value of law in this folder says where it comes from. None of it is legal advice: a row is as good as its tag,
 * and as fresh as its date.
 */

/** P read in the primary text, Q the primary text quoted by a public source, S secondary, K general knowledge, not checked. */
export type Tag = 'P' | 'Q' | 'S' | 'K';

export interface Sourced {
  /** `law`: a rule that somebody has set. `caution`: ours, where the law is silent or we do not know it. */
  readonly basis: 'law' | 'caution';
  /** Statute, regulation or register; of a caution, the reason for it. */
  readonly source: string;
  readonly tag: Tag;
  /** ISO date of the last look at the value; what that look was worth, the tag says. */
  readonly checkedAt: string;
}

/** When the rows were last looked at as a whole. */
export const CHECKED_AT = '2026-11-20';

export const law = (tag: Tag, source: string): Sourced => ({ basis: 'law', source, tag, checkedAt: CHECKED_AT });

export const caution = (source: string): Sourced => ({ basis: 'caution', source, tag: 'K', checkedAt: CHECKED_AT });
