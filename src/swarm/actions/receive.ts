/**
 * Gives an agent of the swarm what a person outside wrote to it: in the thread that the two have, which nobody else is in. The
 * message keeps its label, untrusted, and is sealed under that person's key. Once each: with it goes its place in the inbox.
 * It is of the server's own form, so that the agent's input schema, which is for peers and the house, is not asked.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { MessageId } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import { swarmFacts } from '../facts.ts';
import { overloadGuard } from '../guards/overload.ts';
import { liveAgent, liveSwarm } from '../needs.ts';
import { swarmWrite } from '../writes.ts';

export const RECEIVE = 'swarm.receive';

const INPUT = z.object({
  messageId: field.id('msg'),
  /** The agent's name in the swarm. */
  to: field.code(48),
});
type Input = z.infer<typeof INPUT>;

const queueGuard = guard<Input>()({
  id: 'inbound-queue',
  stage: 'limit',
  needs: { live: liveSwarm, queued: need<Input>()(swarmFacts.queued, ({ input }) => input.to) },
  judge({ input }, { live, queued }) {
    const depth = liveAgent(live, input.to)?.agent.limits.queueDepth ?? Number.POSITIVE_INFINITY;
    return (queued ?? 0) >= depth ? [FULL] : [];
  },
});

export const receive = (): AnyAction =>
  stateAction({
    name: RECEIVE,
    version: 1,
    says: 'Gives an agent of the swarm a message of a person outside.',
    input: INPUT,
    output: z.object({ threadId: z.string().nullable() }),
    access: 'system:act',
    subject: 'agent',
    risk: 'low',
    guards: [overloadGuard, queueGuard],
    doors: [],
    needs: {
      live: liveSwarm,
      inbound: need<Input>()(swarmFacts.inbound, ({ agent, input }) =>
        agent === null ? null : { agent, message: input.messageId as MessageId },
      ),
    },
    change({ input, agent }, { live, inbound }, mint) {
      const taken = swarmWrite('inbox.take', { message: input.messageId as MessageId });
      const receiver = liveAgent(live, input.to);
      // it left the swarm, or the person was erased: the message is where every agent's messages are
      if (inbound === null || receiver === null || receiver.id !== agent)
        return { writes: [taken], output: { threadId: null } };
      const { version, config } = known(live, 'swarm');
      const thread = inbound.thread ?? mint.id('thr');
      const frame = inbound.frame ?? mint.id('frm');
      const owner = { is: 'contact', ref: inbound.contact } as const;
      const { visibility } = known(config, 'swarm').swarm;
      return {
        writes: [
          taken,
          ...(inbound.thread === null
            ? [swarmWrite('thread.create', { id: thread, owner, visibility, agent: receiver.id })]
            : []),
          ...(inbound.frame === null
            ? [
                swarmWrite('frame.open', {
                  ...{ id: frame, thread, caller: null, name: input.to, agent: receiver.id },
                  ...{ depth: 0, selfs: 0, version },
                }),
              ]
            : []),
          swarmWrite('thread-message.append', {
            ...{ id: mint.id('msg'), thread, frame, kind: 'inbound' },
            ...{ from: { is: 'owner' }, to: { is: 'agent', name: input.to } },
            ...{ payload: inbound.payload, label: inbound.label, version },
          }),
        ],
        output: { threadId: thread },
      };
    },
  });

const FULL: Deny = {
  is: 'deny',
  code: 'queue_full',
  say: 'The agent has as much waiting as it may. What waits is kept, and it is tried again.',
  source: 'limit queueDepth',
};
