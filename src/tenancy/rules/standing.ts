/**
 * An organisation's way from sandbox to production and back, as a state machine. Two things are kept apart: what the review
 * has come to (`kyc`), and whether the organisation is suspended. A suspension lies over the review: it ends tokens and sends
 * at once, and lifting it uncovers what was there before.
 *
 * Invariant: production means approved, and approved means production.
 */
import { err, ok, type Result } from '../../kernel/result.ts';
import type { KycState, Organization } from '../organization.ts';

export type Standing = Pick<Organization, 'kyc' | 'status' | 'mode'>;

export const STANDING_EVENTS = ['submit', 'approve', 'reject', 'suspend', 'reinstate'] as const;
export type StandingEvent = (typeof STANDING_EVENTS)[number];

/** Why not: nothing was submitted that could be approved, or the event does not fit what is. */
export type StandingProblem = 'kyc_required' | 'conflict';

/** What the review comes to; an event that is not here does not fit. */
const REVIEW: Readonly<Record<KycState, Readonly<Partial<Record<StandingEvent, KycState | StandingProblem>>>>> = {
  none: { submit: 'pending_review', approve: 'kyc_required' },
  pending_review: { approve: 'approved', reject: 'rejected' },
  approved: { reject: 'rejected' },
  rejected: { submit: 'pending_review', approve: 'kyc_required' },
};

export function afterEvent(before: Standing, event: StandingEvent): Result<Standing, StandingProblem> {
  const suspended = before.status === 'suspended';
  if (event === 'reinstate') return suspended ? ok({ ...before, status: 'active' }) : err('conflict');
  if (suspended) return err('conflict');
  if (event === 'suspend') return ok({ ...before, status: 'suspended' });
  const next = REVIEW[before.kyc][event] ?? 'conflict';
  if (next === 'kyc_required' || next === 'conflict') return err(next);
  return ok({ ...before, kyc: next, mode: next === 'approved' ? 'production' : 'sandbox' });
}

/** As people are shown it: a suspension is what matters as long as it lasts. */
export const shownKyc = ({ kyc, status }: Pick<Standing, 'kyc' | 'status'>): KycState | 'suspended' =>
  status === 'suspended' ? 'suspended' : kyc;
