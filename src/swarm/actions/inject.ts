/**
 * A person, or a program of theirs, puts a message into the swarm: accepted once it is appended (202), worked on after. A
 * thread belongs to who began it: nobody else puts anything into it, and so two people who talk to one agent never share one.
 * An agent that is not there, one that the caller may not see, and a thread of somebody else look the same.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { decide, sees } from '../../guard/rights.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import { MINUTE_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { NAME } from '../config/schema.ts';
import { swarmFacts } from '../facts.ts';
import { overloadGuard } from '../guards/overload.ts';
import { payloadFault } from '../guards/payload.ts';
import { liveAgent, liveSwarm } from '../needs.ts';
import { payloadField } from '../payload-field.ts';
import { swarmWrite } from '../writes.ts';

export const INJECT = 'swarm.inject';
const PER_MINUTE = 10;

const INPUT = z.object({
  to: z.string().regex(NAME, 'is no name of an agent').meta({ field: 'code' }).describe("The agent's name."),
  payload: payloadField(),
  threadId: field.id('thr').optional().describe('Goes on with a thread of yours; without it a new one begins.'),
});
type Input = z.infer<typeof INPUT>;

const thread = need<Input>()(swarmFacts.thread, ({ input }) => (input.threadId as ThreadId | undefined) ?? null);

const targetGuard = guard<Input>()({
  id: 'inject-target',
  stage: 'authorise',
  needs: { live: liveSwarm, thread },
  judge({ by, input }, facts) {
    const id = liveAgent(facts.live, input.to)?.id;
    if (id === undefined || !sees(by, id)) return [NO_SUCH_AGENT];
    if (!decide(by, { action: INJECT, access: 'org:operate', agent: id }).allow) return [NOT_TO_IT];
    if (input.threadId === undefined) return [];
    const { owner } = facts.thread ?? {};
    if (owner?.is !== 'principal' || owner.id !== by.id) return [NO_SUCH_THREAD];
    return facts.thread?.status === 'killed' ? [ENDED] : [];
  },
});

const payloadGuard = guard<Input>()({
  id: 'payload',
  stage: 'validate',
  needs: { live: liveSwarm },
  judge({ input }, { live }) {
    const fault = payloadFault(liveAgent(live, input.to)?.agent, input.payload);
    return fault === null ? [] : [fault];
  },
});

const boundsGuard = guard<Input>()({
  id: 'inject-bounds',
  stage: 'limit',
  needs: {
    live: liveSwarm,
    queued: need<Input>()(swarmFacts.queued, ({ input }) => input.to),
    open: need<Input>()(swarmFacts.openThreads, ({ by, input }) => (input.threadId === undefined ? by.id : null)),
  },
  judge({ by, input }, { live, queued, open }) {
    const agent = liveAgent(live, input.to)?.agent;
    const threads = live?.config?.swarm.limits.threadsPerUser ?? 0;
    const full: Deny[] = [];
    if ((queued ?? 0) >= (agent?.limits.queueDepth ?? 0))
      full.push(
        tooMany(`${input.to} has as much waiting as it may. What waits is kept; try again later.`, 'queueDepth'),
      );
    if (input.threadId === undefined && (open ?? 0) >= threads)
      full.push(
        tooMany(`You have ${threads} threads at work already. Go on with one, or wait for one.`, 'threadsPerUser'),
      );
    const cap = {
      limit: PER_MINUTE,
      window: { ms: MINUTE_MS },
      code: 'rate_limited',
      name: 'injectsPerMinute',
    } as const;
    return full.length > 0 ? full : [{ is: 'take', take: { meter: `injects:${by.id}`, amount: 1, caps: [cap] } }];
  },
});

export const inject = (): AnyAction =>
  stateAction({
    name: INJECT,
    version: 1,
    says: 'Sends a message to an agent of the swarm, in a new thread or one of your own.',
    input: INPUT,
    output: z.object({ threadId: z.string(), messageId: z.string() }),
    access: 'org:operate',
    subject: 'organization',
    risk: 'high',
    guards: [targetGuard, payloadGuard, overloadGuard, boundsGuard],
    doors: ['mcp', 'rest', 'cli'],
    accepts: true,
    http: { method: 'POST', path: '/inject' },
    needs: {
      live: liveSwarm,
      thread,
      root: need<Input>()(swarmFacts.rootFrame, ({ input }) =>
        input.threadId === undefined ? null : { thread: input.threadId as ThreadId, name: input.to },
      ),
    },
    change({ by, input, label }, facts, mint) {
      const { version, config } = known(facts.live, 'swarm');
      const id = facts.thread?.id ?? mint.id('thr');
      const frame = facts.root ?? mint.id('frm');
      const message = mint.id('msg');
      const { visibility } = known(config, 'swarm').swarm;
      return {
        writes: [
          ...(facts.thread === null
            ? [swarmWrite('thread.create', { id, owner: { is: 'principal', id: by.id }, visibility })]
            : []),
          ...(facts.root === null
            ? [
                swarmWrite('frame.open', {
                  id: frame,
                  thread: id,
                  caller: null,
                  name: input.to,
                  agent: known(liveAgent(facts.live, input.to), 'agent').id,
                  depth: 0,
                  selfs: 0,
                  version,
                }),
              ]
            : []),
          swarmWrite('thread-message.append', {
            id: message,
            thread: id,
            frame,
            kind: 'inject',
            from: { is: 'owner' },
            to: { is: 'agent', name: input.to },
            payload: input.payload,
            label,
            version,
          }),
        ],
        output: { threadId: id, messageId: message },
      };
    },
  });

const NO_SUCH_AGENT: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'There is no such agent in the swarm.',
  source: 'agents of the live configuration',
};
const NOT_TO_IT: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: 'A grant takes messages to this agent from you. Ask an owner of the organisation.',
  source: 'grant',
};
const NO_SUCH_THREAD: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'You have no such thread. Leave threadId out to begin one.',
  source: 'a thread belongs to who began it',
};
const ENDED: Deny = {
  is: 'deny',
  code: 'conflict',
  say: 'This thread was killed. Leave threadId out to begin another.',
  source: 'status of the thread',
};
const tooMany = (say: string, limit: string): Deny => ({
  is: 'deny',
  code: 'queue_full',
  say,
  source: `limit ${limit}`,
});
