/**
 * A thread as it was, from the record alone: who called whom, what each knew, thought, asked and got. Nothing is called. Prompts,
 * and what the output filter finds, are shown to who may read prompts. Of agents that do not exist for who asks there is nothing.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { FrameId, OrgId, ThreadId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { SwarmConfigs } from '../config/port.ts';
import type { SwarmConfig } from '../config/schema.ts';
import type { ThreadRecord, ThreadRecords } from '../control/ports.ts';
import { isRedactedFor, redacted } from '../rules/redact.ts';
import { peerOf } from '../rules/tool-name.ts';
import { promptsOf } from '../runtime/llm-mind.ts';
import type { Frame, Speaker, Step, ThreadMessage } from '../thread.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';
import { createWithholding, WITHHELD, type WithholdingParts } from '../views/withheld.ts';
import { readsPrompts } from './config-view.ts';

const READ = { action: 'swarm.inspect_thread', access: READ_ENVELOPE.access } as const;

const MOST_STEPS = 2_000;
const MOST_MESSAGES = 1_000;

const stepView = z.object({
  n: z.number(),
  kind: z.enum(['input', 'think', 'call', 'answer']),
  state: z.string(),
  at: z.string(),
  integrity: z.string(),
  /** Of an input and an answer; null: what was said is not there for you. */
  messageId: z.string().nullable(),
  /** What was thought, or what a call came to; null: it was of an agent that is not there for you. */
  text: z.string().nullable(),
  isError: z.boolean(),
  /** Of thinking: what it asked for. Of a call: what was called. */
  calls: z.array(z.object({ name: z.string(), args: z.unknown() })),
  actionId: z.string().nullable(),
  childFrameId: z.string().nullable(),
});
const output = z.object({
  threadId: z.string(),
  status: z.string(),
  because: z.string().nullable(),
  fork: z.object({ of: z.string().nullable(), at: z.number(), tools: z.enum(['stub', 'live']) }).nullable(),
  /** Something was left out: name a frame, or read the messages page by page. */
  cut: z.boolean(),
  frames: z.array(
    z.object({
      frameId: z.string(),
      agent: z.string(),
      status: z.string(),
      calledBy: z.string().nullable(),
      depth: z.number(),
      version: z.number(),
      /** Null: hidden, or the agent has none. */
      prompt: z.string().nullable(),
      steps: z.array(stepView),
    }),
  ),
  messages: z.array(
    z.object({
      messageId: z.string(),
      seq: z.number(),
      kind: z.string(),
      from: z.string(),
      to: z.string(),
      integrity: z.string(),
      at: z.string(),
      payload: z.unknown(),
    }),
  ),
});

export interface InspectParts extends ReadParts, WithholdingParts {
  readonly records: Pick<ThreadRecords, 'of'>;
  readonly configs: Pick<SwarmConfigs, 'at' | 'live'>;
}

/** How one frame's record is shown to who asks. */
interface Look {
  /** Null: hidden, or the agent has none. */
  readonly prompt: string | null;
  /** A text or a value, as they may see it. */
  show<T>(value: T): T | string;
  /** Whether what was called is there for them. */
  isThere(tool: string): boolean;
  /** The same of who said something. */
  isHeard(message: Pick<ThreadMessage, 'from'>): boolean;
  /** Whether whom it answers is there. */
  readonly tells: boolean;
}

export const inspectThread = (parts: InspectParts): AnyAction => {
  const withholding = createWithholding(parts);
  return readAction({
    ...READ_ENVELOPE,
    name: READ.action,
    says: 'Shows a thread of the swarm as it was, step by step, from the record alone: nothing is called.',
    input: z.object({
      threadId: field.id('thr'),
      frameId: field.id('frm').optional().describe('The steps of this one alone.'),
    }),
    output,
    http: { method: 'GET', path: '/threads/{threadId}/inspect' },
    async read(request) {
      const { by, org } = request;
      const { threadId, frameId } = request.input;
      const { view } = await seenBy(parts, request, READ);
      const isThere = (name: string) => !view.without.includes(name);
      const whole =
        (await parts.reader.thread(view, threadId as ThreadId)) &&
        (await parts.records.of(org, threadId as ThreadId, frameId as FrameId | undefined));
      if (whole === null) throw new SallyportError('not_found', 'There is no such thread.');
      const record = seenPart(whole, isThere);
      const wanted = record.frames.filter(({ frame }) => frameId === undefined || frame.id === frameId);
      if (frameId !== undefined && wanted.length === 0)
        throw new SallyportError('not_found', 'There is no such frame in this thread.');

      const shown = new Set<string>(record.frames.map(({ frame }) => frame.id));
      const showsAll = readsPrompts(by);
      const veiled = isRedactedFor(parts.redaction, by) ? redacted : (value: unknown) => value;
      const versions = await configsOf(parts.configs, org, wanted);
      const withheld = showsAll ? null : await withholding(org);
      const lookAt = (frame: Frame): Look => {
        const config = versions.get(frame.version);
        const agent = config?.agents.find(({ name }) => name === frame.name);
        const prompts = config === undefined ? [] : promptsOf(config);
        const withholds = withheld?.(frame, prompts) ?? (() => false);
        return {
          prompt: showsAll ? (agent?.prompt ?? null) : null,
          show: (value) => (withholds(value) ? WITHHELD : (veiled(value) as typeof value)),
          isThere: (tool) => isThere(peerOf(tool) ?? tool),
          isHeard: ({ from }) => from.is !== 'agent' || isThere(from.name),
          tells: frame.caller === null || shown.has(frame.caller.frame),
        };
      };
      const { fork } = whole.thread;
      const source = fork === null ? null : await parts.reader.thread(view, fork.of);
      return {
        ...{ threadId: whole.thread.id, status: whole.thread.status, because: whole.thread.because },
        fork: fork === null ? null : { ...fork, of: source?.id ?? null },
        ...viewOf(record, wanted, lookAt, veiled),
      };
    },
  });
};

