/** Facts about credentials, each within the request's organisation. */
import { factKind } from '../kernel/fact.ts';
import type { AgentId, TokenId } from '../kernel/ids.ts';

export const identityFacts = {
  /** Whose token it is; revoked and expired ones too. */
  agentToken: factKind<TokenId, { readonly agent: AgentId }>()('agent-token'),
} as const;
