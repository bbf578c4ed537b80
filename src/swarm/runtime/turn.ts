/**
 * One turn of a frame: does what is next, again and again, until it waits, rests or ends. Everything is recorded before the next
 * thing begins, or in the transaction that admits it; when a recording fails because the lease is lost, the turn is over without
 * a word.
 */
import type { Catalogue } from '../../guard/catalogue.ts';
import type { Reason } from '../../guard/judge.ts';
import type { Ledger } from '../../guard/ledger.ts';
import type { OutputBook } from '../../guard/output/book.ts';
import type { Outcome, Perform, PerformOptions } from '../../guard/perform.ts';
import { type Principal, SCOPES_OF, type Turn } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Write } from '../../kernel/write.ts';
import { ANSWER } from '../actions/answer.ts';
import { REPORT_ERROR } from '../actions/report-error.ts';
import { THINK } from '../actions/think.ts';
import { decisive, mustWait } from '../budgets/limits.ts';
import type { SwarmHandlers } from '../config/handlers.ts';
import type { SwarmConfigs } from '../config/port.ts';
import type { AgentConfig } from '../config/schema.ts';
import type { ThreadRecords } from '../control/ports.ts';
import { type ModelEstimate, ModelFailure, type ModelsOf } from '../models/port.ts';
import type { Claim, PumpStore } from '../ports.ts';
import { MAX_TEXT } from '../rules/bounded-text.ts';
import { errorText } from '../rules/error-text.ts';
import { beyondBounds } from '../rules/json-bounds.ts';
import { type Move, nextMove, type OpenCall } from '../rules/next-move.ts';
import { MARKER_CHARS } from '../rules/spotlight.ts';
import type { InputStep } from '../thread.ts';
import { swarmWrite } from '../writes.ts';
import { isStop, makeCall } from './calls.ts';
import { HandlerFailed, runHandler } from './handler-mind.ts';
import { promptsOf, requestOf } from './llm-mind.ts';
import type { Scene, Thought } from './mind.ts';
import { askWorker, type Workers } from './remote-worker.ts';

export interface TurnParts {
  readonly store: PumpStore;
  readonly configs: SwarmConfigs;
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly ledger: Pick<Ledger, 'look'>;
  readonly records: Pick<ThreadRecords, 'recordedResult'>;
  readonly models: ModelsOf;
  readonly tools: (scene: Pick<Scene, 'config' | 'agent' | 'frame'>) => Promise<Scene['tools']>;
  readonly handlers: SwarmHandlers;
  readonly workers: Workers;
  readonly outputBook: Pick<OutputBook, 'learnPrompts'>;
  readonly clock: Clock;
}

/** As long as a real one: what is estimated is as long as what is sent. */
const ANY_MARKER = '0'.repeat(MARKER_CHARS);
/** After these waits what failed is tried again; after the last it has failed. */
const RETRY_MS = [1, 2, 5, 15, 30].map((seconds) => seconds * SECOND_MS);
/** As long as any action may take: a turn waits for its own. */
const WAIT_MS = 600 * SECOND_MS;
/** Of the agent, thread or organisation: it is looked at again then. */
const STOPPED_MS = SECOND_MS;

