/** How long what is kept: the kinds, and up to which moment each is too old. */
import { DAY_MS } from '../../kernel/time.ts';

export const RETENTION_KINDS = ['messages', 'usage', 'one_time_codes', 'revoked_consent'] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** Milliseconds, or for ever. */
export type Keep = number | 'forever';
export type RetentionPeriods = Readonly<Record<RetentionKind, Keep>>;

/**
 * How long a kind is kept in effect. Figures are what is left of a message once its content is gone, so they never go
 * before it.
 */
export const keepOf = (kind: RetentionKind, periods: RetentionPeriods): Keep =>
  kind === 'usage' ? longer(periods.usage, periods.messages) : periods[kind];

/** What is from before this moment (ms) is too old; null: nothing ever is. */
export const tooOldBefore = (kind: RetentionKind, periods: RetentionPeriods, now: number): number | null => {
  const keep = keepOf(kind, periods);
  return keep === 'forever' ? null : now - keep;
};

export const keepForDays = (days: number | 'forever'): Keep => (days === 'forever' ? days : days * DAY_MS);

/** As the setting spells it: `90d`. */
export const keepText = (keep: Keep): string => (keep === 'forever' ? keep : `${keep / DAY_MS}d`);

const longer = (a: Keep, b: Keep): Keep => (a === 'forever' || b === 'forever' ? 'forever' : Math.max(a, b));
