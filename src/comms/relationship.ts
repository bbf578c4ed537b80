/** A relationship as the consent rule asks about it. */
import { CONSENT_TYPES, type Relationship } from './facts.ts';
import type { ConsentQuestion } from './rules/consent.ts';

/** @param relationship null when agent and contact have had nothing to do with each other. */
export const consentQuestion = (
  relationship: Relationship | null,
  asked: Pick<ConsentQuestion, 'purpose' | 'channel' | 'country' | 'now'>,
): ConsentQuestion => ({
  ...asked,
  consents: CONSENT_TYPES.flatMap((type) => {
    const at = relationship?.consents[type];
    return at === undefined ? [] : [{ type, at }];
  }),
  lastInboundAt: relationship?.lastInboundAt ?? null,
});
