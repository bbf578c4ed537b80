/** Judging one request inside a group: load what its guards need, look at the fences, run the guards. */
import type { CatalogueEntry } from '../guard/catalogue.ts';
import type { FactSource } from '../guard/facts.ts';
import { type FenceKey, fenceId } from '../guard/fence.ts';
import { judge, type Reason, type Verdict } from '../guard/judge.ts';
import { joinLabels, type Label, TRUSTED } from '../guard/label.ts';
import type { Principal } from '../guard/principal.ts';
import type { Request } from '../guard/request.ts';
import type { Json } from '../kernel/canonical-json.ts';
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import type { StoredFence } from './action-row.ts';
import type { FactAddress, FactCache } from './fact-cache.ts';
import type { FactName } from './facts.ts';
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
  if (agent !== null) yield* facts.load([{ org, kind: 'context', key: agent }]);
  const told = agent === null ? null : (facts.get(org, 'context', agent) as Label | null);
  const request: Request<unknown> = { by, org, agent, input, now, label: joinLabels(draft.label, told ?? TRUSTED), approvedBy };
  const fences = yield* epochs(group, sealing, draft, request);
  yield* facts.load(wanted(entry, request));
  const source = sourceOf(facts, org);
  const stale = fences.filter(({ own }, i) => own === true && fences[i]!.epoch !== by.fences[i]!.epoch);
  if (stale.length > 0) return { request, verdict: STALE, facts: source, fences };
  return { request, verdict: judge(entry.guards, request, source, explain), facts: source, fences };
}

/** Every fence that could make the verdict stale, with its epoch now; the principal's own come first, in its order. */
function* epochs(group: Group, sealing: Sealing, { entry, by, org }: Draft, request: Request<unknown>): Tx<readonly StoredFence[]> {
  const guarded = new Map<string, FenceKey>();
  for (const guard of entry.guards) {
    for (const key of guard.fences?.(request) ?? []) guarded.set(fenceId(key), key);
  }
  const subjects: { readonly org: OrgId; readonly subject: string; readonly own?: true }[] = by.fences.map((key) => ({
    org: by.org,
    subject: fenceId(key),
    own: true,
  }));
  for (const key of guarded.values()) {
    const id = key.of === 'contact' ? yield* sealing.ref(org, key.id) : key.id;
    subjects.push({ org, subject: fenceId({ of: key.of, id }) });
  }
  yield* group.facts.load(subjects.map(({ org, subject }): FactAddress => ({ org, kind: 'fence', key: subject })));
  return subjects.map(({ org, subject, own }) => {
    const epoch = group.facts.get(org, 'fence', subject) as number;
    return own === undefined ? { org, subject, epoch } : { org, subject, epoch, own };
  });
}

function wanted(entry: CatalogueEntry, request: Request<unknown>): readonly FactAddress[] {
  const addresses: FactAddress[] = [];
  for (const { kind, key } of entry.needs) {
    const at = key(request) as Json;
    if (at !== null) addresses.push({ org: request.org, kind: kind.name as FactName, key: at });
  }
  return addresses;
}

const sourceOf = (facts: FactCache, org: OrgId): FactSource => ({
  get: (kind, key) => facts.get(org, kind.name as FactName, key as Json),
});

const STALE_REASON: Reason = {
  is: 'deny',
  guard: 'fence',
  code: 'stale',
  say: 'The credential was changed while the request was under way. Authenticate again and retry.',
};
const STALE: Verdict = { is: 'deny', checks: [{ guard: 'fence', stage: 'authorise', findings: [STALE_REASON] }], takes: [] };
