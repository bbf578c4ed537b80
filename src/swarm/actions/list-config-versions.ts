/** Which configurations the swarm has had: who made each, when, why. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { SwarmConfigReader } from '../config/port.ts';

export const listConfigVersions = (swarms: SwarmConfigReader): AnyAction =>
  readAction({
    name: 'swarm.list_config_versions',
    version: 1,
    says: "Lists the versions of the swarm's configuration, newest first: who made each, when and why.",
    input: z.object({
      limit: z.int().min(1).max(100).default(50),
      cursor: z.int().min(1).optional().describe('The nextCursor of the page before.'),
    }),
    output: z.object({
      versions: z.array(
        z.object({
          version: z.number(),
          hash: z.string(),
          by: z.string(),
          at: z.string(),
          note: z.string().nullable(),
          source: z.enum(['put', 'file', 'rollback']),
          live: z.boolean(),
        }),
      ),
      nextCursor: z.number().nullable(),
    }),
    access: 'org:operate',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/swarm/config/versions' },
    async read({ org, input: { limit, cursor } }) {
      const found = await swarms.versions(org, { limit, ...(cursor === undefined ? {} : { before: cursor }) });
      return {
        versions: found.map((version) => ({ ...version, at: rfc3339(version.at) })),
        nextCursor: found.length < limit ? null : (found.at(-1)?.version ?? null),
      };
    },
  });
