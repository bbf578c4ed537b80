/** Takes a contact off the do-not-contact list. A contact's own STOP stays: only the contact undoes that. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { addressOf, type NamedContact, namedContact } from '../contact.ts';
import { commsFacts, type SuppressionReason } from '../facts.ts';
import { contactGuard } from '../guards/contact.ts';
import { commsWrite } from '../writes.ts';

/** What an administrator may undo. */
const LIFTED = ['dnc', 'bounce', 'complaint'] as const satisfies readonly SuppressionReason[];

/** A removal that found nothing must not sound like one that freed the contact. */
export const listedGuard = guard<NamedContact>()({
  id: 'listed',
  stage: 'comply',
  needs: {
    suppressions: need<NamedContact>()(commsFacts.suppressions, ({ input }) => {
      const address = namedContact(input);
      return address.ok ? address.value : null;
    }),
  },
  judge({ org }, { suppressions }) {
    const scope = org === PLATFORM_ORG ? 'platform' : 'organization';
    return suppressions?.some((entry) => LIFTED.some((reason) => reason === entry.reason) && entry.scope === scope)
      ? []
      : [
          {
            is: 'deny',
            code: 'not_found',
            say: 'There is no such entry on this do-not-contact list. A STOP can be undone by the contact alone.',
            source: 'do-not-contact list',
          },
        ];
  },
});

export const dncRemove = (): AnyAction =>
  stateAction({
    name: 'comms.dnc_remove',
    version: 1,
    says: "Takes a contact off the organisation's do-not-contact list; a contact's own STOP stays in force.",
    input: z.object({
      contact: field.address().describe('A phone number in international form or a mail address.'),
    }),
    output: z.object({ contact: z.string(), removedAt: z.string() }),
    access: 'org:admin',
    subject: 'organization',
    forPlatform: true,
    risk: 'high',
    sensitive: true,
    guards: [contactGuard, listedGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    contact: addressOf,
    change({ input, now }) {
      const contact = addressOf(input);
      return {
        writes: [
          commsWrite('suppression.remove', { contact, channel: 'all', reason: 'dnc' }),
          commsWrite('suppression.remove', { contact, channel: 'email', reason: 'bounce' }),
          commsWrite('suppression.remove', { contact, channel: 'email', reason: 'complaint' }),
        ],
        output: { contact, removedAt: rfc3339(now) },
      };
    },
  });
