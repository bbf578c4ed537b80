/**
 * Registrations of senders, and which of those that a country asks for are there. One counts while it is approved and has not
 * run out; submitted is not approved.
 */
import type { RegistrationKind } from '../law/registration-kind.ts';
import type { Sourced } from '../law/sourced.ts';

export const REGISTRATION_STATES = ['submitted', 'in_review', 'approved', 'rejected'] as const;
export type RegistrationState = (typeof REGISTRATION_STATES)[number];

/** What a country asks for. */
export interface Requirement extends Omit<Sourced, 'basis'> {
  readonly kind: RegistrationKind;
  /** What to do, as a person reads it. */
  readonly needs: string;
}

export interface Registration {
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly kind: RegistrationKind;
  readonly status: RegistrationState;
  /** When (ms) an approval runs out; null: not known to. */
  readonly expiresAt: number | null;
}

/** Toll-free codes of the North American plan. */
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)\d{7}$/;
/** A number is one or the other, so that only one of these is asked of it. */
const BY_NUMBER: ReadonlySet<RegistrationKind> = new Set(['10dlc', 'toll_free_verification']);

export const inForce = ({ status, expiresAt }: Registration, now: number): boolean =>
  status === 'approved' && (expiresAt === null || now < expiresAt);

/**
 * The requirements that no registration of the country meets.
 * @param at `sender`: the number in normal form; null while there is none: then either kind of number will do.
 */
export function missingRegistrations(
  requirements: readonly Requirement[],
  country: string,
  registrations: readonly Registration[],
  { sender, now }: { readonly sender: string | null; readonly now: number },
): readonly Requirement[] {
  const met = new Set(
    registrations.filter((one) => one.country === country && inForce(one, now)).map(({ kind }) => kind),
  );
  const eitherWill = sender === null && [...BY_NUMBER].some((kind) => met.has(kind));
  const tollFree = sender !== null && TOLL_FREE.test(sender);
  return requirements.filter(({ kind }) => {
    if (met.has(kind)) return false;
    if (!BY_NUMBER.has(kind)) return true;
    return sender === null ? !eitherWill : (kind === 'toll_free_verification') === tollFree;
  });
}
