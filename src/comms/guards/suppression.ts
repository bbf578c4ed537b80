/**
 * Nobody who said STOP or stands on a do-not-contact list is contacted, whatever the purpose and whatever consent there is
 * (47 CFR 64.1200(a)(10), (c); GDPR 21). Entries are compared in normal form; each that binds is told, with who can lift it.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { Suppression, SuppressionReason } from '../facts.ts';
import { ofContactAnywhere } from '../fences.ts';
import { recipientSuppressions } from '../needs.ts';
import { contactOf, type Outreach } from '../recipient.ts';

const WHY: Record<SuppressionReason, Record<Suppression['scope'], string>> = {
  stop: {
    organization:
      'The contact opted out of messages from this organisation. Only the contact can undo it, by writing START on the same channel.',
    platform:
      'The contact opted out of all messages from this server. Only the contact can undo it, by writing START on the same channel.',
  },
  dnc: {
    organization:
      "The contact is on the organisation's do-not-contact list. Only an administrator of the organisation can take it off (comms_dnc_remove).",
    platform:
      "The contact is on the server's do-not-contact list, which binds every organisation. Only the server's operator can take it off.",
  },
  bounce: {
    organization: 'Mail to this address came back for good. An administrator can lift it with comms_dnc_remove.',
    platform: "Mail to this address came back for good. The server's operator can lift it with comms_dnc_remove.",
  },
  complaint: {
    organization:
      'The recipient reported mail of this organisation as spam. An administrator can lift it with comms_dnc_remove.',
    platform: "The recipient reported mail as spam. The server's operator can lift it with comms_dnc_remove.",
  },
};
const SOURCE: Record<SuppressionReason, string> = {
  stop: '47 CFR 64.1200(a)(10)',
  dnc: 'do-not-contact list',
  bounce: 'hard bounce',
  complaint: 'spam complaint',
};

export const suppressionGuard = guard<Outreach>()({
  id: 'suppression',
  stage: 'comply',
  needs: { suppressions: recipientSuppressions },
  fences: ofContactAnywhere,
  judge({ input }, { suppressions }) {
    known(contactOf(input), 'readable address'); // what can't be looked up is not cleared
    return suppressedBy(suppressions, input.channel);
  },
});

/** The entries that bind a channel. */
export const bindingOn = <S extends Pick<Suppression, 'channel'>>(
  suppressions: readonly S[] | null,
  on: Channel,
): readonly S[] => (suppressions ?? []).filter(({ channel }) => channel === 'all' || channel === on);

/** A refusal for each entry that binds the channel. */
export const suppressedBy = (suppressions: readonly Suppression[] | null, on: Channel): readonly Deny[] =>
  bindingOn(suppressions, on).map(suppressed);

/** Why this entry binds, and who can lift it. */
export const suppressed = ({ reason, scope, channel, at }: Suppression): Deny => ({
  is: 'deny',
  code: 'suppressed',
  say: `${WHY[reason][scope]} In force since ${rfc3339(at)} on ${channel === 'all' ? 'every channel' : channel}.`,
  fact: `${reason === 'stop' ? 'opted out' : 'listed'} on ${rfc3339(at)} on ${channel === 'all' ? 'every channel' : channel}`,
  source: SOURCE[reason],
});
