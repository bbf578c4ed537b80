/**
 * Whom an agent may call: the peers that its configuration names, and itself. One that is not among them and one that is not
 * there are the same. How deep and how wide calls go is bounded, so that no ring of agents runs for ever.
 */
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { swarmConfigFacts } from '../config/facts.ts';
import { swarmFacts } from '../facts.ts';
import { liveAgent, liveSwarm, ownFrame } from '../needs.ts';
import { mayCall } from '../rules/tool-name.ts';
import type { Frame } from '../thread.ts';

export interface Calling {
  readonly to: string;
  readonly version: number;
}

export const PEER_GUARD = 'peer';
/** As the log and the stream have it. */
export const DENIED_PEER = 'denied_peer';

export const callingConfig = need<Calling>()(swarmConfigFacts.version, ({ input }) => input.version);

export const peerGuard = guard<Calling>()({
  id: PEER_GUARD,
  stage: 'authorise',
  needs: { frame: ownFrame, config: callingConfig, live: liveSwarm },
  judge({ input }, { frame, config, live }) {
    const agent = config?.config.agents.find(({ name }) => name === frame?.name);
    const isThere = config?.config.agents.some(({ name }) => name === input.to) === true;
    const isOn = frame?.version === input.version && liveAgent(live, input.to) !== null;
    return isOn && isThere && agent !== undefined && mayCall(agent, input.to) ? [] : [NO_SUCH_PEER];
  },
});

export const callBoundsGuard = guard<Calling>()({
  id: 'call-bounds',
  stage: 'limit',
  needs: {
    frame: ownFrame,
    config: callingConfig,
    open: need<Calling>()(swarmFacts.openCalls, ({ by }) => by.turn?.frame ?? null),
    queued: need<Calling>()(swarmFacts.queued, ({ input }) => input.to),
  },
  judge({ input }, { frame, config, open, queued }) {
    if (frame === null || config === null) return [NO_SUCH_PEER];
    const { depth, fanOut } = config.config.swarm.limits;
    const peer = config.config.agents.find(({ name }) => name === input.to);
    const next = depthOf(frame, input.to);
    const findings: Deny[] = [];
    if (next.depth > depth)
      findings.push(tooMany('too_many_steps', `Calls within calls go ${depth} deep at most.`, 'depth'));
    if (next.selfs > (peer?.limits.maxSteps ?? 0))
      findings.push(tooMany('too_many_steps', 'It has called itself as often as it may.', 'maxSteps'));
    if ((open ?? 0) >= fanOut) findings.push(tooMany('too_many_steps', `At most ${fanOut} calls at once.`, 'fanOut'));
    if ((queued ?? 0) >= (peer?.limits.queueDepth ?? 0))
      findings.push(tooMany('queue_full', `${input.to} has as much waiting as it may. Try again later.`, 'queueDepth'));
    return findings;
  },
});

/** Where a call leads: one deeper, but for a call of itself, which is counted apart. */
export const depthOf = (
  { name, depth, selfs }: Frame,
  to: string,
): { readonly depth: number; readonly selfs: number } =>
  to === name ? { depth, selfs: selfs + 1 } : { depth: depth + 1, selfs: 0 };

const NO_SUCH_PEER: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'There is no such peer. Call one of those that you were given.',
  source: 'peers of the agent',
};
const tooMany = (code: 'too_many_steps' | 'queue_full', say: string, limit: string): Deny => ({
  is: 'deny',
  code,
  say,
  source: `limit ${limit}`,
});
