/** The evaluator: guards over one request and its facts, stage by stage. Pure and synchronous. */
import { type FactSource, factsFor } from './facts.ts';
import type { AnyGuard, Deny, Duty, Finding, Hold, Stage, Warn } from './guard.ts';
import { STAGES } from './guard.ts';
import type { Request } from './request.ts';
import type { Take } from './take.ts';

/** What one guard said; no finding means that it passes. */
export interface Check {
  readonly guard: string;
  readonly stage: Stage;
  readonly findings: readonly Finding[];
}

/** A take with the guard that asked for it. */
export interface Asked extends Take {
  readonly guard: string;
}

/** `allow` and `hold` still depend on the ledger granting the takes. */
export interface Verdict {
  readonly is: 'allow' | 'hold' | 'deny';
  readonly checks: readonly Check[];
  readonly takes: readonly Asked[];
}

/**
 * Judges in stage order; the first stage with a refusal is the last one run, unless `explain` asks for all of them.
 * `guards` come sorted by stage (the catalogue does it).
 */
export function judge(
  guards: readonly AnyGuard[],
  request: Request<unknown>,
  facts: FactSource,
  explain = false,
): Verdict {
  const checks: Check[] = [];
  const takes: Asked[] = [];
  let denied = false;
  let held = false;
  let stage: Stage = STAGES[0];
  for (const guard of guards) {
    if (guard.stage !== stage) {
      // who may not act at all learns by a dry run no more than that
      if (denied && (!explain || stage === 'authorise')) break;
      stage = guard.stage;
    }
    const findings = ask(guard, request, facts);
    checks.push({ guard: guard.id, stage, findings });
    for (const finding of findings) {
      if (finding.is === 'deny') denied = true;
      else if (finding.is === 'hold') held = true;
      else if (finding.is === 'take') takes.push({ ...finding.take, guard: guard.id });
    }
  }
  return { is: denied ? 'deny' : held ? 'hold' : 'allow', checks, takes };
}

function ask(guard: AnyGuard, request: Request<unknown>, facts: FactSource): readonly Finding[] {
  try {
    return guard.judge(request, factsFor(guard.needs, facts));
  } catch {
    return [
      {
        is: 'deny',
        code: 'guard_failed',
        say: `The rule ${guard.id} could not be evaluated, so the answer is no.`,
        source: 'deny by default',
      },
    ];
  }
}

export interface Reason extends Deny {
  readonly guard: string;
}

/** What stands behind a refusal: the rule itself where the guard names nothing else. */
const sourceOf = (guard: string, source: string | undefined): string => source ?? `rule ${guard}`;

interface Behind {
  readonly guard: string;
  readonly source?: string | undefined;
  readonly fact?: string | undefined;
}
/** In one line, for people and models: `rule consent, by 47 CFR 64.1200(a)(1), no consent on record`. */
export function behind({ guard, source, fact }: Behind): string {
  const by = source === undefined || source === sourceOf(guard, undefined) ? [] : [`by ${source}`];
  return [`rule ${guard}`, ...by, ...(fact === undefined ? [] : [fact])].join(', ');
}

/** A refusal as every door and `why` tell it; absent members are left out. */
export interface ReasonView {
  readonly guard: string;
  readonly code: Reason['code'];
  readonly say: string;
  readonly source: string;
  readonly fact?: string;
}
export const reasonView = ({ guard, code, say, source, fact }: Omit<Reason, 'is'>): ReasonView => ({
  guard,
  code,
  say,
  source: sourceOf(guard, source),
  ...(fact === undefined ? {} : { fact }),
});

const findingsOf = <F extends Finding>(verdict: Verdict, is: F['is']): (F & { guard: string })[] =>
  verdict.checks.flatMap((check) =>
    check.findings
      .filter((finding): finding is F => finding.is === is)
      .map((finding) => ({ ...finding, guard: check.guard })),
  );

/** The verdict once the ledger has looked at the takes: what it can't grant becomes the asking guard's refusal. */
export function withRefusedTakes(verdict: Verdict, refused: readonly Reason[]): Verdict {
  if (refused.length === 0) return verdict;
  const checks = verdict.checks.map((check) => ({
    ...check,
    findings: [...check.findings, ...refused.filter(({ guard }) => guard === check.guard)],
  }));
  return { ...verdict, is: 'deny', checks };
}

export const reasonsOf = (verdict: Verdict): readonly Reason[] => findingsOf<Deny>(verdict, 'deny');
export const warningsOf = (verdict: Verdict): readonly Warn[] => findingsOf<Warn>(verdict, 'warn');
export const holdsOf = (verdict: Verdict): readonly (Hold & { readonly guard: string })[] =>
  findingsOf<Hold>(verdict, 'hold');
export const dutiesOf = (verdict: Verdict): readonly string[] =>
  findingsOf<Duty>(verdict, 'duty').map((duty) => duty.duty);
