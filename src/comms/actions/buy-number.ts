/**
 * Buys a number for an agent and binds it. The provider stores the action's id with it, so that a purchase whose answer was
 * lost is found again; one that could not be bound in the end is given back.
 */
import * as z from 'zod';
import { type AnyAction, worldAction } from '../../guard/action.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { toBase64url } from '../../kernel/encoding.ts';
import type { AgentId } from '../../kernel/ids.ts';
import { micros } from '../../kernel/money.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { ofPolicy } from '../fences.ts';
import { accountFor, accountGuard } from '../guards/account.ts';
import { buyingRegistrationGuard } from '../guards/registration.ts';
import { spendCaps } from '../guards/spend.ts';
import { webhookAddressGuard } from '../guards/webhook-address.ts';
import { senderHooks } from '../hooks.ts';
import { agentSpend } from '../meters.ts';
import { namedAgent, ownAccounts, ownOrganization } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import { PROVIDERS, type Vendors } from '../provider-ports.ts';
import { CALLBACK_BYTES, secretHash } from '../sending.ts';
import { commsWrite } from '../writes.ts';
import { GONE, opened, sendersOf } from './bind-sender.ts';
import { SENDER_STATES } from './sender-view.ts';
import { deliveryOf } from './vendor-delivery.ts';

const CHANNEL = 'sms';
/** One purchase at a time for an agent: this stands for the number that is being bought. */
const placeholder = (agent: AgentId): string => `buying:${agent}`;
/** What a local number costs in its first month, at most; the provider bills the account by its own list. */
const RESERVE = micros(5);
/** What the provider does not show by then was not sold: neither under way nor still to be listed. */
const SOLD_WITHIN_MS = 15 * MINUTE_MS;

const oneNumberGuard = guard<unknown>()({
  id: 'one-number',
  stage: 'comply',
  needs: { agent: namedAgent },
  judge(_request, { agent }): readonly Deny[] {
    const before = agent?.bound[CHANNEL];
    if (before === undefined) return [];
    const say = `The agent sends from ${before.address}. Unbind that first with comms_unbind_sender.`;
    return [{ is: 'deny', code: 'conflict', say, source: 'bound senders' }];
  },
});

/** A number is paid from the budget of the agent that gets it. */
const numberSpendGuard = guard<unknown>()({
  id: 'number-spend',
  stage: 'limit',
  needs: { organization: ownOrganization, agent: namedAgent },
  fences: ofPolicy,
  judge(_request, facts) {
    const agent = known(facts.agent, 'agent');
    const caps = spendCaps(agent, known(facts.organization, 'organisation'));
    return [{ is: 'take', take: { meter: agentSpend(agent.id), amount: RESERVE, unit: 'money', caps } }];
  },
});

export const buyNumber = (carriers: Carriers, vendors: Vendors): AnyAction =>
  worldAction({
    name: 'comms.buy_number',
    version: 1,
    says: 'Buys a phone number from the provider and binds it to an agent for SMS.',
    input: z.object({
      channel: z.literal(CHANNEL).default(CHANNEL),
      country: field
        .code(2)
        .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code of two capital letters')
        .default('US'),
      areaCode: field
        .code(5)
        .regex(/^\d{2,5}$/, 'must be digits, such as 415')
        .optional(),
    }),
    output: z.object({
      agentId: z.string(),
      address: z.string().nullable().describe('The number; null until there is one.'),
      provider: z.enum(PROVIDERS),
      status: z.enum(SENDER_STATES),
    }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'critical',
    sensitive: true,
    guards: [
      accountGuard(carriers),
      buyingRegistrationGuard,
      oneNumberGuard,
      webhookAddressGuard(vendors),
      numberSpendGuard,
    ],
    doors: ['mcp', 'rest', 'cli'],
    needs: { accounts: ownAccounts },
    retry: () => 'never',
    leaseMs: 60 * SECOND_MS,
    beginWithinMs: 5 * MINUTE_MS,
    secretContext: ['nonce'],
    contact: () => null,
    stage({ org, agent: named, now }, { accounts }, mint) {
      const account = known(accountFor(CHANNEL, org, accounts, carriers.production), 'account');
      const agent = known(named, 'agent');
      const { provider, org: credentialOrg } = account;
      const place = { channel: CHANNEL, address: placeholder(agent), agent, provider, credentialOrg } as const;
      return {
        writes: [commsWrite('sender.reserve', { ...place, action: mint.action, nonce: '', at: now })],
        output: {
          agentId: agent,
          address: null,
          provider: account.provider,
          status: 'pending' as const,
        },
        context: {
          provider: account.provider,
          credentialOrg: account.org,
          nonce: toBase64url(mint.bytes(CALLBACK_BYTES)),
          at: String(now),
        },
      };
    },
    async execute({ action: { input, context, agent, id }, signal }) {
      const { account, credentials } = await opened(vendors, context);
      if (account?.buyNumber === undefined || credentials === null) return GONE;
      const { nonce } = sendersOf(context);
      const hooks = senderHooks(vendors.baseUrl(), account.name, known(agent, 'agent'), CHANNEL, nonce);
      const wanted = { country: input.country, areaCode: input.areaCode ?? null, tag: id, hooks };
      const bought = await account.buyNumber(credentials, wanted, signal);
      return deliveryOf(bought, ({ ref, address }) => ({ ref, told: { address } }));
    },
    async find({ context, id }, signal, now) {
      const { account, credentials } = await opened(vendors, context);
      if (account?.findNumber === undefined || credentials === null) return null;
      const found = await account.findNumber(credentials, id, signal);
      if (found.state !== 'ok') return null;
      if (found.value !== null) return { state: 'ok', ref: found.value.ref, told: { address: found.value.address } };
      if (now < Number(context['at']) + SOLD_WITHIN_MS) return null;
      return {
        state: 'failed',
        code: 'provider_rejected',
        say: 'The provider has sold no number under this purchase.',
      };
    },
    conclude({ context, agent: named, id }, delivery, _mint, now) {
      const agent = known(named, 'agent');
      const { provider, credentialOrg, nonce } = sendersOf(context);
      const shown = { agentId: agent, address: null, provider };
      const freed = commsWrite('sender.release', { channel: CHANNEL, address: placeholder(agent), agent, action: id });
      if (delivery.state === 'unknown') return { writes: [], output: { ...shown, status: 'unknown' as const } };
      const address = delivery.state === 'ok' ? delivery.told?.['address'] : undefined;
      if (delivery.state !== 'ok' || address === undefined) {
        return { writes: [freed], output: { ...shown, status: 'refused' as const } };
      }
      const row = { channel: CHANNEL, address, agent, provider, credentialOrg, action: id, ref: delivery.ref } as const;
      return {
        writes: [freed, commsWrite('sender.bought', { ...row, nonce: secretHash(nonce), at: now })],
        output: { ...shown, address, status: 'bound' as const },
      };
    },
  });
