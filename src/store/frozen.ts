/**
 * What was decided with an action and does not change after, as one short text in its row: on every action's way to the
 * disk, and most of what it takes there. Ids that the row has anyway stand there in short; what is as usual is left out.
 */
import type { Grant } from '../guard/grant.ts';
import { type Label, TRUSTED } from '../guard/label.ts';
import { type PrincipalKind, SCOPES_OF, type Scope, type Turn } from '../guard/principal.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { Granted } from './meters.ts';
import type { Schema } from './schema.ts';

/** A fence as an action remembers it: the contact's id is its keyed hash; `own` marks those of the principal. */
export interface StoredFence {
  /** The organisation that the fence is of: the principal's own may not be the one acted in. */
  readonly org: OrgId;
  readonly subject: string;
  readonly epoch: number;
  readonly own?: true;
}

/** Under what an action's usage is counted, fixed when it was admitted. */
export interface UsageTag {
  readonly channel: string;
  readonly mode: Organization['mode'];
  readonly markupPercent: number;
}

export interface Frozen {
  readonly scopes: readonly Scope[];
  /** The principal's exceptions as they were when it asked: a release never widens what was asked for. */
  readonly grants: readonly Grant[];
  readonly fences: readonly StoredFence[];
  readonly label: Label;
  readonly takes: readonly Granted[];
  readonly context: Readonly<Record<string, string>>;
  /** The rest of the context, which is secret; null where there is none. */
  readonly sealed: string | null;
  readonly duties: readonly string[];
  /** Under what its usage is counted; null for what is nobody's, and while held. */
  readonly usage: UsageTag | null;
  /** Until when (ms) it may begin; what was decided is then too old. Null while held. */
  readonly beginBefore: number | null;
  /** Where in the swarm it was asked for; null elsewhere. */
  readonly turn: Turn | null;
}

type Owner = Pick<Schema['action'], 'org' | 'agent' | 'by_id' | 'by_kind' | 'contact'>;

/** Short names of the fields; tuples instead of objects. */
interface Packed {
  readonly s?: readonly Scope[];
  readonly g?: readonly Grant[];
  readonly f?: readonly (readonly [org: string, subject: string, epoch: number, own: 0 | 1])[];
  readonly l?: Label;
  /** Money's counters are `counter`: there were no others once. */
  readonly t?: readonly (readonly [
    meter: string,
    amount: number,
    kind: Exclude<Granted['kind'], 'money'> | 'counter',
  ])[];
  readonly c?: Readonly<Record<string, string>>;
  readonly k?: string;
  readonly d?: readonly string[];
  readonly b?: number;
  readonly u?: readonly [channel: string, markupPercent?: number, sandbox?: 1];
  readonly w?: readonly [thread: Turn['thread'], frame: Turn['frame'], attempt: number];
}

/** What stands for an id that the row has anyway, within a fence's subject or a meter's name; no id and no name holds `@`. */
const SHORT = { org: '@o', agent: '@a', by_id: '@b', contact: '@c' } as const;
const SHORTENED = Object.keys(SHORT) as (keyof typeof SHORT)[];

function shorten(row: Owner, text: string): string {
  for (const name of SHORTENED) {
    const id = row[name];
    if (id !== null && text.endsWith(id)) return text.slice(0, -id.length) + SHORT[name];
    if (id !== null && text.includes(id)) return text.replace(id, SHORT[name]);
  }
  return text;
}

function expand(row: Owner, text: string): string {
  if (!text.includes('@')) return text;
  for (const name of SHORTENED) if (text.includes(SHORT[name])) return text.replace(SHORT[name], row[name] ?? '');
  return text;
}

export function packFrozen(
  row: Owner,
  { scopes, grants, fences, label, takes, context, sealed, duties, usage, beginBefore, turn }: Frozen,
): string {
  const usual = SCOPES_OF[row.by_kind as PrincipalKind];
  const packed: Packed = {
    ...(scopes.length === usual.size && scopes.every((scope) => usual.has(scope)) ? {} : { s: scopes }),
    ...(grants.length === 0 ? {} : { g: grants }),
    ...(fences.length === 0
      ? {}
      : {
          f: fences.map(({ org, subject, epoch, own }) => [
            shorten(row, org),
            shorten(row, subject),
            epoch,
            own ? 1 : 0,
          ]),
        }),
    ...(label === TRUSTED ? {} : { l: label }),
    ...(takes.length === 0
      ? {}
      : {
          t: takes.map(({ meter, amount, kind }) => [shorten(row, meter), amount, kind === 'money' ? 'counter' : kind]),
        }),
    ...(Object.keys(context).length === 0 ? {} : { c: context }),
    ...(sealed === null ? {} : { k: sealed }),
    ...(duties.length === 0 ? {} : { d: duties }),
    ...(beginBefore === null ? {} : { b: beginBefore }),
    ...(usage === null ? {} : { u: packUsage(usage) }),
    ...(turn === null ? {} : { w: [turn.thread, turn.frame, turn.attempt] }),
  };
  return JSON.stringify(packed);
}

function packUsage({ channel, markupPercent, mode }: UsageTag): NonNullable<Packed['u']> {
  if (mode === 'sandbox') return [channel, markupPercent, 1];
  return markupPercent === 0 ? [channel] : [channel, markupPercent];
}

/** The same text without what is sealed in it. */
export function withoutSealed(frozen: string): string {
  const { k: _, ...rest } = JSON.parse(frozen) as Packed;
  return JSON.stringify(rest);
}

export function unpackFrozen(row: Owner & Pick<Schema['action'], 'frozen'>): Frozen {
  const {
    s,
    g = [],
    f = [],
    l = TRUSTED,
    t = [],
    c = {},
    k = null,
    d = [],
    b = null,
    u,
    w,
  } = JSON.parse(row.frozen ?? '{}') as Packed;
  return {
    scopes: s ?? [...SCOPES_OF[row.by_kind as PrincipalKind]],
    grants: g,
    fences: f.map(([org, subject, epoch, own]) => ({
      org: expand(row, org) as OrgId,
      subject: expand(row, subject),
      epoch,
      ...(own === 1 ? { own: true } : {}),
    })),
    label: l,
    takes: t.map(([meter, amount, kind]) => ({
      meter: expand(row, meter),
      amount,
      kind: kind === 'counter' ? 'money' : kind,
    })),
    context: c,
    sealed: k,
    duties: d,
    beginBefore: b,
    turn: w === undefined ? null : { thread: w[0], frame: w[1], attempt: w[2] },
    usage:
      u === undefined ? null : { channel: u[0], markupPercent: u[1] ?? 0, mode: u[2] === 1 ? 'sandbox' : 'production' },
  };
}
