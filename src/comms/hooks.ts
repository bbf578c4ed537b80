/** The addresses on this server that providers call for a sender. */
import type { AgentId } from '../kernel/ids.ts';
import type { Channel } from '../tenancy/agent.ts';
import type { ProviderName, SenderHooks } from './provider-ports.ts';

/** @param base without a trailing slash. @param nonce the secret that marks the address as one that we gave out. */
export function senderHooks(
  base: string,
  provider: ProviderName,
  agent: AgentId,
  channel: Channel,
  nonce: string,
): SenderHooks {
  const root = `${base}/webhooks/${provider}/${agent}`;
  return provider === 'twilio'
    ? { inbound: `${root}/${channel}?n=${nonce}`, status: `${root}/status?n=${nonce}` }
    : { inbound: `${root}?n=${nonce}`, status: `${root}?n=${nonce}` };
}
