/** An agent's tokens as an administrator may see them: when made, until when good; never the token or its hash. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { isLive } from '../live.ts';
import type { TokenReader } from '../ports.ts';

const time = (ms: number | null) => (ms === null ? null : rfc3339(ms));

export const listAgentTokens = (tokens: Pick<TokenReader, 'ofAgent'>): AnyAction =>
  readAction({
    name: 'identity.list_agent_tokens',
    version: 1,
    says: 'Lists the tokens of an agent, newest first: their ids, ages and whether they still work, never the tokens themselves.',
    input: z.object({}),
    output: z.object({
      tokens: z.array(
        z.object({
          tokenId: z.string(),
          works: z.boolean(),
          createdAt: z.string(),
          expiresAt: z.string().nullable(),
          revokedAt: z.string().nullable(),
        }),
      ),
    }),
    access: 'org:operate',
    subject: 'agent',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, agent, now }) {
      const found = await tokens.ofAgent(org, known(agent, 'agent'));
      return {
        tokens: found.map((token) => ({
          tokenId: token.id,
          works: isLive(token, now),
          createdAt: rfc3339(token.createdAt),
          expiresAt: time(token.expiresAt),
          revokedAt: time(token.revokedAt),
        })),
      };
    },
  });
