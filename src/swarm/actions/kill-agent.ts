/**
 * Ends all that an agent of the swarm has under way, in every thread, with what it called; whoever called it is told. Its tokens
 * end, and it is paused: a loop that was killed would begin again with the next message. Resuming it brings back nothing.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { Principal } from '../../guard/principal.ts';
import { decide, sees } from '../../guard/rights.ts';
import type { Agent } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { swarmControlFacts } from '../control/facts.ts';
import { STOP_WITHIN_MS, type Stopping } from '../control/stopping.ts';
import { swarmControlWrite } from '../control/writes.ts';
import { finishes, recorded, stopView } from './stop-view.ts';

export const KILL_AGENT = 'swarm.kill_agent';

interface Input {
  readonly name: string;
}
const bound = need<Input>()(swarmControlFacts.boundAgent, ({ input }) => input.name);

const isSeen = (by: Principal, agent: Agent | null): agent is Agent => agent !== null && sees(by, agent.id);

const rightGuard = guard<Input>()({
  id: 'kill-right',
  stage: 'authorise',
  needs: { bound },
  judge({ by }, { bound: agent }): readonly Deny[] {
    if (!isSeen(by, agent)) return [];
    const { allow, because } = decide(by, { action: KILL_AGENT, access: 'org:admin', agent: agent.id });
    return !allow && because.is === 'grant' ? [NOT_THIS_ONE] : [];
  },
});
/** After the name was looked at as a text. */
const targetGuard = guard<Input>()({
  id: 'kill-target',
  stage: 'comply',
  needs: { bound },
  judge: ({ by }, { bound: agent }) => (isSeen(by, agent) ? [] : [NO_SUCH_AGENT]),
});

export const killAgent = (stopping: Pick<Stopping, 'finish'>): AnyAction =>
  stateAction({
    name: KILL_AGENT,
    version: 1,
    says: 'Kills what an agent of the swarm has under way, ends its tokens and pauses it; tells what could not be proven stopped.',
    input: z.object({
      name: field.code(48).describe("The agent's name in the swarm."),
      reason: field.prose(500).optional(),
    }),
    output: stopView,
    access: 'org:admin',
    subject: 'organization',
    risk: 'critical',
    sensitive: true,
    guards: [rightGuard, targetGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/swarm/agents/{name}/kill' },
    needs: { bound },
    answersWithinMs: STOP_WITHIN_MS,
    change({ by, input: { name } }, facts, mint) {
      const agent = known(facts.bound, 'agent');
      return {
        writes: [
          ...(agent.status === 'active' ? [tenancyWrite('agent.update', { ...agent, status: 'paused' })] : []),
          swarmControlWrite('swarm-stop.begin', {
            ...{ id: mint.action, subject: { is: 'agent', name, id: agent.id }, by: by.id },
          }),
        ],
        output: recorded(mint.action),
      };
    },
    finish: finishes(stopping, { action: KILL_AGENT, access: 'org:admin' }),
  });

const NO_SUCH_AGENT: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'There is no such agent in the swarm.',
  source: 'agents of the swarm',
};
const NOT_THIS_ONE: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: 'A grant takes this from you for this agent. Ask an owner of the organisation.',
  source: 'grant',
};
