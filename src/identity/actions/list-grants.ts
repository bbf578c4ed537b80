/** The organisation's grants: who may do more or less than their role, token or key says. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { AgentId } from '../../kernel/ids.ts';
import type { GivenGrant, GrantReader } from '../ports.ts';
import { grantView, principalId, viewOfGrant } from './grant-view.ts';

const agentOf = ({ resource }: GivenGrant): AgentId | null =>
  resource.kind === 'agent' ? (resource.id as AgentId) : null;

export const listGrants = (grants: Pick<GrantReader, 'list'>): AnyAction =>
  readAction({
    name: 'identity.list_grants',
    version: 1,
    says: 'Lists the grants of the organisation, newest first: what somebody may do besides, or in spite of, their role.',
    input: z.object({
      principal: principalId.optional().describe('Only those of this person, service, key or organisation token.'),
      limit: z.int().min(1).max(100).default(50),
      cursor: field.id('grt').optional().describe('nextCursor of the page before.'),
    }),
    output: z.object({
      grants: z.array(grantView),
      nextCursor: z.string().nullable().describe('For the next page; a page may be short and go on.'),
    }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/grants' },
    async read({ org, input: { principal, limit, cursor } }, reaches) {
      const found = await grants.list(org, { principal, limit, before: cursor });
      const shown = found.filter((grant) => {
        const agent = agentOf(grant);
        return agent === null || reaches(agent);
      });
      return { grants: shown.map(viewOfGrant), nextCursor: found.length < limit ? null : (found.at(-1)?.id ?? null) };
    },
  });
