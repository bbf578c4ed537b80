/**
 * Whether a contact may be contacted, and by which rule not: each law and record with its verdict, its source and what
 * decided. The rulings are those that refuse a send or a call, asked without sending.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { addressOf } from '../contact.ts';
import { explain, type OnRecord, type Question, RULE_VERDICTS } from '../explanation.ts';
import { contactGuard } from '../guards/contact.ts';
import { capTake } from '../guards/legal-frequency.ts';
import { capsFor } from '../lawful.ts';
import { PURPOSES } from '../message.ts';
import type { CommsReader } from '../ports.ts';
import { placeView, viewOfPlace } from './place-view.ts';

const EVIDENCE = ['zone', 'address', 'prefix', 'none'] as const;
const evidence = z.enum(EVIDENCE).describe('What it was read from: none where it is not known.');

export const explanationView = z.object({
  contact: z.string(),
  channel: z.enum(CHANNELS),
  purpose: z.enum(PURPOSES),
  at: z.string(),
  verdict: z.enum(['allow', 'deny']).describe('By the rules that could be asked; see those that are unknown.'),
  allowedFrom: z.string().nullable().describe('When no rule refuses any more; null where waiting does not help.'),
  assumed: z
    .object({
      countries: z.array(z.string()),
      regions: z.array(z.string()),
      zones: z.array(z.string()),
      from: z.object({ country: evidence, region: evidence, zone: evidence }),
    })
    .describe('Everywhere that the contact may be; every rule of every place must agree.'),
  place: placeView,
  rules: z.array(
    z.object({
      guard: z
        .string()
        .nullable()
        .describe('The rule of this server that refuses by it; null for what only the sender can see to.'),
      rule: z.string(),
      verdict: z
        .enum(RULE_VERDICTS)
        .describe('duty: allowed if that is done. unknown: it depends on what was not asked.'),
      say: z.string(),
      source: z.string(),
      tag: z
        .string()
        .nullable()
        .describe('P read in the primary text, Q quoted, S secondary, K general knowledge; null: no law.'),
      checkedAt: z.string().nullable(),
      fact: z.string().nullable(),
    }),
  ),
});

export function explanationAnswer(question: Question, onRecord: OnRecord): z.output<typeof explanationView> {
  const { contacting, said, at } = question;
  const { verdict, allowedFrom, place, rules } = explain(question, onRecord);
  return {
    contact: contacting.to,
    channel: contacting.channel,
    purpose: contacting.purpose,
    at: rfc3339(at),
    verdict,
    allowedFrom: allowedFrom === null ? null : rfc3339(allowedFrom),
    assumed: {
      countries: [...place.countries],
      regions: [...place.regions],
      zones: [...place.zones],
      from: place.from,
    },
    place: viewOfPlace(said),
    rules: [...rules],
  };
}

export const explainCompliance = (
  comms: Pick<CommsReader, 'relationship' | 'suppressionsOf' | 'contactPlace' | 'capUse'>,
): AnyAction =>
  readAction({
    name: 'comms.explain_compliance',
    version: 1,
    says: 'Explains by which rules a contact may or may not be contacted: opt-outs, consent, calling hours, caps, recording and disclosure, each with its source.',
    input: z.object({
      contact: field.address().describe('A phone number in international form or a mail address.'),
      channel: z.enum(CHANNELS).optional().describe('Unless said: email for a mail address, else sms.'),
      purpose: z.enum(PURPOSES).default('transactional'),
      at: field.time().optional().describe('The time to judge for; now unless said.'),
      record: z.boolean().default(false).describe('A call that would be recorded.'),
    }),
    output: explanationView,
    access: 'agent:read',
    subject: 'organization',
    confinedToAgent: true,
    risk: 'low',
    guards: [contactGuard],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, agent, input, now }) {
      const contact = addressOf(input);
      const { purpose, record, channel = contact.includes('@') ? 'email' : 'sms' } = input;
      const [suppressions, said, relationship] = await Promise.all([
        comms.suppressionsOf(org, contact),
        comms.contactPlace(org, contact),
        agent === null ? null : comms.relationship(org, { agent, contact, channel }),
      ]);
      const at = input.at === undefined ? now : Date.parse(input.at);
      const question: Question = { contacting: { to: contact, channel, purpose, record }, said, at };
      const caps = await Promise.all(
        capsFor(question.contacting, said).map(async (cap) => ({
          cap,
          ...(await comms.capUse(org, capTake(cap, contact), at)),
        })),
      );
      const known = agent === null ? null : (relationship ?? 'none');
      return explanationAnswer(question, { suppressions, relationship: known, caps });
    },
  });
