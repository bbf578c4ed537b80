/**
 * The one way to act. Every door hands a principal, an action and raw input to `perform`; nothing reaches the world, the
 * store or another person's data by another path. Parse, judge, commit, execute, settle.
 */
import type * as z from 'zod';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Issue, SallyportError } from '../kernel/errors.ts';
import type { ActionId, Ids } from '../kernel/ids.ts';
import type { AnyAction, Delivery } from './action.ts';
import type { Catalogue, CatalogueEntry, Envelope } from './catalogue.ts';
import type { Executor } from './executor.ts';
import type { Hold, Warn } from './guard.ts';
import { type Check, holdsOf, type Reason, reasonsOf, reasonView, type Verdict, warningsOf } from './judge.ts';
import { OUTSIDE, TRUSTED } from './label.ts';
import type { Alongside, Before, Ledger, Proposal, Proposed } from './ledger.ts';
import { isOfPlatform, type Principal } from './principal.ts';
import { reaches } from './rights.ts';
import { type AgentDirectory, subjectOf } from './subject.ts';

export type Outcome =
  | {
      readonly is: 'done' | 'pending';
      readonly id: ActionId | null;
      readonly output: unknown;
      readonly warnings: readonly Warn[];
    }
  | {
      readonly is: 'failed';
      readonly id: ActionId;
      readonly output: unknown;
      readonly delivery: Exclude<Delivery, { state: 'ok' }>;
    }
  | { readonly is: 'held'; readonly id: ActionId; readonly until: number; readonly why: readonly Hold[] }
  | {
      readonly is: 'refused';
      readonly id: ActionId | null;
      readonly why: readonly Reason[];
      readonly issues: readonly Issue[];
    }
  | { readonly is: 'explained'; readonly verdict: Verdict['is']; readonly checks: readonly Check[] };

export interface PerformOptions {
  /** Overrides the envelope's key, for doors that carry it in a header. */
  readonly idempotencyKey?: string;
  /** How long to wait for a world action, in ms; after that the answer is `pending` and the action goes on. */
  readonly waitMs?: number;
  /** For the server's own use: see `Proposal`. */
  readonly alongside?: Alongside;
  readonly before?: Before;
}

export type Perform = (
  entry: CatalogueEntry,
  by: Principal,
  raw: unknown,
  options?: PerformOptions,
) => Promise<Outcome>;

export interface PerformParts {
  readonly catalogue: Catalogue;
  readonly ledger: Ledger;
  readonly executor: Executor;
  readonly directory: AgentDirectory;
  /** Reads and dry runs: when the caller may ask again (ms since the epoch), or null if it may now. */
  readonly readBucket: (caller: string, now: number) => number | null;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly waitMs: number;
}

