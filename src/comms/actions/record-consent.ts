/** Records that a contact agreed to be contacted by this agent on this channel, with the proof. Lifts no opt-out. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { addressOf } from '../contact.ts';
import { CONSENT_TYPES, type ConsentType } from '../facts.ts';
import { contactGuard } from '../guards/contact.ts';
import { commsWrite } from '../writes.ts';

interface Evidence {
  readonly type: ConsentType;
  readonly source?: string | undefined;
  readonly proof?: string | undefined;
}

/** Consent in writing opens marketing in the US (47 CFR 64.1200(f)(9)): whoever relies on it has to be able to show it. */
const evidenceGuard = guard<Evidence>()({
  id: 'evidence',
  stage: 'validate',
  needs: {},
  judge({ input }) {
    const missing = (['source', 'proof'] as const).filter((name) => (input[name] ?? '').trim() === '');
    if (input.type !== 'express_written' || missing.length === 0) return [];
    const say = `${missing.join(' and ')}: consent of type express_written is recorded only with where it was signed or ticked (source) and the words agreed to, or where they are kept (proof).`;
    const fact = missing.map((name) => `field ${name}`).join(', ');
    return [{ is: 'deny', code: 'invalid_input', say, source: '47 CFR 64.1200(f)(9)', fact }];
  },
});

export const recordConsent = (): AnyAction =>
  stateAction({
    name: 'comms.record_consent',
    version: 1,
    says: 'Records that a contact agreed to be contacted by this agent on a channel, with the proof; it does not undo an opt-out.',
    input: z.object({
      contact: field.address().describe('The phone number or mail address that agreed.'),
      channel: z.enum(CHANNELS),
      type: z
        .enum(CONSENT_TYPES)
        .default('express')
        .describe(
          'express_written: signed or ticked for marketing; needs source and proof. express: said so. implied: a running business (30 days). transactional: for one matter.',
        ),
      source: field.name().optional().describe('Where it was given, such as web-form or counter.'),
      proof: field.prose(4_000).optional().describe('The words agreed to, or where they are kept.'),
      notes: field.prose(2_000).optional(),
    }),
    output: z.object({
      consentId: z.string(),
      contact: z.string(),
      channel: z.enum(CHANNELS),
      type: z.enum(CONSENT_TYPES),
      recordedAt: z.string(),
    }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'high',
    guards: [contactGuard, evidenceGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    contact: addressOf,
    change({ by, agent, input, now, label }, _facts, mint) {
      const { channel, type } = input;
      const contact = addressOf(input);
      const id = mint.id('cns');
      return {
        writes: [
          commsWrite('consent.record', {
            id,
            agent: known(agent, 'agent'),
            contact,
            channel,
            type,
            source: input.source ?? null,
            proof: input.proof ?? null,
            notes: input.notes ?? null,
            known: label.integrity === 'trusted',
            by: by.id,
            action: mint.action,
            at: now,
          }),
        ],
        output: { consentId: id, contact, channel, type, recordedAt: rfc3339(now) },
      };
    },
  });
