/**
 * A message to a peer: opens a frame of that agent, whose answer will be the result of the call. The envelope is the server's:
 * who asks, in which thread and frame, is the turn's, whatever the agent wrote. All of it is rows, so it is done when it is
 * committed: the frame, the message, and the caller's step that waits, in one transaction. What is said to a peer is in the record
 * for whoever may see the thread, so that it goes through the output filter as an answer does.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { outputFilter } from '../../guard/guards/output-filter.ts';
import { field } from '../../guard/input/fields.ts';
import type { OutputBook } from '../../guard/output/book.ts';
import type { Turn } from '../../guard/principal.ts';
import { known } from '../../tenancy/known.ts';
import { inTurnGuard } from '../guards/in-turn.ts';
import { callPayloadGuard } from '../guards/payload.ts';
import { callBoundsGuard, depthOf, peerGuard } from '../guards/peer.ts';
import { liveAgent, liveSwarm, ownFrame } from '../needs.ts';
import { payloadField } from '../payload-field.ts';
import { payloadTexts } from '../rules/payload-texts.ts';
import { swarmWrite } from '../writes.ts';

export const CALL_PEER = 'swarm.call_peer';

const INPUT = z.object({
  to: field.code(48),
  /** The configuration that the caller runs under. */
  version: z.int().min(1),
  step: z.int().min(0),
  call: field.name(200),
  payload: payloadField(),
});

type Input = z.infer<typeof INPUT>;

export const callPeer = (outputBook: OutputBook): AnyAction =>
  stateAction({
    name: CALL_PEER,
    version: 1,
    says: 'Sends a message to a peer and waits for its answer.',
    input: INPUT,
    output: z.object({ frameId: z.string(), messageId: z.string() }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [
      inTurnGuard,
      peerGuard,
      callPayloadGuard,
      callBoundsGuard,
      outputFilter(
        payloadTexts(({ payload }: Input) => payload, 'payload'),
        outputBook,
      ),
    ],
    steerable: () => true, // what it is told with goes on with its label
    doors: [],
    needs: { frame: ownFrame, live: liveSwarm },
    change({ by, input, label }, facts, mint) {
      const turn = by.turn as Turn;
      const frame = known(facts.frame, 'frame');
      const agent = known(liveAgent(facts.live, input.to), 'agent').id;
      const child = mint.id('frm');
      const message = mint.id('msg');
      const { thread } = turn;
      return {
        writes: [
          swarmWrite('frame.open', {
            id: child,
            thread,
            caller: { frame: frame.id, step: input.step },
            name: input.to,
            agent,
            ...depthOf(frame, input.to),
            version: input.version,
          }),
          swarmWrite('thread-message.append', {
            id: message,
            thread,
            frame: child,
            kind: input.to === frame.name ? 'self' : 'call',
            from: { is: 'agent', name: frame.name },
            to: { is: 'agent', name: input.to },
            payload: input.payload,
            label,
            version: input.version,
          }),
          swarmWrite('step.call', {
            ...turn,
            n: input.step,
            call: input.call,
            name: input.to,
            state: 'waiting',
            action: null,
            child,
          }),
        ],
        output: { frameId: child, messageId: message },
      };
    },
  });
