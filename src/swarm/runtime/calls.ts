/**
 * What an agent's calls come to. Each is an action of the catalogue, asked for in the agent's own name and judged by every rule;
 * its step is recorded in the transaction that admits it, so that after a crash the action itself tells what became of it.
 */
import type { Catalogue, CatalogueEntry } from '../../guard/catalogue.ts';
import { type Label, OUTSIDE, TRUSTED } from '../../guard/label.ts';
import type { Ledger } from '../../guard/ledger.ts';
import type { Outcome, Perform } from '../../guard/perform.ts';
import type { Principal, Turn } from '../../guard/principal.ts';
import type { Issue } from '../../kernel/errors.ts';
import type { ActionId } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import { CALL_PEER } from '../actions/call-peer.ts';
import { cameOfFailed, USE_TOOL } from '../actions/use-tool.ts';
import { decisive, mustWait } from '../budgets/limits.ts';
import type { Recorded, ThreadRecords } from '../control/ports.ts';
import { DENIED_PEER, PEER_GUARD } from '../guards/peer.ts';
import type { ToolCall } from '../models/port.ts';
import { unparsedArgs } from '../models/rules/parse-args.ts';
import { boundedName, boundedResult } from '../rules/bounded-text.ts';
import { errorText, NO_SUCH_TOOL } from '../rules/error-text.ts';
import type { OpenCall } from '../rules/next-move.ts';
import { checkPayload } from '../rules/payload.ts';
import { peerOf } from '../rules/tool-name.ts';
import type { CallResult } from '../thread.ts';
import { swarmWrite } from '../writes.ts';
import type { Scene } from './mind.ts';
import { payloadFor } from './tools-of.ts';

export interface CallParts {
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly ledger: Pick<Ledger, 'look'>;
  readonly records: Pick<ThreadRecords, 'recordedResult'>;
}

/**
 * What came of it. `stopped`: the turn itself can't go on, as the agent, thread or organisation was stopped; nothing is told to
 * the mind. `waits`: the result comes later. Else what is still to be recorded, if anything, and whether the turn ends with it.
 */
export type Came = 'stopped' | 'waits' | readonly Write[] | { readonly stopped: Write };

const NO_OBJECT = 'The arguments are not a JSON object. Write the call again, with an object that fits the schema.';

/** Refusals that are not about the call. */
const STOPPED: ReadonlySet<string> = new Set([
  ...['thread_paused', 'swarm_paused', 'agent_paused', 'agent_inactive', 'organization_inactive', 'stale'],
]);
export const isStop = (code: string): boolean => STOPPED.has(code);

/** @param place which of the calls of one thought it is, from 0. */
export async function makeCall(
  parts: CallParts,
  scene: Scene,
  by: Principal,
  open: OpenCall,
  place: number,
): Promise<Came> {
  const turn = by.turn as Turn;
  const { n, call, step } = open;
  if (step !== null && step.action !== null) {
    const known = await parts.ledger.look(scene.frame.org, step.action);
    if (known !== null) return cameOf(turn, open, step.action, { ...known, issues: [] } as Outcome);
    return [result(turn, n, step.action, LOST)];
  }
  if (unparsedArgs(call.args) !== null) return refusedWith(turn, open, 'invalid_input', NO_OBJECT); // a loose schema would let it through
  const { fanOut } = scene.config.swarm.limits;
  if (place >= fanOut) return refusedWith(turn, open, 'too_many_steps', `At most ${fanOut} calls at once.`);
  const peer = peerOf(call.name);
  if (peer !== null) {
    // asked for whoever it is, so that it is in the log; one that it may not call and one that is not there are the same
    const input = {
      to: peer,
      version: scene.frame.version,
      step: n,
      call: boundedName(call.id),
      payload: payloadFor(scene.config, peer, call.args),
    };
    const outcome = await parts.perform(parts.catalogue.byName(CALL_PEER)!, by, input);
    if (outcome.is !== 'refused') return 'waits';
    const came = refused(turn, open, outcome);
    const isDenied = outcome.why.some(({ guard }) => guard === PEER_GUARD);
    return isDenied && Array.isArray(came) ? [...came, denied(scene)] : came;
  }
  const tool = scene.tools.find(({ name }) => name === call.name);
  if (tool === undefined) return whole(turn, open, { text: NO_SUCH_TOOL, isError: true });
  const faults = checkPayload(tool.schema, call.args);
  if (faults.length > 0)
    return refusedWith(turn, open, 'invalid_input', 'The arguments do not fit the schema.', faults);
  if (scene.thread.fork?.tools === 'stub') {
    const { result, label } = await stubbed(parts, scene, call);
    return whole(turn, open, result, label);
  }
  const entry = parts.catalogue.byTool(call.name);
  const [acting, input] =
    entry === undefined
      ? [parts.catalogue.byName(USE_TOOL)!, { step: n, tool: call.name, args: call.args, idempotent: tool.idempotent }]
      : [entry, call.args];
  return act(parts, acting, by, open, input);
}

