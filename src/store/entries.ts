/** Log entries of decisions and results. Nothing personal: the input is there only as a salted commitment. */
import type { LogEntry } from '../audit/entry.ts';
import type { Delivery } from '../guard/action.ts';
import type { Claimed } from '../guard/permit.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { Draft } from './judging.ts';

type Decision = Extract<LogEntry, { type: 'decision' }>;

/** What a decision is about. */
export type Decided = Pick<Draft, 'id' | 'by' | 'org' | 'agent'> & {
  readonly entry: { readonly action: { readonly name: string; readonly version: number } };
};

export const decisionEntry = (
  draft: Decided,
  now: number,
  decided: Pick<Decision, 'decision' | 'codes'> & Partial<Pick<Decision, 'commit' | 'label' | 'cost'>>,
): LogEntry => ({
  v: 1,
  type: 'decision',
  at: rfc3339(now),
  action: draft.id,
  name: draft.entry.action.name,
  version: draft.entry.action.version,
  org: draft.org,
  agent: draft.agent,
  by: { kind: draft.by.kind, id: draft.by.id },
  ...(draft.by.turn === undefined ? {} : { thread: draft.by.turn.thread }),
  ...decided,
});

/** @param cost micro-units spent. */
export const resultEntry = (
  claimed: Pick<Claimed, 'id' | 'org'>,
  now: number,
  delivery: Delivery,
  cost: number,
): LogEntry => ({
  v: 1,
  type: 'result',
  at: rfc3339(now),
  action: claimed.id,
  org: claimed.org,
  state: delivery.state,
  cost,
  ...(delivery.state === 'ok' ? { ref: delivery.ref } : { code: delivery.code }),
});