/** @throws what nobody expected; the frame is tried again later, and fails when that happens again and again. */
export async function takeTurn(parts: TurnParts, claim: Claim, signal: AbortSignal): Promise<void> {
  const { store } = parts;
  const { frame, thread } = claim;
  const turn: Turn = { thread: thread.id, frame: frame.id, attempt: frame.attempt };
  const by = principalOf(claim, turn);
  /** What was done and is to be recorded with what comes next. */
  let owed: readonly Write[] = [];
  const settled = (): void => {
    owed = [];
  };
  async function record(writes: readonly Write[]): Promise<boolean> {
    const isRecorded = await store.record(frame.org, turn, [...owed, ...writes]);
    settled();
    return isRecorded;
  }
  const act = (name: string, input: unknown, options: Pick<PerformOptions, 'alongside' | 'waitMs'> = {}) =>
    parts.perform(parts.catalogue.byName(name)!, by, input, {
      ...options,
      ...(owed.length === 0 ? {} : { before: { writes: owed, recorded: settled } }),
    });
  /** Tries of the step under way that failed. */
  let failures = frame.failures;
  const end = (to: 'waiting' | 'idle') => record([swarmWrite('frame.yield', { ...turn, to })]);
  /** To be gone on with after `inMs`, with as many tries left. */
  const goOn = (inMs: number) =>
    record([swarmWrite('frame.yield', { ...turn, to: 'ready', retryAt: parts.clock.now() + inMs, failures })]);
  /** Null: it has failed as often as it may. */
  function tryAgain(): Promise<boolean> | null {
    const inMs = RETRY_MS[failures++];
    return inMs === undefined ? null : goOn(inMs);
  }

  try {
    await work();
  } catch (fault) {
    // what was done need not be done again; unless that is what can't be recorded
    if (owed.length > 0) await record([]).catch(settled);
    await (tryAgain() ?? giveUp());
    throw fault;
  }

  async function work(): Promise<void> {
    const config = await parts.configs.at(frame.org, frame.version);
    const agent = config?.agents.find(({ name }) => name === frame.name);
    if (config === null || agent === undefined)
      throw new TypeError('a frame of an agent that its configuration does not have');
    parts.outputBook.learnPrompts(frame.agent, promptsOf(config));
    const tools = await parts.tools({ config, agent, frame });
    const from = agent.kind === 'handler' ? 'last-input' : 'start';
    while (!signal.aborted) {
      const steps = await store.transcript(frame.org, turn, from);
      const scene: Scene = { frame, thread, agent, config, agentId: frame.agent, steps, tools };
      if (!(await go(scene, nextMove(steps, agent.limits.maxSteps)))) return;
    }
  }

  /** @returns false when the turn is over. */
  async function go(scene: Scene, move: Move): Promise<boolean> {
    switch (move.is) {
      case 'next':
        return takeUp(scene, move.n);
      case 'think':
        if (scene.agent.kind === 'handler') return handle(scene, move.n);
        return scene.agent.kind === 'remote' ? ask(scene, move.n) : think(scene, move);
      case 'calls':
        return call(scene, move.open);
      case 'wait':
        return over(end('waiting'));
      case 'answer':
        return over(answer(scene.agent, move.text, false));
      case 'too-many-steps': {
        const { maxSteps } = scene.agent.limits;
        return over(fail('too_many_steps', `It has thought ${maxSteps} times without an answer.`));
      }
    }
  }

  async function takeUp(before: Scene, n: number): Promise<boolean> {
    const message = await store.next(frame.org, turn);
    if (message === null) return over(end('idle'));
    if (signal.aborted) return false;
    owed = [swarmWrite('step.input', { ...turn, n, message: message.id })];
    const input: InputStep = { kind: 'input', n, state: 'done', label: message.label, at: message.at, message };
    const scene = { ...before, steps: [...before.steps, input] };
    if (scene.agent.kind === 'handler') return handle(scene, n + 1); // which may be run again
    if (scene.agent.kind === 'llm') return think(scene, { n: n + 1, begun: null });
    return record([]);
  }

  async function call(scene: Scene, open: readonly OpenCall[]): Promise<boolean> {
    const came = await Promise.all(open.map((one, place) => makeCall(parts, scene, by, one, place)));
    const writes = came.flatMap((one) => (typeof one === 'string' ? [] : 'stopped' in one ? [one.stopped] : one));
    if (writes.length > 0 && !(await record(writes))) return false;
    if (came.some((one) => one === 'stopped' || (typeof one === 'object' && 'stopped' in one)))
      return over(goOn(STOPPED_MS));
    // what is not decided yet wakes the frame when it is
    return came.includes('waits') ? over(end('waiting')) : true;
  }

  async function think(
    scene: Scene,
    { n, begun }: Pick<Extract<Move, { is: 'think' }>, 'n' | 'begun'>,
  ): Promise<boolean> {
    if (begun?.action != null) {
      const was = await parts.ledger.look(frame.org, begun.action);
      if (was?.is === 'pending' || was?.is === 'held') return over(end('waiting'));
      // one that failed for now has waited, and is asked again as another action
      if (was?.is === 'refused' || (was?.is === 'failed' && !mayDoBetter(was.delivery.code)))
        return thoughtFailed({ ...was, issues: [] } as Outcome);
    }
    const { model: alias } = scene.agent;
    const maxOutputTokens = scene.config.models.find((one) => one.alias === alias)?.maxOutputTokens ?? 0;
    let most: ModelEstimate;
    try {
      const models = await parts.models.of(frame.org, frame.version);
      most = models.estimate(alias ?? '', requestOf(scene, maxOutputTokens, ANY_MARKER));
    } catch (failure) {
      if (!(failure instanceof ModelFailure)) throw failure;
      return over(fail(failure.code, failure.message));
    }
    const input = { step: n, model: alias, tokens: most.tokens, costMicros: most.cost };
    const outcome = await act(THINK, input, {
      alongside: ({ id }) => [swarmWrite('step.think', { ...turn, n, action: id })],
      waitMs: WAIT_MS,
    });
    if (outcome.is !== 'done') return thoughtFailed(outcome);
    failures = 0;
    return true;
  }

  async function thoughtFailed(outcome: Outcome): Promise<boolean> {
    if (outcome.is === 'pending' || outcome.is === 'held') return over(end('waiting'));
    if (outcome.is === 'refused') {
      const { code, say, retryAt } = decisive(outcome.why);
      if (code === LEASE_LOST) return over(giveBack());
      // what refused it has paused it
      if (mustWait(outcome.why) || isStop(code)) return over(goOn(STOPPED_MS));
      if (retryAt !== undefined && code === 'rate_limited') return over(goOn(retryAt - parts.clock.now()));
      return over(fail(code, say));
    }
    if (outcome.is !== 'failed') throw new TypeError(`a model step was ${outcome.is}`);
    const { code, say } = outcome.delivery;
    if (isStop(code)) return over(goOn(STOPPED_MS));
    return over((mayDoBetter(code) ? tryAgain() : null) ?? fail(code, say));
  }

  async function handle(scene: Scene, n: number): Promise<boolean> {
    const handler = parts.handlers.get(scene.config, scene.agent.name);
    let thought: Thought | null;
    try {
      if (handler === null) throw new HandlerFailed('handler_failed', 'Its handler is not in this server.');
      thought = await runHandler(handler, scene, signal);
      if (thought !== null && beyondBounds(thought, THOUGHT_BOUNDS) !== null)
        throw new HandlerFailed('handler_failed', 'What its handler answered or asked for is too large.');
    } catch (failure) {
      if (!(failure instanceof HandlerFailed)) throw failure;
      return over(fail(failure.code, failure.message));
    }
    if (thought === null) return false; // whoever stopped the turn has said why
    const { text, calls } = thought;
    owed = [...owed, swarmWrite('step.handled', { ...turn, n, text, calls })];
    if (calls.length === 0) return over(answer(scene.agent, text, false));
    if (!(await record([]))) return false;
    failures = 0; // not before: what can't be recorded is not tried for ever
    return call(
      scene,
      calls.map((one, i) => ({ n: n + 1 + i, call: one, step: null })),
    );
  }

  /** Its worker is asked anew at each try: what it wants done comes back as calls, so that asking twice does nothing twice. */
  async function ask(scene: Scene, n: number): Promise<boolean> {
    if (!(await store.stands(frame.org, turn))) return over(goOn(STOPPED_MS)); // to ask is no action, which would be judged
    try {
      const { text, calls } = await askWorker(parts.workers, scene, n, signal);
      const isRecorded = await record([swarmWrite('step.handled', { ...turn, n, text, calls })]);
      failures = 0; // not before: what can't be recorded is not tried for ever
      return isRecorded;
    } catch (failure) {
      if (!(failure instanceof ModelFailure)) throw failure;
      if (signal.aborted) return false;
      return over((failure.retryable ? tryAgain() : null) ?? fail(failure.code, failure.message));
    }
  }

  /** Tells whoever called; an answer that does not fit its own schema fails the work. */
  async function answer(agent: AgentConfig, text: string, failed: boolean): Promise<void> {
    const payload = agent.output === undefined || failed ? text : parsed(text);
    const refused = await reply(payload, failed);
    if (refused !== null) await fail(refused.code, refused.say);
  }

  async function fail(code: string, say: string): Promise<void> {
    const told = await act(REPORT_ERROR, { code });
    if (told.is === 'refused' && told.why[0]!.code === LEASE_LOST) return void (await giveBack());
    const refused = await reply(errorText(code, say), true);
    if (refused !== null) throw new TypeError(`an agent could not say that it failed: ${refused.say}`);
  }

  /** @returns why the answer was refused, if it is for what it says. */
  async function reply(payload: unknown, failed: boolean): Promise<Pick<Reason, 'code' | 'say'> | null> {
    const input = { version: frame.version, payload, failed };
    const outcome = await act(ANSWER, input);
    if (outcome.is !== 'refused') return null;
    const [why] = outcome.why;
    if (why!.code === LEASE_LOST) await giveBack();
    else if (isStop(why!.code)) await goOn(STOPPED_MS);
    else return why!;
    return null;
  }

  /** Does nothing where the lease is lost. */
  function giveBack(): Promise<boolean> {
    settled();
    return goOn(STOPPED_MS);
  }

  /** What went wrong goes wrong each time: whoever asked is told, and the frame is not tried for ever. */
  async function giveUp(): Promise<void> {
    const move = nextMove(await store.transcript(frame.org, turn, 'last-input'), Number.POSITIVE_INFINITY);
    // also of what it could not even take up
    const next = move.is === 'next' ? await store.next(frame.org, turn) : null;
    if (move.is === 'next' && next !== null)
      await record([swarmWrite('step.input', { ...turn, n: move.n, message: next.id })]);
    await fail('internal', 'Something went wrong here. It was recorded for the operator.');
  }
}

/** Of what a turn has to record itself: another attempt has the frame, or the thread was ended. */
const LEASE_LOST = 'conflict';

/** What failed this time and may not the next. */
const mayDoBetter = (code: string): boolean => BETTER_LATER.has(code);
const BETTER_LATER: ReadonlySet<string> = new Set(['provider_unavailable', 'outcome_unknown', 'stale', 'too_late']);

/** An answer or its calls, as a step may have them. */
const THOUGHT_BOUNDS = { depth: 40, nodes: 20_000, chars: MAX_TEXT } as const;

const over = async (work: Promise<unknown>): Promise<false> => {
  await work;
  return false;
};

/** An agent at work: its own rights and nothing more, ended by whatever stops its thread or the swarm. */
const principalOf = ({ frame, fences }: Claim, turn: Turn): Principal => ({
  id: frame.agent,
  kind: 'agent',
  org: frame.org,
  agent: frame.agent,
  scopes: SCOPES_OF.agent,
  fences,
  turn,
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
