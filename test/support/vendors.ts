/**
 * Providers for tests of the rules around them: they take every credential but `bad`, own every address, and remember what
 * they were asked. What the real adapters say to the real interfaces is tested beside the adapters.
 */
import type {
  CallCarrier,
  MessageProvider,
  OutboundCall,
  OutboundMessage,
  ProviderAccount,
  ProviderName,
} from '../../src/comms/provider-ports.ts';
import type { Claimed } from '../../src/guard/permit.ts';
import type { Connected } from '../../src/main/vendors.ts';

export interface TestVendors {
  connect(open: Connected['vendors']['open']): Connected;
  /** What was handed to a carrier, with its context. */
  readonly sent: Claimed<OutboundMessage>[];
  /** The calls that were placed. */
  readonly called: Claimed<OutboundCall>[];
  /** What an account was asked: the verb and what it was about. */
  readonly asked: string[];
}

export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export function testVendors(): TestVendors {
  const sent: Claimed<OutboundMessage>[] = [];
  const called: Claimed<OutboundCall>[] = [];
  const asked: string[] = [];
  let numbers = 0;

  const carrier = (name: ProviderName): MessageProvider => ({
    name,
    retry: name === 'resend' ? 'same-key' : 'never',
    async send({ action }) {
      sent.push(action);
      return { state: 'ok', ref: `ref-${action.id}` };
    },
  });
  const caller: CallCarrier = {
    name: 'simulator',
    async place({ action }) {
      called.push(action);
      return { state: 'ok', ref: `call-${action.id}` };
    },
  };
  const account = (
    name: ProviderName,
    channels: ProviderAccount['channels'],
    fields: readonly string[],
  ): ProviderAccount => ({
    name,
    channels,
    fields: Object.fromEntries(fields.map((field) => [field, { says: 'For tests.' }])),
    health: () => 'up',
    async verify(credentials) {
      asked.push(`verify ${name}`);
      return Object.values(credentials).includes('bad')
        ? { state: 'failed', code: 'provider_rejected', say: 'The provider does not know these credentials.' }
        : { state: 'ok', value: { account: `${name} account` } };
    },
    async bindSender(_credentials, { address, hooks }) {
      asked.push(`bind ${address} ${hooks.inbound}`);
      const secret = name === 'resend' ? WEBHOOK_SECRET : '';
      return { state: 'ok', value: { ref: `PN${address}`, secret, todo: [] } };
    },
    async unbindSender(_credentials, { address }) {
      asked.push(`unbind ${address}`);
      return { state: 'ok', value: null };
    },
    async buyNumber(_credentials, { tag }) {
      asked.push(`buy ${tag}`);
      return { state: 'ok', value: { ref: 'PNbought', address: `+1213555${String(numbers++).padStart(4, '0')}` } };
    },
  });

  const accounts = {
    twilio: account('twilio', ['sms', 'whatsapp'], ['accountSid', 'authToken']),
    resend: account('resend', ['email'], ['apiKey']),
  };
  return {
    sent,
    called,
    asked,
    connect: (open) => ({
      vendors: { accounts, open, baseUrl: () => 'https://door.example' },
      production: { twilio: carrier('twilio'), resend: carrier('resend') },
      calls: { sandbox: caller, production: {} },
      fetchMedia: async () => null,
      receiveMail: async () => ({ state: 'failed', code: 'not_found', say: 'There is no such mail.' }),
    }),
  };
}
