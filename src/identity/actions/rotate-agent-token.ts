/**
 * A new token for an agent in place of its old ones, at once or after an overlap in which both work. An administrator's
 * doing: an agent that could renew itself would outlive the discovery that its token leaked.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { wholeRight } from '../../guard/guards/whole-right.ts';
import { DAY_MS, rfc3339, SECOND_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { agentTokens } from '../agent-tokens.ts';
import { identityWrite } from '../writes.ts';

const MAX_LIFE_S = (3650 * DAY_MS) / SECOND_MS;
/** An overlap is for redeploying the agent, not for living with two tokens. */
const MAX_OVERLAP_S = (7 * DAY_MS) / SECOND_MS;

export const rotateAgentToken = (): AnyAction =>
  stateAction({
    name: 'identity.rotate_agent_token',
    version: 1,
    says: 'Gives an agent a new token, shown once, and ends its old ones at once or after an overlap.',
    input: z.object({
      expiresIn: z
        .int()
        .min(60)
        .max(MAX_LIFE_S)
        .optional()
        .describe('Seconds until the new token expires. Left out: it works until it is revoked.'),
      keepOldFor: z
        .int()
        .min(0)
        .max(MAX_OVERLAP_S)
        .default(0)
        .describe('Seconds for which the old tokens still work, at most a week. 0: they end at once.'),
    }),
    output: z.object({
      tokenId: z.string(),
      securityToken: z.string(),
      expiresAt: z.string().nullable(),
      oldTokensEndAt: z.string(),
    }),
    access: 'org:admin',
    subject: 'agent',
    forSuspended: true, // what leaked is ended before the organisation comes back
    risk: 'high',
    sensitive: true,
    guards: [wholeRight('agent')],
    doors: ['mcp', 'rest', 'cli'],
    secretOutput: ['securityToken'],
    needs: {},
    change({ agent: named, input, now }, _facts, mint) {
      const agent = known(named, 'agent');
      const id = mint.id('tok');
      const expiresAt = input.expiresIn === undefined ? null : now + input.expiresIn * SECOND_MS;
      const oldEndAt = now + input.keepOldFor * SECOND_MS;
      const { token, write } = agentTokens.issue((n) => mint.bytes(n), id, agent, now, expiresAt);
      const endOld =
        oldEndAt === now
          ? agentTokens.revokeAll(agent, now)
          : [identityWrite('agent-token.expire-all', { agent, at: oldEndAt })];
      return {
        writes: [...endOld, write], // in this order, or the new one would end with the others
        output: {
          tokenId: id,
          securityToken: token,
          expiresAt: expiresAt === null ? null : rfc3339(expiresAt),
          oldTokensEndAt: rfc3339(oldEndAt),
        },
      };
    },
  });
