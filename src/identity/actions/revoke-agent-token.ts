/** Ends one token of an agent, or all of them. The token's fence ends what it started and has not left yet. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { TokenId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { agentTokens } from '../agent-tokens.ts';
import { identityFacts } from '../facts.ts';
import { identityWrite } from '../writes.ts';

type Input = { readonly tokenId?: TokenId | undefined };

/** A revocation that found nothing must not sound like one that worked. */
export const agentsOwnToken = guard<Input>()({
  id: 'agents-own-token',
  stage: 'validate',
  needs: { token: need<Input>()(identityFacts.agentToken, ({ input }) => input.tokenId ?? null) },
  judge: ({ input, agent }, { token }) =>
    input.tokenId === undefined || (token !== null && token.agent === agent)
      ? []
      : [
          {
            is: 'deny',
            code: 'not_found',
            say: 'This agent has no such token; identity_list_agent_tokens shows those it has.',
            source: 'a token is of one agent',
          },
        ],
});

export const revokeAgentToken = (): AnyAction =>
  stateAction({
    name: 'identity.revoke_agent_token',
    version: 1,
    says: 'Revokes one token of an agent, or all of them; they stop working at once.',
    input: z.object({
      tokenId: field.id('tok').optional().describe('The token to revoke. Left out: every token of the agent.'),
    }),
    output: z.object({ revoked: z.string().describe('The token’s id, or `all`.'), revokedAt: z.string() }),
    access: 'org:admin',
    subject: 'agent',
    forSuspended: true, // what leaked is ended before the organisation comes back
    risk: 'high',
    sensitive: true,
    guards: [agentsOwnToken],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change({ agent: named, input, now }) {
      const agent = known(named, 'agent');
      const id = input.tokenId;
      return {
        writes:
          id === undefined
            ? agentTokens.revokeAll(agent, now)
            : [identityWrite('agent-token.revoke', { id, agent, at: now })],
        output: { revoked: id ?? 'all', revokedAt: rfc3339(now) },
      };
    },
  });
