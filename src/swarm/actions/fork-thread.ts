/**
 * A thread of one's own from the messages of another one, up to one of them: to see what would have come of it. Its tools answer
 * what they answered there; that they are live is an owner's to say. A fork is marked as such and is never put back.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { MessageId, ThreadId } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import { swarmControlFacts } from '../control/facts.ts';
import { swarmControlWrite } from '../control/writes.ts';
import { swarmFacts } from '../facts.ts';
import { namedThread, threadRight } from '../guards/thread-right.ts';
import { liveSwarm } from '../needs.ts';

export const FORK_THREAD = 'swarm.fork_thread';
/** Copied within one transaction. */
const MOST_MESSAGES = 2_000;

const INPUT = z.object({
  threadId: field.id('thr'),
  fromMessage: field.id('msg').describe('The last message that the new thread has.'),
  tools: z
    .enum(['stub', 'live'])
    .default('stub')
    .describe('stub: a call is answered as the same call was in the record, and nothing leaves. live: for owners.'),
});
type Input = z.infer<typeof INPUT>;

const number = need<Input>()(swarmControlFacts.messageNumber, ({ input }) => ({
  thread: input.threadId as ThreadId,
  message: input.fromMessage as MessageId,
}));
const open = need<Input>()(swarmFacts.openThreads, ({ by }) => by.id);

const liveToolsGuard = guard<Input>()({
  id: 'live-tools',
  stage: 'authorise',
  needs: {},
  judge: ({ by, input }) => (input.tools === 'stub' || by.scopes.has('org:own') ? [] : [OWNERS_ALONE]),
});
const fromGuard = guard<Input>()({
  id: 'fork-from',
  stage: 'validate',
  needs: { number },
  judge(_request, facts): readonly Deny[] {
    if (facts.number === null) return [NO_SUCH_MESSAGE];
    return facts.number > MOST_MESSAGES ? [TOO_LONG] : [];
  },
});
const boundsGuard = guard<Input>()({
  id: 'fork-bounds',
  stage: 'limit',
  needs: { live: liveSwarm, open },
  judge(_request, facts): readonly Deny[] {
    const most = facts.live?.config?.swarm.limits.threadsPerUser ?? 0;
    return (facts.open ?? 0) >= most ? [tooMany(most)] : [];
  },
});

export const forkThread = (): AnyAction =>
  stateAction({
    name: FORK_THREAD,
    version: 1,
    says: 'Makes a thread of your own from the messages of another, with tools that only repeat what was recorded.',
    input: INPUT,
    output: z.object({ threadId: z.string(), forkOf: z.string(), at: z.number(), tools: z.enum(['stub', 'live']) }),
    access: 'org:admin',
    subject: 'organization',
    byThread: true,
    risk: 'high',
    sensitive: true,
    guards: [threadRight(FORK_THREAD, 'org:admin'), liveToolsGuard, fromGuard, boundsGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/threads/{threadId}/fork' },
    needs: { thread: namedThread, number },
    change({ by, input: { tools } }, facts, mint) {
      const { id: of, visibility } = known(facts.thread, 'thread');
      const at = known(facts.number, 'number');
      const id = mint.id('thr');
      return {
        writes: [
          swarmControlWrite('thread.fork', {
            ...{ id, owner: { is: 'principal', id: by.id }, visibility, fork: { of, at, tools } },
          }),
        ],
        output: { threadId: id, forkOf: of, at, tools },
      };
    },
  });

const OWNERS_ALONE: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: 'Live tools in a fork are for an owner of the organisation: what they do happens. Leave tools at stub.',
  source: 'scope org:own',
};
const NO_SUCH_MESSAGE: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'There is no such message in this thread.',
  source: 'messages of the thread',
};
const TOO_LONG: Deny = {
  is: 'deny',
  code: 'payload_too_large',
  say: `A fork takes at most the first ${MOST_MESSAGES} messages of a thread.`,
  source: 'length of a fork',
};
const tooMany = (threads: number): Deny => ({
  is: 'deny',
  code: 'queue_full',
  say: `You have ${threads} threads at work already. Wait for one, or kill one.`,
  source: 'limit threadsPerUser',
});
