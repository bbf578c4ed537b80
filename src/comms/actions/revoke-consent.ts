/** Ends a contact's consents to this agent on one channel. What is on its way to the contact is stopped by its fence. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { addressOf } from '../contact.ts';
import { contactFence } from '../fences.ts';
import { contactGuard } from '../guards/contact.ts';
import { ownAffairsGuard } from '../guards/flow-control.ts';
import { commsWrite } from '../writes.ts';

/** @param approvalTtlMs how long an approval may be waited for. */
export const revokeConsent = (approvalTtlMs: number): AnyAction =>
  stateAction({
    name: 'comms.revoke_consent',
    version: 1,
    says: "Ends a contact's consent to this agent on a channel; messages to the contact that have not left yet are stopped.",
    input: z.object({
      contact: field.address().describe('The phone number or mail address that no longer agrees.'),
      channel: z.enum(CHANNELS),
      source: field.name().default('asked by the agent').describe('How the contact said so.'),
    }),
    output: z.object({ contact: z.string(), channel: z.enum(CHANNELS), revokedAt: z.string() }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [contactGuard, ownAffairsGuard(approvalTtlMs)],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    contact: addressOf,
    change({ by, agent, input, now }, _facts, mint) {
      const contact = addressOf(input);
      return {
        writes: [
          commsWrite('consent.revoke', {
            id: mint.id('cns'),
            agent: known(agent, 'agent'),
            contact,
            channel: input.channel,
            source: input.source,
            by: by.id,
            action: mint.action,
            at: now,
          }),
          guardWrite('fence.bump', contactFence(contact)),
        ],
        output: { contact, channel: input.channel, revokedAt: rfc3339(now) },
      };
    },
  });
