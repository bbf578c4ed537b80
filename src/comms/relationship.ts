/** A relationship as the consent rule asks about it, and how it comes that a contact is known. */
import type { Label } from '../guard/label.ts';
import type { AgentId } from '../kernel/ids.ts';
import type { Write } from '../kernel/write.ts';
import { known } from '../tenancy/known.ts';
import { CONSENT_TYPES, type Relationship } from './facts.ts';
import { contactOf, type Outreach } from './recipient.ts';
import type { ConsentQuestion } from './rules/consent.ts';
import { commsWrite } from './writes.ts';

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

/** What is written when an agent writes to somebody: whom it chose while it had read nothing untrusted, it knows from then on. */
export function chosen(
  { agent, input, label }: { readonly agent: AgentId; readonly input: Outreach; readonly label: Label },
  relationship: Relationship | null,
): readonly Write[] {
  if (label.integrity !== 'trusted' || (relationship?.knownAt ?? null) !== null) return [];
  const contact = known(contactOf(input), 'readable address');
  return [commsWrite('relationship.known', { agent, contact, channel: input.channel })];
}