/** Of agents that are not there, and of what was said to and by them, there is nothing. */
const seenPart = ({ frames, messages, cut }: ThreadRecord, isThere: (name: string) => boolean): RecordPart => {
  const isKnown = (speaker: Speaker) => speaker.is !== 'agent' || isThere(speaker.name);
  return {
    frames: frames.filter(({ frame }) => isThere(frame.name)),
    messages: messages.filter(({ from, to }) => isKnown(from) && isKnown(to)),
    cut,
  };
};
type RecordPart = Pick<ThreadRecord, 'frames' | 'messages' | 'cut'>;

async function configsOf(
  configs: InspectParts['configs'],
  org: OrgId,
  frames: ThreadRecord['frames'],
): Promise<ReadonlyMap<number, SwarmConfig>> {
  const found = new Map<number, SwarmConfig>();
  for (const version of new Set(frames.map(({ frame }) => frame.version))) {
    const config = await configs.at(org, version);
    if (config !== null) found.set(version, config);
  }
  return found;
}

function viewOf(
  { frames: all, messages, cut }: RecordPart,
  frames: ThreadRecord['frames'],
  lookAt: (frame: Frame) => Look,
  veiled: (value: unknown) => unknown,
): Pick<z.output<typeof output>, 'cut' | 'frames' | 'messages'> {
  const ids = new Set<string>(all.map(({ frame }) => frame.id));
  let room = MOST_STEPS;
  const shown = frames.map(({ frame, steps }) => {
    const fitting = steps.slice(0, room);
    room -= fitting.length;
    const look = lookAt(frame);
    const { caller } = frame;
    return {
      frameId: frame.id,
      agent: frame.name,
      status: frame.status,
      calledBy: caller !== null && ids.has(caller.frame) ? caller.frame : null,
      depth: frame.depth,
      version: frame.version,
      prompt: look.prompt,
      steps: fitting.map((step) => viewOfStep(step, look)),
    };
  });
  const hasRoom = frames.reduce((sum, { steps }) => sum + steps.length, 0) <= MOST_STEPS;
  const latest = messages.slice(-MOST_MESSAGES);
  return {
    cut: cut || !hasRoom || latest.length < messages.length || frames.length < all.length,
    frames: shown,
    messages: latest.map(({ id, seq, kind, from, to, label, at, payload }) => ({
      messageId: id,
      ...{ seq, kind, from: nameOf(from), to: nameOf(to), integrity: label.integrity, at: rfc3339(at) },
      payload: veiled(payload),
    })),
  };
}

const nameOf = (speaker: Speaker): string => (speaker.is === 'agent' ? speaker.name : `(${speaker.is})`);

function viewOfStep(step: Step, { show, isThere, isHeard, tells }: Look): z.output<typeof stepView> {
  const { n, kind, state, label, at } = step;
  const base = {
    ...{ n, kind, state, at: rfc3339(at), integrity: label.integrity, messageId: null, text: null, isError: false },
    ...{ calls: [], actionId: null, childFrameId: null },
  };
  switch (step.kind) {
    case 'input':
      return { ...base, messageId: isHeard(step.message) ? step.message.id : null };
    case 'answer':
      return { ...base, messageId: tells ? step.message : null };
    case 'think': {
      const { text = null, calls = [] } = step.thought ?? {};
      const seen = calls.filter(({ name }) => isThere(name));
      return {
        ...base,
        text: text === null || seen.length < calls.length ? null : show(text),
        calls: seen.map(({ name, args }) => ({ name, args: show(args) })),
        actionId: step.action,
      };
    }
    case 'call':
      if (!isThere(step.name)) return base;
      return {
        ...base,
        text: step.result === null ? null : show(step.result.text),
        isError: step.result?.isError ?? false,
        calls: [{ name: step.name, args: null }],
        actionId: step.action,
        childFrameId: step.child,
      };
  }
}
