/** Facts about credentials, each within the request's organisation. */
import { factKind } from '../kernel/fact.ts';
import type { AgentId, KeyId, ServiceId, TokenId } from '../kernel/ids.ts';

export const identityFacts = {
  /** Whose token it is; revoked and expired ones too. */
  agentToken: factKind<TokenId, { readonly agent: AgentId }>()('agent-token'),
  /** Whether there is such a key or service; revoked and expired ones too. */
  service: factKind<KeyId | ServiceId, true>()('service'),
} as const;
