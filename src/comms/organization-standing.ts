/**
 * What submitting, reviewing, suspending and reinstating have in common: the guard that asks the state machine, and the
 * writes of a step. What was allowed before a step and has not left yet does not leave: the organisation's fence moves.
 */
import type { Mint } from '../guard/action.ts';
import { type Deny, guard } from '../guard/guard.ts';
import type { Request } from '../guard/request.ts';
import { guardWrite } from '../guard/writes.ts';
import type { Write } from '../kernel/write.ts';
import { known } from '../tenancy/known.ts';
import type { Organization } from '../tenancy/organization.ts';
import { afterEvent, type StandingEvent, shownKyc } from '../tenancy/rules/standing.ts';
import { tenancyWrite } from '../tenancy/writes.ts';
import { ownOrganization } from './needs.ts';
import { commsWrite } from './writes.ts';

const NOT_SUBMITTED: Deny = {
  is: 'deny',
  code: 'kyc_required',
  say: 'Nothing waits for review: the organisation submits its company, website and use case with comms_submit_kyc first.',
  source: 'production only after a review',
};

const NOT_NOW: Readonly<Record<StandingEvent, string>> = {
  submit: 'A submission waits for its review, or was approved already.',
  approve: 'The organisation is approved already.',
  reject: 'Nothing waits for review, and nothing is approved that could be withdrawn.',
  suspend: 'The organisation is suspended already.',
  reinstate: 'The organisation is not suspended.',
};

export const standingGuard = <I>(eventOf: (input: I) => StandingEvent) =>
  guard<I>()({
    id: 'organization-standing',
    stage: 'comply',
    needs: { organization: ownOrganization },
    judge({ input }, facts): readonly Deny[] {
      const organization = known(facts.organization, 'organisation');
      const event = eventOf(input);
      const next = afterEvent(organization, event);
      if (next.ok) return [];
      const fact = `kyc ${shownKyc(organization)}`;
      if (next.error === 'kyc_required') return [{ ...NOT_SUBMITTED, fact }];
      return [{ is: 'deny', code: 'conflict', say: NOT_NOW[event], source: 'standing of the organisation', fact }];
    },
  });

/** The organisation after the event, which the guard has made sure of. */
export function stepped(organization: Organization | null, event: StandingEvent): Organization {
  const before = known(organization, 'organisation');
  const next = afterEvent(before, event);
  if (!next.ok) throw new TypeError(`${event} does not fit: an earlier guard should have refused`);
  return { ...before, ...next.value };
}

/** An administrator of the platform decided. */
export const decisionWrites = (
  { org, by, now }: Pick<Request<unknown>, 'org' | 'by' | 'now'>,
  after: Organization,
  decided: { readonly decision: StandingEvent; readonly note: string | null },
  mint: Mint,
): readonly Write[] => [
  tenancyWrite('organization.update', after),
  commsWrite('kyc.decide', { id: mint.id('kyc'), ...decided, by: by.id, action: mint.action, at: now }),
  guardWrite('fence.bump', { of: 'organization', id: org }),
];
