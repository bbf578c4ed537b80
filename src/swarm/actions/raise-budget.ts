/**
 * An Owner lets a thread, an agent, a person's threads or the whole swarm use more, until a time. What waits for that budget
 * goes on at once. It raises and never lowers: to lower is to change the configuration.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { Principal } from '../../guard/principal.ts';
import { isAgentThere, sees } from '../../guard/rights.ts';
import { type RightOn, rightOnThread, type SeenThread } from '../../guard/thread-visibility.ts';
import type { AgentId, ThreadId } from '../../kernel/ids.ts';
import { DAY_MS } from '../../kernel/time.ts';
import { BUDGET_KINDS, BUDGET_SCOPES, type BudgetScope, budgetWrite } from '../budgets/budget.ts';
import { configuredLimit } from '../budgets/limits.ts';
import { swarmFacts } from '../facts.ts';
import { liveSwarm } from '../needs.ts';

const RAISE = { action: 'swarm.raise_budget', access: 'org:own' } as const;
const LONGEST_MS = 366 * DAY_MS;

const INPUT = z.object({
  scope: z.enum(BUDGET_SCOPES),
  of: field
    .code(100)
    .optional()
    .describe("The thread's id, the agent's name, or the person's or program's id; nothing for the swarm."),
  kind: z.enum(BUDGET_KINDS).describe('Money (costMicros) in micro-units of USD; wallMs is of threads alone.'),
  limit: z.int().min(1).max(Number.MAX_SAFE_INTEGER).describe('The new limit, in the place of the configured one.'),
  until: field.time().describe('RFC 3339; at most a year from now.'),
});
type Input = z.infer<typeof INPUT>;

const thread = need<Input>()(swarmFacts.seenThread, ({ input }) =>
  input.scope === 'thread' && input.of?.startsWith('thr_') ? (input.of as ThreadId) : null,
);

function rightOn(
  by: Principal,
  scope: BudgetScope,
  seen: SeenThread | null,
  agent: AgentId | undefined,
): RightOn['is'] {
  if (scope === 'thread') return rightOnThread(by, RAISE, seen).is;
  if (scope !== 'agent') return 'yes';
  if (agent === undefined || !sees(by, agent)) return 'hidden';
  return isAgentThere(by, RAISE, agent) ? 'yes' : 'no';
}

const raisableGuard = guard<Input>()({
  id: 'raisable',
  stage: 'validate',
  needs: { live: liveSwarm, thread },
  judge({ by, input: { scope, of = '', kind, limit, until }, now }, facts): readonly Deny[] {
    const end = Date.parse(until);
    if (end <= now || end > now + LONGEST_MS) return [wrong('until must be later than now, at most a year.')];
    if ((scope === 'swarm') !== (of === '')) return [wrong('Name in of which one is meant; the swarm has no name.')];
    const config = facts.live?.config ?? null;
    const named = config?.agents.some(({ name }) => name === of)
      ? facts.live?.bound.find(({ name }) => name === of)
      : null;
    const right = rightOn(by, scope, facts.thread, named?.agent);
    if (right !== 'yes') return [right === 'hidden' ? NO_SUCH : NOT_THIS_ONE];
    const configured = config === null ? null : configuredLimit(config, { scope, of, kind });
    if (configured === null) return [wrong('There is no such limit in the configuration: nothing is to be raised.')];
    return limit > configured
      ? []
      : [wrong(`The limit is ${configured} already; to lower it, change the configuration.`)];
  },
});

export const raiseBudget = (): AnyAction =>
  stateAction({
    name: RAISE.action,
    version: 1,
    says: 'Raises a budget of a thread, an agent, a person or the swarm until a time; what waits for it goes on.',
    input: INPUT,
    output: z.object({ scope: z.string(), of: z.string(), kind: z.string(), limit: z.number(), until: z.string() }),
    access: RAISE.access,
    subject: 'organization',
    risk: 'high',
    sensitive: true,
    guards: [raisableGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/budgets' },
    needs: {},
    change: ({ by, input: { scope, of = '', kind, limit, until } }) => ({
      writes: [budgetWrite('budget.raise', { scope, of, kind, limit, until: Date.parse(until), by: by.id })],
      output: { scope, of, kind, limit, until },
    }),
  });

const wrong = (say: string): Deny => ({ is: 'deny', code: 'invalid_input', say, source: 'budgets of the swarm' });
const NO_SUCH: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'There is no such thread or agent in the swarm.',
  source: 'budgets of the swarm',
};
const NOT_THIS_ONE: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: 'A grant takes this from you there. Ask an owner of the organisation.',
  source: 'grant',
};
