/** What a sending needs besides its input, fixed when it is admitted. Strings in the row, because it is stored with the action. */
import type { Mint } from '../guard/action.ts';
import { toBase64url, toHex } from '../kernel/encoding.ts';
import { sha256 } from '../kernel/hash.ts';
import type { MessageId, OrgId } from '../kernel/ids.ts';
import type { Agent } from '../tenancy/agent.ts';
import { known } from '../tenancy/known.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { OutboundMessage, ProviderName } from './provider-ports.ts';
import { mustListUnsubscribe } from './rules/mail-headers.ts';
import { senderOf } from './sender.ts';

export interface Sending {
  readonly messageId: MessageId;
  readonly from: string;
  readonly mode: Organization['mode'];
  readonly segments: number;
  readonly cost: number;
  /** In production: who carries it, on whose account; else empty. */
  readonly provider: ProviderName | '';
  readonly credentialOrg: OrgId | '';
  /** The secret that a status callback must bring; empty where nobody calls back with one. */
  readonly callback: string;
  /** The token of a mail's one-click address; empty for what can't be unsubscribed from. */
  readonly unsubscribe: string;
  /** When it was admitted (ms). */
  readonly at: number;
}

/** 128 bits can't be guessed. */
export const CALLBACK_BYTES = 16;

export function sendingOf(
  {
    input,
    agent,
    mode,
    segments,
    cost,
    now,
  }: {
    readonly input: OutboundMessage;
    readonly agent: Agent;
    readonly mode: Organization['mode'];
    readonly segments: number;
    readonly cost: number;
    readonly now: number;
  },
  mint: Mint,
): Sending {
  const { channel } = input;
  const messageId = mint.id('msg');
  const from = known(senderOf(agent, mode, channel), 'sender');
  const base = { messageId, from, mode, segments, cost, at: now } as const;
  if (mode === 'sandbox') return { ...base, provider: '', credentialOrg: '', callback: '', unsubscribe: '' };
  const { provider, credentialOrg } = known(agent.bound[channel] ?? null, 'sender');
  const secret = toBase64url(mint.bytes(CALLBACK_BYTES));
  return {
    ...base,
    provider: provider as ProviderName,
    credentialOrg,
    callback: channel === 'email' ? '' : secret,
    unsubscribe: mustListUnsubscribe(input) ? unsubscribeToken(agent.id, messageId, secret) : '',
  };
}

export const unsubscribeToken = (agent: string, message: string, secret: string): string =>
  `${agent}.${message}.${secret}`;

/** What the message's row keeps of the secret that its callback or its one-click address brings. */
export function callbackHash({ callback, unsubscribe }: Sending): string | null {
  const secret = callback || (unsubscribe.split('.')[2] ?? '');
  return secret === '' ? null : secretHash(secret);
}

export const secretHash = (secret: string): string => toHex(sha256(secret));

/** What says nothing is left out: the row is on every message's way to the disk. */
export function stored(sending: Sending): Readonly<Record<string, string>> {
  const { messageId, from, mode, segments, cost } = sending;
  const said: Record<string, string> = { messageId, from, mode, segments: String(segments), cost: String(cost) };
  if (mode === 'sandbox') return said;
  for (const name of OF_PRODUCTION) if (sending[name] !== '') said[name] = sending[name];
  return Object.assign(said, { at: String(sending.at) });
}

const OF_PRODUCTION = ['provider', 'credentialOrg', 'callback', 'unsubscribe'] as const satisfies (keyof Sending)[];

export const contextOf = (context: Readonly<Record<string, string>>): Sending => ({
  messageId: `msg_${(context['messageId'] ?? '').slice('msg_'.length)}`,
  from: context['from'] ?? '',
  mode: context['mode'] === 'sandbox' ? 'sandbox' : 'production',
  segments: Number(context['segments']),
  cost: Number(context['cost']),
  provider: (context['provider'] ?? '') as Sending['provider'],
  credentialOrg: (context['credentialOrg'] ?? '') as Sending['credentialOrg'],
  callback: context['callback'] ?? '',
  unsubscribe: context['unsubscribe'] ?? '',
  at: Number(context['at'] ?? 0),
});
