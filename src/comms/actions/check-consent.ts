/** What a contact's consent and opt-outs allow now, by purpose: the answer that a send would get, without sending. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { addressOf } from '../contact.ts';
import { CONSENT_TYPES } from '../facts.ts';
import { contactGuard } from '../guards/contact.ts';
import { bindingOn } from '../guards/suppression.ts';
import { consentCountry } from '../lawful.ts';
import { PURPOSES } from '../message.ts';
import type { CommsReader } from '../ports.ts';
import { recipientOf } from '../recipient.ts';
import { consentQuestion } from '../relationship.ts';
import { consentFor } from '../rules/consent.ts';
import { placeView, viewOfPlace } from './place-view.ts';
import { suppressionView, viewOfSuppression } from './suppression-view.ts';

export const checkConsent = (
  comms: Pick<CommsReader, 'relationship' | 'consentHistory' | 'suppressionsOf' | 'contactPlace'>,
): AnyAction =>
  readAction({
    name: 'comms.check_consent',
    version: 1,
    says: 'Tells whether a contact may be written to or called on a channel, for each purpose, and why not.',
    input: z.object({
      contact: field.address().describe('A phone number in international form or a mail address.'),
      channel: z.enum(CHANNELS),
    }),
    output: z.object({
      contact: z.string(),
      channel: z.enum(CHANNELS),
      purposes: z.array(
        z.object({
          purpose: z.enum(PURPOSES),
          allowed: z.boolean(),
          because: z.string().describe('The consent it rests on, or what is missing.'),
        }),
      ),
      suppressions: z.array(suppressionView),
      place: placeView,
      lastInboundAt: z.string().nullable(),
      history: z.array(
        z.object({
          event: z.enum(['recorded', 'revoked']),
          type: z.enum(CONSENT_TYPES).nullable(),
          source: z.string().nullable(),
          proof: z.string().nullable(),
          at: z.string(),
        }),
      ),
    }),
    access: 'agent:read',
    subject: 'agent',
    risk: 'low',
    guards: [contactGuard],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, agent, input, now }) {
      const { channel } = input;
      const contact = addressOf(input);
      const key = { agent: known(agent, 'agent'), contact, channel };
      const [relationship, history, every, place] = await Promise.all([
        comms.relationship(org, key),
        comms.consentHistory(org, key),
        comms.suppressionsOf(org, contact),
        comms.contactPlace(org, contact),
      ]);
      const suppressions = bindingOn(every, channel);
      const isReadable = recipientOf({ to: contact, channel }).ok;
      return {
        contact,
        channel,
        purposes: PURPOSES.map((purpose) => {
          const country = isReadable ? consentCountry({ to: contact, channel, purpose }, place) : null;
          const answer = consentFor(consentQuestion(relationship, { purpose, channel, country, now }));
          if (!answer.ok) return { purpose, allowed: false, because: answer.say };
          if (suppressions.length > 0)
            return { purpose, allowed: false, because: 'The contact is suppressed, which no consent overrides.' };
          return { purpose, allowed: true, because: answer.by };
        }),
        suppressions: suppressions.map(viewOfSuppression),
        place: viewOfPlace(place),
        lastInboundAt: relationship?.lastInboundAt == null ? null : rfc3339(relationship.lastInboundAt),
        history: history.map(({ event, type, source, proof, at }) => ({ event, type, source, proof, at: rfc3339(at) })),
      };
    },
  });
