/**
 * Binds a number, WhatsApp sender or mailbox that an account owns to an agent, and has the provider send what arrives there
 * to this server. The address is reserved before the provider is asked, so that two can't bind it at once.
 */
import * as z from 'zod';
import { type AnyAction, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { toBase64url } from '../../kernel/encoding.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { accountFor, accountGuard } from '../guards/account.ts';
import { bindingRegistrationGuard } from '../guards/registration.ts';
import { freeSenderGuard, senderAddress } from '../guards/sender.ts';
import { webhookAddressGuard } from '../guards/webhook-address.ts';
import { senderHooks } from '../hooks.ts';
import { MESSAGE_CHANNELS } from '../message.ts';
import { ownAccounts } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import type { ProviderName, Vendors } from '../provider-ports.ts';
import { CALLBACK_BYTES, secretHash } from '../sending.ts';
import { commsWrite } from '../writes.ts';
import { senderView } from './sender-view.ts';
import { deliveryOf } from './vendor-delivery.ts';

export const bindSender = (carriers: Carriers, vendors: Vendors): AnyAction =>
  worldAction({
    name: 'comms.bind_sender',
    version: 1,
    says: 'Binds an address that the account owns to an agent as its sender, and sets the webhooks at the provider.',
    input: z.object({
      channel: z.enum(MESSAGE_CHANNELS),
      address: field
        .address()
        .describe('The number in international form, or the mailbox, such as desk@mail.example.com.'),
    }),
    output: senderView,
    access: 'org:admin',
    subject: 'agent',
    risk: 'critical',
    sensitive: true,
    guards: [accountGuard(carriers), bindingRegistrationGuard, freeSenderGuard, webhookAddressGuard(vendors)],
    doors: ['mcp', 'rest', 'cli'],
    needs: { accounts: ownAccounts },
    retry: () => 'same-key', // the same webhooks are set once more
    leaseMs: 60 * SECOND_MS,
    beginWithinMs: 5 * MINUTE_MS,
    secretContext: ['nonce'],
    contact: () => null,
    stage({ input, org, agent: named, now }, { accounts }, mint) {
      const account = known(accountFor(input.channel, org, accounts, carriers.production), 'account');
      const agent = known(named, 'agent');
      const address = known(senderAddress(input), 'readable address');
      const nonce = toBase64url(mint.bytes(CALLBACK_BYTES));
      const { provider } = account;
      const sender = { channel: input.channel, address, agent, provider, credentialOrg: account.org };
      return {
        writes: [commsWrite('sender.reserve', { ...sender, action: mint.action, nonce: secretHash(nonce), at: now })],
        output: { agentId: agent, channel: input.channel, address, provider, status: 'pending' as const, todo: [] },
        context: { address, provider, credentialOrg: account.org, nonce },
      };
    },
    async execute({ action: { input, context, agent }, signal }) {
      const { address, nonce } = sendersOf(context);
      const { account, credentials } = await opened(vendors, context);
      if (account === undefined || credentials === null) return GONE;
      const hooks = senderHooks(vendors.baseUrl(), account.name, known(agent, 'agent'), input.channel, nonce);
      const answer = await account.bindSender(credentials, { channel: input.channel, address, hooks }, signal);
      // some providers' references are the address itself, and the delivery's own goes into the log
      return deliveryOf(answer, ({ ref, secret, todo }) => ({
        ref: ref.includes(address) ? account.name : ref,
        told: { ref, secret, todo: JSON.stringify(todo) },
      }));
    },
    conclude({ input, context, agent: named, id }, delivery) {
      const agent = known(named, 'agent');
      const { address, provider, credentialOrg } = sendersOf(context);
      const key = { channel: input.channel, address, agent };
      const shown = { agentId: agent, channel: input.channel, address, provider };
      if (delivery.state === 'unknown')
        return { writes: [], output: { ...shown, status: 'unknown' as const, todo: [] } };
      if (delivery.state !== 'ok') {
        return {
          writes: [commsWrite('sender.release', { ...key, action: id })],
          output: { ...shown, status: 'refused' as const, todo: [] },
        };
      }
      const { told = {} } = delivery;
      const { ref = delivery.ref, secret = '' } = told;
      const row = { ...key, provider, credentialOrg, action: id, ref, secret };
      return {
        writes: [commsWrite('sender.bind', row)],
        output: { ...shown, status: 'bound' as const, todo: JSON.parse(told['todo'] ?? '[]') as string[] },
      };
    },
  });

/** What `stage` fixed. */
export const sendersOf = (context: Readonly<Record<string, string>>) => ({
  address: context['address'] ?? '',
  provider: (context['provider'] ?? '') as ProviderName,
  credentialOrg: (context['credentialOrg'] ?? '') as OrgId,
  nonce: context['nonce'] ?? '',
});

export async function opened({ accounts, open }: Vendors, context: Readonly<Record<string, string>>) {
  const { provider, credentialOrg } = sendersOf(context);
  return { account: accounts[provider], credentials: await open(credentialOrg, provider) };
}

export const GONE = {
  state: 'failed',
  code: 'provider_not_configured',
  say: 'The account at the provider is not registered any more.',
} as const;
