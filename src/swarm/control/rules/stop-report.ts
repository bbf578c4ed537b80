/**
 * What is told of a stop: what it stopped and how that is known, and what it could not prove to be stopped. Pure. Each action is in
 * one list alone, by what its row says; one that nobody knows of is not proven.
 */
import type { ActionId, AgentId, FrameId, MessageId, ThreadId, TokenId } from '../../../kernel/ids.ts';
import type { StoppedAction, StopRecord } from '../ports.ts';
import type { StopSubject } from '../subject.ts';

/**
 * `never_began`: nothing left. `did_not_happen`: it was begun, and the outside said that it was not done. `finished`: it was done
 * before anything could stop it.
 */
export const HOW_STOPPED = ['never_began', 'did_not_happen', 'finished'] as const;
export const WHY_NOT_PROVEN = ['under_way', 'outcome_unknown'] as const;
/** A model's step has no effect but its price. */
export const MODEL_CALLS = ['never_began', 'aborted', 'finished', 'under_way'] as const;

interface ActionLine {
  readonly actionId: ActionId;
  readonly action: string;
  readonly agentId: AgentId | null;
}
export interface StopReport {
  readonly stopId: ActionId;
  readonly what: StopSubject['is'] | null;
  /** `nothing`: nothing was under way, waiting or held. */
  readonly found: 'something' | 'nothing' | 'unknown';
  /** False: not everything could be looked at in time. It goes on; ask again. */
  readonly complete: boolean;
  readonly framesEnded: readonly { frameId: FrameId; threadId: ThreadId; agent: string; was: string }[];
  readonly actionsStopped: readonly (ActionLine & { readonly how: (typeof HOW_STOPPED)[number] })[];
  readonly notProven: readonly (ActionLine & { readonly why: (typeof WHY_NOT_PROVEN)[number] })[];
  readonly approvalsCancelled: readonly ActionLine[];
  readonly modelCalls: readonly (Omit<ActionLine, 'action'> & { readonly how: (typeof MODEL_CALLS)[number] })[];
  readonly tokensEnded: readonly { tokenId: TokenId; agentId: AgentId }[];
  /** Turns on the server that answers whose code has not returned: it can't do anything through the house any more. */
  readonly turnsUnderWay: number;
  readonly messagesHeld: { readonly count: number; readonly messageIds: readonly MessageId[] };
  /** Lines that are left out: whoever asks may not know of their agents or threads. */
  readonly others: { readonly count: number; readonly notProven: number };
  readonly say: string;
}

const THINKS = 'swarm.think';

/** Where something that was stopped belongs. */
interface StoppedAt {
  readonly agent: AgentId | null;
  readonly thread?: ThreadId | null;
}

/** @param isTold whether who asks may know of what belongs there; of the rest they are told how much there was. */
export function stopReport(
  { id, subject, listed, frames, actions, tokens, unread: held }: StopRecord,
  turnsUnderWay: number,
  isTold: (at: StoppedAt) => boolean,
): StopReport {
  const steps = actions.filter(({ name }) => name === THINKS);
  const calls = actions.filter(({ name }) => name !== THINKS);
  const approvals = calls.filter(({ was, is }) => was === 'held' && WITHDRAWN.has(is));
  const begun = calls.filter((action) => !approvals.includes(action));
  const open = begun.filter((action) => !isProven(action));
  const found = frames.length + actions.length + tokens.length + held.count > 0;
  const untold = (list: readonly StoppedAt[]) => list.filter((one) => !isTold(one)).length;
  const others = { count: untold([...frames, ...actions, ...tokens]), notProven: untold(open) };
  const isOpen = ({ is }: StoppedAction) => is === 'ready' || is === 'held';
  return {
    stopId: id,
    what: subject.is,
    found: found ? 'something' : 'nothing',
    complete: listed && !calls.some(isOpen),
    framesEnded: frames.filter(isTold).map((frame) => ({
      frameId: frame.id,
      threadId: frame.thread,
      agent: frame.name,
      was: frame.was,
    })),
    actionsStopped: begun
      .filter((action) => isProven(action) && isTold(action))
      .map((action) => ({ ...lineOf(action), how: howStopped(action) })),
    notProven: open.filter(isTold).map((action) => ({ ...lineOf(action), why: whyNot(action) })),
    approvalsCancelled: approvals.filter(isTold).map(lineOf),
    modelCalls: steps.filter(isTold).map((step) => ({ actionId: step.id, agentId: step.agent, how: howThought(step) })),
    tokensEnded: tokens.filter(isTold).map((token) => ({ tokenId: token.id, agentId: token.agent })),
    turnsUnderWay,
    messagesHeld: { count: held.count, messageIds: held.messages.filter(isTold).map((message) => message.id) },
    others,
    say: sentence(found, open.length, others.count),
  };
}

/** Committed, and the database did not answer after that. */
export const unread = (id: ActionId): StopReport => ({
  ...{ stopId: id, what: null, found: 'unknown', complete: false },
  ...{ framesEnded: [], actionsStopped: [], notProven: [], approvalsCancelled: [], modelCalls: [], tokensEnded: [] },
  turnsUnderWay: 0,
  messagesHeld: { count: 0, messageIds: [] },
  others: { count: 0, notProven: 0 },
  say: 'It is recorded, so nothing of it begins any more. What was under way could not be read in time: nothing is proven yet; ask again.',
});

const WITHDRAWN: ReadonlySet<StoppedAction['is']> = new Set(['refused', 'cancelled']);

const lineOf = ({ id, name, agent }: StoppedAction): ActionLine => ({ actionId: id, action: name, agentId: agent });

/** What waits can't begin: whoever would begin it looks at the fences first. */
const isProven = ({ is }: StoppedAction): boolean => is !== 'claimed' && is !== 'unknown';
const whyNot = ({ is }: StoppedAction): (typeof WHY_NOT_PROVEN)[number] =>
  is === 'claimed' ? 'under_way' : 'outcome_unknown';
function howStopped({ is }: StoppedAction): (typeof HOW_STOPPED)[number] {
  if (is === 'done') return 'finished';
  return is === 'failed' ? 'did_not_happen' : 'never_began';
}
function howThought({ is }: StoppedAction): (typeof MODEL_CALLS)[number] {
  if (is === 'done') return 'finished';
  if (is === 'claimed') return 'under_way';
  return is === 'unknown' || is === 'failed' ? 'aborted' : 'never_began';
}

function sentence(found: boolean, open: number, others: number): string {
  const rest = others === 0 ? '' : ` ${others} more are of agents or threads that are not shown to you.`;
  if (!found) return 'There was nothing to stop: nothing was under way, waiting or held. Nothing new begins.';
  if (open === 0)
    return `Everything that was under way is known to have been stopped or to have ended. Nothing new begins.${rest}`;
  const what = open === 1 ? 'one action' : `${open} actions`;
  return `Nothing new begins. Of ${what} that had begun it is not proven whether they happened: see notProven and look at each.${rest}`;
}
