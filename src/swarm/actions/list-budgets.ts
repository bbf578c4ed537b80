/** What the swarm's budgets are, what of them is used and reserved, and what waits for one: as far as the caller may see it. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { periodMeter } from '../../guard/cap.ts';
import { field } from '../../guard/input/fields.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import type { BudgetReader, BudgetScene, BudgetScope } from '../budgets/budget.ts';
import { budgetLimits, subjectOf, wallLimit } from '../budgets/limits.ts';
import type { LiveConfig } from '../config/port.ts';
import type { Thread } from '../thread.ts';
import { type ReadParts, seenBy } from '../views/view.ts';

const READ = { action: 'swarm.list_budgets', access: 'org:view' } as const;

export interface ListBudgetsParts {
  readonly budgets: BudgetReader;
  readonly tenancy: Pick<TenancyReader, 'organization'>;
}

type Who = Pick<BudgetScene, 'thread' | 'agent' | 'user' | 'workSince'>;
const NOBODY: Who = { thread: null, agent: null, user: null, workSince: null };

export const listBudgets = (reads: ReadParts, { budgets, tenancy }: ListBudgetsParts): AnyAction =>
  readAction({
    name: READ.action,
    version: 1,
    says: 'Lists the budgets of the swarm: the limit, what is used and reserved of it, whether it is raised, and what waits.',
    input: z.object({
      threadId: field.id('thr').optional().describe('Also the budgets of this thread.'),
      user: field.code(100).optional().describe('Whose; your own unless said. Others are for administrators.'),
    }),
    output: z.object({
      budgets: z.array(
        z.object({
          scope: z.string(),
          of: z.string(),
          name: z.string().describe('As in the configuration.'),
          agent: z.string().nullable().describe("Of a thread's budget that one agent has there."),
          kind: z.string().describe('tokens, costMicros (micro-units of USD), calls, wallMs.'),
          limit: z.number(),
          used: z.number().describe('With what is reserved.'),
          reserved: z.number(),
          raisedUntil: z.string().nullable(),
          waits: z.boolean().describe('Its part of the swarm waits for a budget.'),
          waitsUntil: z.string().nullable().describe('Null: until it is raised.'),
        }),
      ),
    }),
    access: READ.access,
    subject: 'organization',
    risk: 'low',
    tells: 'house',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/budgets' },
    async read(request) {
      const { by, org, input, now } = request;
      const { view, live, agents } = await seenBy(reads, request, READ);
      const zone = (await tenancy.organization(org))?.zone;
      if (live === null || zone === undefined) return { budgets: [] };
      const user = input.user ?? by.id;
      if (user !== by.id && !by.scopes.has('org:admin')) throw noSuch();
      const id = input.threadId as ThreadId | undefined;
      const thread = id === undefined ? null : await reads.reader.thread(view, id);
      if (id !== undefined && thread === null) throw noSuch();
      const visible = [...live.agents.keys()].filter((name) => agents.has(name));
      const raised = (scope: BudgetScope, of: string) => budgets.raised(org, scope, of);
      const scenes: BudgetScene[] = [
        scene(live, { ...NOBODY, user }, [...(await raised('swarm', '')), ...(await raised('user', user))]),
      ];
      for (const name of visible) scenes.push(scene(live, { ...NOBODY, agent: name }, await raised('agent', name)));
      const ofThread = thread === null ? [] : await threadScenes(live, thread, visible);
      const limits = [
        ...scenes.flatMap((one) => budgetLimits(one, zone, now)),
        ...ofThread.flatMap((one) => budgetLimits(one, zone, now).filter(({ scope }) => scope === 'thread')),
      ];
      const shown = [...new Map(limits.map((limit) => [limit.meter, limit])).values()];
      const uses = await budgets.counters(
        org,
        shown.map((limit) => periodMeter(limit.meter, limit, now)),
      );
      const waiting = await budgets.waiting(org);
      const waitOf = (subject: string) => {
        const until = waiting.get(subject);
        return { waits: until !== undefined, waitsUntil: until == null ? null : rfc3339(until) };
      };
      const wall = ofThread[0] === undefined ? null : wallLimit(ofThread[0], now);
      return {
        budgets: [
          ...shown.map(({ scope, of, agent, name, kind, limit, raisedUntil, pauses }, i) => ({
            ...{ scope, of, agent, name, kind, limit, ...uses[i]! },
            raisedUntil: raisedUntil === null ? null : rfc3339(raisedUntil),
            ...waitOf(pauses),
          })),
          ...(wall === null || thread === null
            ? []
            : [
                {
                  ...{ scope: 'thread', of: thread.id, name: 'threadMs', kind: 'wallMs', agent: null },
                  ...{ limit: wall.limit, used: thread.status === 'completed' ? 0 : wall.used, reserved: 0 },
                  raisedUntil: wall.until === null ? null : rfc3339(wall.until),
                  ...waitOf(subjectOf('thread', thread.id)),
                },
              ]),
        ],
      };

      /** The whole thread, and in it each agent that the caller may see. */
      async function threadScenes({ config }: LiveConfig, { id }: Thread, names: readonly string[]) {
        const workSince = await budgets.workSince(org, id);
        const more = await raised('thread', id);
        return [null, ...names].map((agent) => scene({ config }, { ...NOBODY, thread: id, agent, workSince }, more));
      }
    },
  });

const scene = ({ config }: Pick<LiveConfig, 'config'>, who: Who, raised: BudgetScene['raised']): BudgetScene => ({
  ...who,
  limits: config.swarm.limits,
  own: config.agents.find(({ name }) => name === who.agent)?.limits ?? null,
  raised,
});

const noSuch = () => new SallyportError('not_found', 'There is no such thread or person.');
