/**
 * Making and ending tokens as data: text to show once, and writes for the ledger. Other rooms that hand out tokens get
 * this as a port.
 */
import type { AgentId, OrgId, TokenId } from '../kernel/ids.ts';
import type { Write } from '../kernel/write.ts';
import { mintToken } from './token.ts';
import { identityWrite } from './writes.ts';

type Bytes = (n: number) => Uint8Array;
interface Issued {
  /** Shown once, never stored. */
  readonly token: string;
  readonly write: Write;
}

export const agentTokens = {
  /** @param expiresAt ms since the epoch, or null: until revoked. */
  issue(bytes: Bytes, id: TokenId, agent: AgentId, now: number, expiresAt: number | null): Issued {
    const { token, hash } = mintToken(bytes, 'agent');
    return { token, write: identityWrite('agent-token.create', { id, hash, agent, createdAt: now, expiresAt }) };
  },
  revokeAll: (agent: AgentId, now: number): readonly Write[] => [
    identityWrite('agent-token.revoke-all', { agent, at: now }),
  ],
};

export const adminTokens = {
  /** An organisation administrator's token. */
  issue(bytes: Bytes, id: TokenId, org: OrgId, now: number): Issued {
    const { token, hash } = mintToken(bytes, 'organization');
    return {
      token,
      write: identityWrite('admin-token.create', { id, hash, org, kind: 'organization', createdAt: now }),
    };
  },
};
