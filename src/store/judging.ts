/** Judging one request inside a group: load what its guards need, look at the fences, run the guards. */
import type { CatalogueEntry } from '../guard/catalogue.ts';
import type { FactSource } from '../guard/facts.ts';
import { type FenceKey, fenceId } from '../guard/fence.ts';
import { judge, type Reason, type Verdict } from '../guard/judge.ts';
import { joinLabels, type Label, TRUSTED } from '../guard/label.ts';
import type { Alongside } from '../guard/ledger.ts';
import type { Principal } from '../guard/principal.ts';
import type { Request } from '../guard/request.ts';
import type { Json } from '../kernel/canonical-json.ts';
import { type ActionId, type AgentId, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import type { Frame } from '../swarm/thread.ts';
import type { FactAddress, FactCache } from './fact-cache.ts';
import type { FactName } from './fact-kinds.ts';
import type { StoredFence } from './frozen.ts';
import type { Group } from './group.ts';
import type { Sealing } from './sealing.ts';
import type { Tx } from './statement.ts';

/** A request on its way to a verdict. */
export interface Draft {
  readonly id: ActionId;
  readonly entry: CatalogueEntry;
  readonly by: Principal;
  readonly org: OrgId;
  readonly agent: AgentId | null;
  readonly input: unknown;
  readonly args: string;
  readonly label: Label;
  readonly approvedBy: string | null;
  readonly alongside?: Alongside;
}

export interface Judged {
  readonly request: Request<unknown>;
  readonly verdict: Verdict;
  readonly facts: FactSource;
  readonly fences: readonly StoredFence[];
}

export function* judgeDraft(group: Group, sealing: Sealing, draft: Draft, explain = false): Tx<Judged> {
  const { entry, by, org, agent, input, approvedBy } = draft;
  const { facts, now } = group;
  const told = yield* toldTo(group, org, by);
  const request: Request<unknown> = {
    by,
    org,
    agent,
    input,
    now,
    label: joinLabels(draft.label, told ?? TRUSTED),
    approvedBy,
  };
  const fences = yield* epochs(group, sealing, draft, request);
  const source = yield* gather(facts, entry, request);
  const stale = fences.filter(({ own }, i) => own === true && fences[i]!.epoch !== by.fences[i]!.epoch);
  if (stale.length > 0) return { request, verdict: STALE, facts: source, fences };
  return { request, verdict: judge(entry.guards, request, source, explain), facts: source, fences };
}

/** What an agent was told taints what the agent does, not what an administrator does about it; in the swarm each frame has its own. */
function* toldTo({ facts }: Group, org: OrgId, { agent, turn }: Principal): Tx<Label | null> {
  if (agent === null) return null;
  if (turn === undefined)
    return ((yield* facts.load([{ org, kind: 'context', key: agent }])) as (Label | null)[])[0] ?? null;
  const [frame] = (yield* facts.load([{ org, kind: 'frame', key: turn.frame }])) as (Frame | null)[];
  return frame?.label ?? null;
}

/** Every fence that could make the verdict stale, with its epoch now; the principal's own come first, in its order. */
function* epochs(
  group: Group,
  sealing: Sealing,
  { entry, by, org }: Draft,
  request: Request<unknown>,
): Tx<readonly StoredFence[]> {
  const guarded = new Map<string, FenceKey>();
  for (const guard of entry.guards) {
    for (const key of guard.fences?.(request) ?? []) guarded.set(`${key.platform === true}${fenceId(key)}`, key);
  }
  const subjects: { readonly org: OrgId; readonly subject: string; readonly own?: true }[] = by.fences.map((key) => ({
    org: by.org,
    subject: fenceId(key),
    own: true,
  }));
  for (const key of guarded.values()) {
    const home = key.platform === true ? PLATFORM_ORG : org;
    const id = key.of === 'contact' ? yield* sealing.ref(home, key.id) : key.id;
    subjects.push({ org: home, subject: fenceId({ of: key.of, id }) });
  }
  const epochs = yield* group.facts.load(
    subjects.map(({ org, subject }): FactAddress => ({ org, kind: 'fence', key: subject })),
  );
  return subjects.map(({ org, subject, own }, i) => {
    const epoch = epochs[i] as number;
    return own === undefined ? { org, subject, epoch } : { org, subject, epoch, own };
  });
}

/** Loads the facts of every need; a need without a key has none. */
function* gather(facts: FactCache, { needs }: CatalogueEntry, request: Request<unknown>): Tx<FactSource> {
  const addresses = new Map<unknown, FactAddress>();
  for (const need of needs) {
    const key = need.key(request) as Json;
    if (key !== null) addresses.set(need, { org: request.org, kind: need.kind.name as FactName, key });
  }
  const values = yield* facts.load([...addresses.values()]);
  const found = new Map<unknown, unknown>();
  let i = 0;
  for (const need of addresses.keys()) found.set(need, values[i++]);
  return {
    get(need) {
      if (!needs.includes(need as never)) throw new TypeError(`the fact ${need.kind.name} was not declared`);
      return found.get(need) ?? null;
    },
  };
}

const STALE_REASON: Reason = {
  is: 'deny',
  guard: 'fence',
  code: 'stale',
  say: 'The credential was changed while the request was under way. Authenticate again and retry.',
  source: 'a change to a credential takes effect at once',
};
const STALE: Verdict = {
  is: 'deny',
  checks: [{ guard: 'fence', stage: 'authorise', findings: [STALE_REASON] }],
  takes: [],
};
