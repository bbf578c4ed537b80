/**
 * The providers of models as this server finds them: models by alias, their keys by name, how each stands; never a value
 * (settled §3). Keys rest and retire in each server's own memory, so that two servers may say different things.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { KeyStatus, ModelStatus } from '../models/model-status.ts';

const level = z.object({ perMinute: z.number(), left: z.number() }).nullable();
const key = z.object({
  name: z.string(),
  source: z.union([z.object({ env: z.string() }), z.object({ secret: z.string() })]).nullable(),
  fingerprint: z.string().nullable().describe('The same for the same value; null: there is none.'),
  ageDays: z.number(),
  state: z.enum(['well', 'cooling', 'retired', 'not-yet', 'over']),
  until: z.string().nullable().describe('When a rest ends.'),
  inFlight: z.number(),
  tokens: level.describe('What is left of its bucket; null: no limit.'),
  requests: level,
  lastError: z.string().nullable().describe('Since its last success.'),
});

export const listModels = (statusOf: (org: OrgId) => Promise<readonly ModelStatus[]>): AnyAction =>
  readAction({
    name: 'swarm.list_models',
    version: 1,
    says: 'Lists the models of the live configuration and how their keys stand on this server: age, state, load, last error; never a value.',
    input: z.object({}),
    output: z.object({
      models: z.array(
        z.object({
          ...{ alias: z.string(), provider: z.string(), model: z.string(), fallback: z.array(z.string()) },
          ...{ maxConcurrent: z.number(), inFlight: z.number(), waiting: z.number() },
          hasPrice: z.boolean().describe('Without one it serves nobody who has a limit in money.'),
          keys: z.array(key),
        }),
      ),
    }),
    access: 'org:own',
    subject: 'organization',
    namesOrganization: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/providers' },
    async read({ org }) {
      const models = await statusOf(org);
      return {
        models: models.map((model) => ({ ...model, fallback: [...model.fallback], keys: model.keys.map(viewOf) })),
      };
    },
  });

const viewOf = ({ until, ...status }: KeyStatus) => ({ ...status, until: until === null ? null : rfc3339(until) });
