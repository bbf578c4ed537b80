/**
 * Frees an agent's sender. It sends no more at once, whatever the provider answers; then the webhooks are taken off there, and
 * what could not be taken off is told. Only then can another bind the address: the webhooks that it sets must not be the ones
 * that are taken off.
 */
import * as z from 'zod';
import { type AnyAction, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { heldSenderGuard, holderNeed } from '../guards/sender.ts';
import { MESSAGE_CHANNELS } from '../message.ts';
import type { ProviderName, Vendors } from '../provider-ports.ts';
import { commsWrite } from '../writes.ts';
import { GONE, opened, sendersOf } from './bind-sender.ts';
import { senderView } from './sender-view.ts';
import { deliveryOf } from './vendor-delivery.ts';

export const unbindSender = (vendors: Vendors): AnyAction =>
  worldAction({
    name: 'comms.unbind_sender',
    version: 1,
    says: "Takes an agent's sender away: nothing is sent from it any more, and what still comes is heard for 30 days.",
    input: z.object({
      channel: z.enum(MESSAGE_CHANNELS),
      address: field.address().describe('The number or mailbox that was bound.'),
    }),
    output: senderView,
    access: 'org:admin',
    subject: 'agent',
    risk: 'critical',
    sensitive: true,
    forEndedAgents: true,
    guards: [heldSenderGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { holder: holderNeed },
    retry: () => 'same-key',
    leaseMs: 60 * SECOND_MS,
    beginWithinMs: 5 * MINUTE_MS,
    contact: () => null,
    stage({ input: { channel }, agent: named, now }, facts, mint) {
      const agent = known(named, 'agent');
      const { address, provider, credentialOrg, ref, action: held } = known(facts.holder, 'sender');
      return {
        writes: [commsWrite('sender.unbind', { channel, address, agent, held, action: mint.action, at: now })],
        output: {
          agentId: agent,
          channel,
          address,
          provider: provider as ProviderName,
          status: 'unbound' as const,
          todo: [],
        },
        context: { address, provider, credentialOrg, ref },
      };
    },
    async execute({ action: { input, context }, signal }) {
      const { account, credentials } = await opened(vendors, context);
      if (account === undefined || credentials === null) return GONE;
      const sender = { channel: input.channel, address: sendersOf(context).address, ref: context['ref'] ?? '' };
      return deliveryOf(await account.unbindSender(credentials, sender, signal), () => ({ ref: account.name }));
    },
    conclude({ input: { channel }, context, agent: named, id }, delivery) {
      const agent = known(named, 'agent');
      const { address, provider } = sendersOf(context);
      const todo =
        delivery.state === 'ok' ? [] : [`Take the webhooks off ${address} at ${provider} yourself: ${delivery.say}`];
      return {
        writes: [commsWrite('sender.release', { channel, address, agent, action: id })],
        output: { agentId: agent, channel, address, provider, status: 'unbound' as const, todo },
      };
    },
  });
