/** What a call needs besides its input, fixed when it is admitted. Strings in the row, because it is stored with the action. */
import type { Mint } from '../guard/action.ts';
import type { Id, OrgId } from '../kernel/ids.ts';
import type { Agent } from '../tenancy/agent.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { OutboundCall, ProviderName } from './provider-ports.ts';
import { CALL_MINUTES, reserveFor } from './reserve.ts';
import { openingOf } from './rules/call-opening.ts';
import { senderOf } from './sender.ts';

export type CallId = Id<'call'>;

export interface Calling {
  readonly callId: CallId;
  /** The number that calls; empty where nobody carries calls yet. */
  readonly from: string;
  readonly mode: Organization['mode'];
  readonly provider: ProviderName | '';
  readonly credentialOrg: OrgId | '';
  /** Said before anything else. */
  readonly opening: string;
  /** How long the call may last before more is taken for it. */
  readonly minutes: number;
  /** Reserved for them, in micro-units. */
  readonly cost: number;
}

export function callingOf(input: OutboundCall, agent: Agent, { mode, name }: Organization, mint: Mint): Calling {
  const bound = mode === 'production' ? agent.bound.voice : undefined;
  return {
    callId: mint.id('call'),
    from: senderOf(agent, mode, 'voice') ?? '',
    mode,
    provider: (bound?.provider ?? '') as Calling['provider'],
    credentialOrg: bound?.credentialOrg ?? '',
    opening: openingOf(input, name),
    minutes: CALL_MINUTES,
    cost: reserveFor(input)?.cost ?? 0,
  };
}

export const stored = (calling: Calling): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(calling).map(([name, value]) => [name, String(value)]));

export const callingIn = (context: Readonly<Record<string, string>>): Calling => ({
  callId: `call_${(context['callId'] ?? '').slice('call_'.length)}`,
  from: context['from'] ?? '',
  mode: context['mode'] === 'sandbox' ? 'sandbox' : 'production',
  provider: (context['provider'] ?? '') as Calling['provider'],
  credentialOrg: (context['credentialOrg'] ?? '') as Calling['credentialOrg'],
  opening: context['opening'] ?? '',
  minutes: Number(context['minutes']),
  cost: Number(context['cost']),
});