/** In a fork: what the same call came to in the record. Nothing leaves. */
const stubbed = async ({ records }: CallParts, { thread }: Scene, { name, args }: ToolCall): Promise<Recorded> =>
  (await records.recordedResult(thread.org, thread.id, name, args)) ?? NEVER_MADE;

const NEVER_MADE: Recorded = {
  result: {
    text: errorText(
      'not_found',
      'This thread is a fork with stubbed tools, and the same call is not in its record. It was not made.',
    ),
    isError: true,
  },
  label: TRUSTED,
};
/** For those who watch, and for the log: it tried to call whom it may not call. */
const denied = ({ frame, thread, agentId }: Scene): Write =>
  swarmWrite('agent-error.tell', { org: frame.org, agent: agentId, thread: thread.id, code: DENIED_PEER });

/** Asks for it; with its admission the step is recorded, and with that of a change, which is all there is, its result. */
async function act(
  { perform }: CallParts,
  entry: CatalogueEntry,
  by: Principal,
  open: OpenCall,
  input: unknown,
): Promise<Came> {
  const turn = by.turn as Turn;
  const { n, call } = open;
  let admitted: ActionId | null = null;
  const outcome = await perform(entry, by, input, {
    idempotencyKey: `${turn.frame}:${n}:${turn.attempt}`, // keeps the answer for whoever looks again
    alongside: ({ id, is, output }) => {
      admitted = id;
      const state = is === 'held' ? 'waiting' : 'begun';
      const begun = {
        ...turn,
        n,
        call: boundedName(call.id),
        name: boundedName(call.name),
        state,
        action: id,
      } as const;
      const made = swarmWrite('step.call', { ...begun, child: null });
      return is === 'done' ? [made, result(turn, n, id, answerOf(output))] : [made];
    },
  });
  if (outcome.is === 'refused') return refused(turn, open, outcome);
  const { effect, name, tells } = entry.action;
  if (effect === 'read') {
    const output = outcome.is === 'done' ? outcome.output : null;
    return whole(turn, open, answerOf(output), tells === 'house' ? TRUSTED : OUTSIDE);
  }
  if (effect === 'state') return [];
  // what came of an outside tool is recorded with its settlement
  if (name === USE_TOOL && outcome.is === 'done') return [];
  if (name === USE_TOOL && outcome.is === 'failed')
    return cameOfFailed(outcome.delivery).state === 'unmade' ? 'stopped' : [];
  return cameOf(turn, open, admitted, outcome);
}

/** What became of an action that was begun. */
function cameOf(turn: Turn, { n, step }: OpenCall, of: ActionId | null, outcome: Outcome): Came {
  switch (outcome.is) {
    case 'done':
      return [result(turn, n, of, outcome.output === null ? LOST : answerOf(outcome.output))];
    case 'failed': {
      // for a person, or news from outside
      if (outcome.delivery.state === 'unknown' && step?.state === 'unknown') return 'waits';
      const came = cameOfFailed(outcome.delivery);
      const told = swarmWrite('step.result', { frame: turn.frame, n, of, ...came, label: TRUSTED });
      return came.state === 'unmade' ? { stopped: told } : [told];
    }
    case 'refused': {
      const { code, say } = outcome.why[0]!;
      return [result(turn, n, of, { text: errorText(code, say), isError: true })];
    }
    default:
      return 'waits';
  }
}

/** A refusal of the call is its result; one of the whole agent is not the call's. */
function refused(turn: Turn, open: OpenCall, { why, issues }: Extract<Outcome, { is: 'refused' }>): Came {
  if (mustWait(why) || why.some(({ code }) => isStop(code))) return 'stopped';
  const { code, say } = decisive(why);
  return refusedWith(turn, open, code, say, issues);
}

const refusedWith = (turn: Turn, open: OpenCall, code: string, say: string, issues: readonly Issue[] = []): Came =>
  whole(turn, open, { text: errorText(code, say, issues), isError: true });

/** A call and its result at once, where nothing was begun. */
function whole(turn: Turn, { n, call }: OpenCall, came: CallResult, label: Label = TRUSTED): readonly Write[] {
  const made = { ...turn, n, call: boundedName(call.id), name: boundedName(call.name), state: 'begun' } as const;
  return [swarmWrite('step.call', { ...made, action: null, child: null }), result(turn, n, null, came, label)];
}

const result = ({ frame }: Turn, n: number, of: ActionId | null, came: CallResult, label: Label = TRUSTED): Write =>
  swarmWrite('step.result', { frame, n, of, state: 'done', result: boundedResult(came), label });

const answerOf = (output: unknown): CallResult => ({ text: JSON.stringify(output ?? null), isError: false });

/** Answers are kept for a day; that it was done is known for as long as its record is kept. */
const LOST: CallResult = { text: 'It was done; what it answered is not kept any more.', isError: false };
