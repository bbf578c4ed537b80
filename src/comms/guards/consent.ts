/**
 * The contact agreed to be contacted by this agent, on this channel, for this purpose (settled §15; `rules/consent.ts` has
 * the table). Consent given to another agent or on another channel does not count.
 */
import { guard } from '../../guard/guard.ts';
import { ofContact } from '../fences.ts';
import { consentCountry } from '../lawful.ts';
import { ownRelationship, recipientPlace } from '../needs.ts';
import type { OutboundMessage } from '../provider-ports.ts';
import { consentQuestion } from '../relationship.ts';
import { consentFor } from '../rules/consent.ts';

type Input = Pick<OutboundMessage, 'to' | 'channel' | 'purpose'>;

export const consentGuard = guard<Input>()({
  id: 'consent',
  stage: 'comply',
  needs: { relationship: ownRelationship, place: recipientPlace },
  fences: ofContact,
  judge({ input, now }, { relationship, place }) {
    const country = consentCountry(input, place);
    const answer = consentFor(
      consentQuestion(relationship, { purpose: input.purpose, channel: input.channel, country, now }),
    );
    if (answer.ok) return [];
    const { say, source, fact } = answer;
    return [{ is: 'deny', code: 'consent_required', say, source, fact }];
  },
});
