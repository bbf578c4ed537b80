/** Rows of the swarm's work as its domain has them, and the keys under which its texts are sealed. */
import type { Label } from '../guard/label.ts';
import type { ThreadOwner } from '../guard/thread-visibility.ts';
import type { ActionId, AgentId, FrameId, MessageId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { StepFact } from '../swarm/facts.ts';
import type { Fork, Frame, Speaker, Step, StepState, Thread, ThreadMessage } from '../swarm/thread.ts';
import type { VaultKey } from '../vault/key-ring.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';

export type ThreadRow = Schema['thread'];
export type FrameRow = Schema['frame'];
export type StepRow = Schema['step'];
export type MessageRow = Schema['thread_message'];
/** A step, and of an input its message, whose columns are called `m_…`. */
export type TranscriptRow = StepRow & { readonly [C in keyof MessageRow as `m_${C}`]: MessageRow[C] | null };

/** A fork of somebody outside's thread has an owner here, and is about them: under their key, and erased with them. */
export const ownerOf = ({ owner, contact }: Pick<ThreadRow, 'owner' | 'contact'>): ThreadOwner =>
  owner !== '' || contact === null ? { is: 'principal', id: owner } : { is: 'contact', ref: contact };

export const threadOf = (row: ThreadRow): Thread => ({
  org: row.org as OrgId,
  id: row.id as ThreadId,
  owner: ownerOf(row),
  visibility: row.visibility as Thread['visibility'],
  status: row.status as Thread['status'],
  because: row.because,
  fork: row.fork === null ? null : (JSON.parse(row.fork) as Fork),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const frameOf = (row: FrameRow): Frame => ({
  org: row.org as OrgId,
  id: row.id as FrameId,
  thread: row.thread as ThreadId,
  caller: row.caller === null ? null : { frame: row.caller as FrameId, step: row.caller_step ?? 0 },
  name: row.name,
  agent: row.agent as AgentId,
  depth: row.depth,
  selfs: row.selfs,
  status: row.status as Frame['status'],
  label: JSON.parse(row.label) as Label,
  version: row.version,
  attempt: row.attempt,
  failures: row.failures,
});

export const stepFactOf = ({
  kind,
  state,
  action,
  name,
}: Pick<StepRow, 'kind' | 'state' | 'action' | 'name'>): StepFact => ({
  ...{ kind, name },
  ...{ state: state as StepState, action: action as ActionId | null },
});

/** A speaker as its column has it. */
export const speakerText = (speaker: Speaker): string =>
  speaker.is === 'agent' ? `agent:${speaker.name}` : speaker.is;
const speakerOf = (text: string): Speaker =>
  text.startsWith('agent:') ? { is: 'agent', name: text.slice(6) } : { is: 'owner' };

export const messageCell = (org: string, id: string) => cellOf(org, 'thread_message', 'body', id);
export const stepCell = (org: string, frame: string, n: number) => cellOf(org, 'step', 'body', `${frame}:${n}`);

/** What stands in the place of a text whose person was erased. */
const ERASED = { erased: true } as const;

export const messageOf = (sealing: Sealing, key: VaultKey | null, row: MessageRow): ThreadMessage => {
  const text = sealing.openPersonal(key, row.body, messageCell(row.org, row.id));
  return { ...headOf(row), payload: text === null ? ERASED : JSON.parse(text) };
};

/** Of an input. */
export const messageOfStep = (sealing: Sealing, key: VaultKey | null, row: TranscriptRow): ThreadMessage | undefined =>
  row.m_id === null
    ? undefined
    : messageOf(sealing, key, {
        ...{ org: row.org, id: row.m_id, thread: row.m_thread!, seq: row.m_seq!, frame: row.m_frame },
        ...{ kind: row.m_kind!, speaker: row.m_speaker!, listener: row.m_listener!, body: row.m_body! },
        ...{ label: row.m_label!, version: row.m_version!, unread: row.m_unread!, at: row.m_at! },
      });

/** A message without its text. */
export const headOf = (row: Omit<MessageRow, 'body'>): ThreadMessage => ({
  id: row.id as MessageId,
  thread: row.thread as ThreadId,
  seq: row.seq,
  kind: row.kind as ThreadMessage['kind'],
  from: speakerOf(row.speaker),
  to: speakerOf(row.listener),
  frame: row.frame as FrameId | null,
  payload: null,
  label: JSON.parse(row.label) as Label,
  version: row.version,
  at: row.at,
});

/** @param message of an input. */
export function stepOf(sealing: Sealing, key: VaultKey | null, row: StepRow, message: ThreadMessage | undefined): Step {
  const text = row.body === null ? null : sealing.openPersonal(key, row.body, stepCell(row.org, row.frame, row.n));
  const body = text === null ? null : JSON.parse(text);
  const base = { n: row.n, state: row.state as StepState, label: JSON.parse(row.label) as Label, at: row.at };
  switch (row.kind) {
    case 'input':
      if (message === undefined) throw new TypeError('an input without its message');
      return { ...base, kind: 'input', message };
    case 'answer':
      return { ...base, kind: 'answer', message: row.message as MessageId };
    case 'think':
      return { ...base, kind: 'think', action: row.action as ActionId | null, thought: body };
    default:
      return {
        ...base,
        kind: 'call',
        call: row.call ?? '',
        name: row.name ?? '',
        action: row.action as ActionId | null,
        child: row.child as FrameId | null,
        result: body,
      };
  }
}
