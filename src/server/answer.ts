/**
 * What became of an action, as every door answers it: the same members over REST and MCP, so that a client learns them once.
 *
 * - done, pending: the action's own output, and `_meta: { status, actionId, warnings }` beside it (an output has no `_meta`);
 *   `pending` means that the outcome is not known yet, and the output says how far it got;
 * - held: `{ status: 'held', actionId, until, reasons: [{ policy, say }] }`; nothing is reserved, an administrator decides;
 * - explained (a dry run): `{ verdict, checks: [{ guard, stage, verdict, findings }] }`; nothing was done.
 *
 * Refusals and failures are a `Failure` (problems.ts).
 */
import type { Finding } from '../guard/guard.ts';
import { type Check, type Reason, reasonView } from '../guard/judge.ts';
import type { Outcome } from '../guard/perform.ts';
import { rfc3339 } from '../kernel/time.ts';
import { type Failure, type FailureReason, failure } from './problems.ts';

export type AnswerStatus = 'done' | 'pending' | 'held' | 'explained';

export type Answer =
  | { readonly ok: true; readonly status: AnswerStatus; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly failure: Failure };

/** @param now milliseconds since the epoch; moments to try again become spans from here. */
export function answerTo(outcome: Outcome, now: number): Answer {
  switch (outcome.is) {
    case 'done':
    case 'pending': {
      const { is: status, id: actionId, output, warnings } = outcome;
      const meta = { status, actionId, warnings: warnings.map(({ code, say }) => ({ code, say })) };
      return { ok: true, status, body: { ...membersOf(output), _meta: meta } };
    }
    case 'held': {
      const reasons = outcome.why.map(({ policy, say }) => ({ policy, say }));
      return {
        ok: true,
        status: 'held',
        body: { status: 'held', actionId: outcome.id, until: rfc3339(outcome.until), reasons },
      };
    }
    case 'explained':
      return {
        ok: true,
        status: 'explained',
        body: { verdict: outcome.verdict, checks: outcome.checks.map((check) => explained(check, now)) },
      };
    case 'failed': {
      const { code, say } = outcome.delivery;
      return { ok: false, failure: { ...failure(code, say), actionId: outcome.id, output: outcome.output } };
    }
    case 'refused':
      return { ok: false, failure: refusal(outcome, now) };
  }
}

function refusal({ id, why, issues }: Outcome & { is: 'refused' }, now: number): Failure {
  const reasons = why.map((reason) => reasonFor(reason, now));
  const spans = reasons.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
  return {
    code: reasons[0]?.code ?? 'guard_failed', // a refusal without a reason would be a guard's fault
    say: reasons.map(({ say }) => say).join(' '),
    issues,
    reasons,
    // waiting helps only when every reason passes with time
    retryAfterMs: spans.length > 0 && spans.length === reasons.length ? Math.max(...spans) : null,
    actionId: id,
    folded: id === null,
    output: undefined,
  };
}

const reasonFor = (reason: Reason, now: number): FailureReason => ({
  ...reasonView(reason),
  ...(reason.retryAt === undefined ? {} : { retryAfterMs: Math.max(0, reason.retryAt - now) }),
});

type Weight = 'pass' | 'takes' | 'warn' | 'hold' | 'deny';
const WEIGHT = { duty: 'pass', take: 'takes', warn: 'warn', hold: 'hold', deny: 'deny' } as const satisfies Record<
  Finding['is'],
  Weight
>;
const HEAVIEST_FIRST: readonly Weight[] = ['deny', 'hold', 'warn', 'takes'];

function explained({ guard, stage, findings }: Check, now: number) {
  const weights = new Set<Weight>(findings.map(({ is }) => WEIGHT[is]));
  return {
    guard,
    stage,
    verdict: HEAVIEST_FIRST.find((weight) => weights.has(weight)) ?? 'pass',
    findings: findings.map((finding) => told(finding, guard, now)),
  };
}

/** A finding without what is the store's own: the names of meters, and whose contact they count. */
function told(finding: Finding, guard: string, now: number): Readonly<Record<string, unknown>> {
  switch (finding.is) {
    case 'deny': {
      const { guard: _guard, ...reason } = reasonFor({ ...finding, guard }, now);
      return { is: 'deny', ...reason };
    }
    case 'hold':
      return { is: 'hold', policy: finding.policy, say: finding.say };
    case 'take': {
      const { amount, caps } = finding.take;
      return { is: 'take', amount, limits: caps.map(({ name, code, limit }) => ({ name, code, limit })) };
    }
    default:
      return { ...finding };
  }
}

/** The tool list makes sure that every action's output is an object. */
const membersOf = (output: unknown): object =>
  typeof output === 'object' && output !== null ? output : { value: output };