export function createPerform(parts: PerformParts): Perform {
  const { ledger, executor, ids } = parts;

  const perform: Perform = async (entry, by, raw, options = {}) => {
    const id = ids.next('act');
    const parsed = entry.schema.safeParse(raw === undefined ? {} : raw);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => ({ path: placeOf(issue), message: issue.message }));
      return refuse(
        id,
        entry,
        by,
        {
          code: 'invalid_input',
          say: sentence(parsed.error.issues.map(recordable)),
          source: `input schema of ${entry.action.name} v${entry.action.version}`,
          fact: parsed.error.issues.map(brokenRule).join('; '),
        },
        issues,
      );
    }
    const { agentId, organizationId, dryRun, idempotencyKey, ...input } = parsed.data as Envelope &
      Record<string, unknown>;
    const subject = await subjectOf(by, entry.action, { agentId, organizationId }, parts.directory);
    if (!subject.ok) {
      const { code, say, path, source } = subject.error;
      return refuse(id, entry, by, { code, say, source, fact: `field ${path}` }, [{ path, message: say }]);
    }
    const asked: Proposal = {
      id,
      entry,
      by,
      ...subject.value,
      input,
      args: canonicalJson(input as Json),
      label: by.kind === 'provider' ? OUTSIDE : TRUSTED,
      idempotencyKey: options.idempotencyKey ?? idempotencyKey ?? null,
      claim: false,
      ...(options.alongside === undefined ? {} : { alongside: options.alongside }),
      ...(options.before === undefined ? {} : { before: options.before }),
    };
    return inTime(entry.action, () =>
      orRefused(asked, async () => {
        const proposal = await completed(asked);
        if (dryRun) return explain(proposal);
        if (entry.action.effect === 'read') return read(proposal);
        const waitMs = options.waitMs ?? parts.waitMs;
        const proposed =
          entry.action.effect === 'world'
            ? await executor.withRoom(proposal.org, (claim) => ledger.propose({ ...proposal, claim }))
            : await ledger.propose(proposal);
        const outcome = await follow(proposed, waitMs);
        if (outcome.is !== 'done') return outcome;
        await reported(proposal, outcome.output);
        return finished(proposal, await released(proposal, outcome, waitMs));
      }),
    );
  };
  return perform;

  /** What must be answered in time says so when it could not be: it goes on, and whoever asks again asks for the same. */
  async function inTime(action: AnyAction, work: () => Promise<Outcome>): Promise<Outcome> {
    if (action.effect !== 'state' || action.answersWithinMs === undefined) return work();
    const { answersWithinMs: ms } = action;
    const late = Promise.withResolvers<Outcome>();
    const timer = setTimeout(() => late.resolve({ is: 'refused', id: null, why: [unanswered(ms)], issues: [] }), ms);
    try {
      return await Promise.race([work(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What came of what is done after the commit. */
  async function finished(proposal: Proposal, outcome: Outcome): Promise<Outcome> {
    const { action } = proposal.entry;
    if (outcome.is !== 'done' || action.effect !== 'state' || action.finish === undefined) return outcome;
    const request = { ...proposal, now: parts.clock.now(), approvedBy: null };
    return { ...outcome, output: await action.finish(request, outcome.output) };
  }

  /** With what the caller can't say. Of who may not act at all nothing is asked: that is refused when it is judged. */
  async function completed(proposal: Proposal): Promise<Proposal> {
    const { action } = proposal.entry;
    if (action.effect !== 'state' || action.complete === undefined) return proposal;
    const { checks } = await ledger.explain(proposal);
    const refused = checks.some(
      ({ stage, findings }) => stage === 'authorise' && findings.some(({ is }) => is === 'deny'),
    );
    if (refused) return proposal;
    const input = await action.complete({ ...proposal, now: parts.clock.now(), approvedBy: null });
    return { ...proposal, input, args: canonicalJson(input as Json) };
  }

  async function read(proposal: Proposal): Promise<Outcome> {
    const { entry, by, org, agent, input, label } = proposal;
    const verdict = await ledger.explain(proposal);
    const why = verdict.is === 'deny' ? reasonsOf(verdict) : tooMany(by);
    if (why.length > 0) return { is: 'refused', id: await ledger.refuse(refusal(proposal, why)), why, issues: [] };
    if (entry.action.effect !== 'read') throw new TypeError(`${entry.action.name} is not a read`);
    const first = entry.action.first?.(input) ?? null;
    if (first !== null) {
      const done = await alongside(proposal, first);
      if (done.is !== 'done') return done;
    }
    const { name, access } = entry.action;
    const output = await entry.action.read(
      { by, org, agent, input, label, now: parts.clock.now(), approvedBy: null },
      (one) => reaches(by, { action: name, access, agent: one }),
    );
    return { is: 'done', id: null, output, warnings: warningsOf(verdict) };
  }

  /** What an action finds only while it runs (a lost race, a thing that is not there) is a refusal like any other. */
  async function orRefused(proposal: Proposal, work: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await work();
    } catch (failure) {
      if (!(failure instanceof SallyportError)) throw failure;
      const { code, message: say, retryAfterMs } = failure;
      const retryAt = retryAfterMs === undefined ? {} : { retryAt: parts.clock.now() + retryAfterMs };
      const { name } = proposal.entry.action;
      const why: Reason[] = [{ is: 'deny', guard: name, code, say, source: `found while ${name} ran`, ...retryAt }];
      // what the server itself could not record was not the caller's to be refused
      if (proposal.before !== undefined && code === 'conflict') return { is: 'refused', id: null, why, issues: [] };
      return { is: 'refused', id: await ledger.refuse(refusal(proposal, why)), why, issues: failure.issues };
    }
  }

  /** A state action that comes with a read, by the same principal for the same agent. */
  function alongside(
    { by, org, agent }: Proposal,
    first: { readonly name: string; readonly input: unknown },
  ): Promise<Outcome> {
    const entry = parts.catalogue.byName(first.name);
    if (entry === undefined) throw new TypeError(`there is no action ${first.name}`);
    const named = isOfPlatform(by) ? { organizationId: org } : {};
    return perform(entry, by, { ...(first.input as object), ...named, ...(agent === null ? {} : { agentId: agent }) });
  }

  async function explain(proposal: Proposal): Promise<Outcome> {
    const why = tooMany(proposal.by);
    if (why.length > 0) return { is: 'refused', id: await ledger.refuse(refusal(proposal, why)), why, issues: [] };
    const { is, checks } = await ledger.explain(proposal);
    return { is: 'explained', verdict: is, checks };
  }

  /** Turns the ledger's answer into the caller's, running what was claimed. */
  async function follow(proposed: Proposed, waitMs: number): Promise<Outcome> {
    switch (proposed.is) {
      case 'refused':
        return { ...proposed, issues: [] };
      case 'held':
        return {
          is: 'held',
          id: proposed.id,
          until: proposed.until,
          why: proposed.verdict === null ? [] : holdsOf(proposed.verdict),
        };
      case 'pending': {
        if (proposed.claimed === null) return proposed;
        const settled = await executor.run(proposed.claimed, waitMs);
        if (settled === null) return proposed;
        const { output, delivery } = settled;
        return delivery.state === 'ok'
          ? { is: 'done', id: proposed.id, output, warnings: proposed.warnings }
          : { is: 'failed', id: proposed.id, output, delivery };
      }
      default:
        return proposed;
    }
  }

  async function reported(proposal: Proposal, output: unknown): Promise<void> {
    const { action } = proposal.entry;
    if (action.effect !== 'state' || action.reports === undefined) return;
    const news = action.reports({ ...proposal, now: parts.clock.now(), approvedBy: null }, output);
    if (news !== null) await ledger.report(proposal.org, news);
  }

  /** An approval's answer carries what became of the approved action. */
  async function released(
    approval: Proposal,
    outcome: Outcome & { is: 'done' | 'pending' },
    waitMs: number,
  ): Promise<Outcome> {
    const { action } = approval.entry;
    if (action.effect !== 'state' || action.releases === undefined) return outcome;
    const request = { ...approval, now: parts.clock.now(), approvedBy: null };
    const id = action.releases(request);
    const proposed = await executor.withRoom(approval.org, (claim) => ledger.release(approval.org, id, claim));
    if (proposed === null) return outcome;
    const inner = await follow(proposed, waitMs);
    return { ...outcome, output: { ...(outcome.output as object), ...summary(inner) } };
  }

  function tooMany(by: Principal): readonly Reason[] {
    const retryAt = parts.readBucket(by.agent ?? by.id, parts.clock.now());
    if (retryAt === null) return [];
    return [
      {
        is: 'deny',
        guard: 'read-rate',
        code: 'rate_limited',
        say: 'At most 120 reads and dry runs a minute.',
        source: 'limit readsPerMinute',
        retryAt,
      },
    ];
  }

  async function refuse(
    id: ActionId,
    entry: CatalogueEntry,
    by: Principal,
    reason: Pick<Reason, 'code' | 'say' | 'source' | 'fact'>,
    issues: readonly Issue[],
  ): Promise<Outcome> {
    const why: Reason[] = [{ is: 'deny', guard: 'input', ...reason }];
    return {
      is: 'refused',
      id: await ledger.refuse(refusal({ id, entry, by, org: by.org, agent: by.agent }, why)),
      why,
      issues,
    };
  }
}

const unanswered = (ms: number): Reason => ({
  is: 'deny',
  guard: 'answer-time',
  code: 'answer_timeout',
  say: `The database did not answer within ${ms} ms: nothing is proven yet. It goes on being tried; ask again to know.`,
  source: 'it is answered in time, whatever happens',
});

const refusal = (
  { id, entry, by, org, agent }: Pick<Proposal, 'id' | 'entry' | 'by' | 'org' | 'agent'>,
  why: readonly Reason[],
) => ({
  id,
  by,
  org,
  agent,
  name: entry.action.name,
  version: entry.action.version,
  why,
});

/** An issue as it may be kept: the names of fields that nobody knows are the caller's own words, which may be anybody's data. */
const recordable = (issue: z.core.$ZodIssue): Issue => ({
  path: placeOf(issue),
  message: issue.code === 'unrecognized_keys' ? 'has a field that this action does not know' : issue.message,
});

/** A key that may not stand there is the caller's own word too, of any length. */
const placeOf = ({ code, path }: z.core.$ZodIssue): string =>
  (code === 'invalid_key' ? [...path.slice(0, -1), '{key}'] : path).join('.');

/** Where and what: `to: invalid_type`. The names that nobody knows are not repeated, nor are values. */
const brokenRule = (issue: z.core.$ZodIssue): string => `${placeOf(issue) || 'the input'}: ${issue.code}`;

const sentence = (issues: readonly Issue[]): string =>
  issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');

/** What an approver is told of the action that it released. */
function summary(outcome: Outcome): {
  readonly outcome: string;
  readonly result?: unknown;
  readonly reasons?: unknown;
} {
  switch (outcome.is) {
    case 'done':
      return { outcome: 'done', result: outcome.output };
    case 'refused':
      return { outcome: 'refused', reasons: outcome.why.map(reasonView) };
    case 'failed':
      return { outcome: 'failed', result: outcome.output };
    default:
      return { outcome: 'pending' };
  }
}
