/** Outcomes of `perform`, as tests compare them. */
import type { Outcome } from '../../src/guard/perform.ts';

/** `allow` for what was done (or waits for an approval), else the code that the caller branches on. */
export function verdictOf(outcome: Outcome): string {
  switch (outcome.is) {
    case 'done':
    case 'pending':
    case 'held':
      return 'allow';
    case 'refused':
      return outcome.why[0]!.code;
    case 'failed':
      return outcome.delivery.code;
    case 'explained':
      return `explained ${outcome.verdict}`;
  }
}

/** The verdict of a call; `internal` when it threw, which a door answers with a 500. */
export const verdictWhen = async (call: Promise<Outcome>): Promise<string> => call.then(verdictOf, () => 'internal');

/** Every reason of a refusal, `guard:code`. */
export const reasonsIn = (outcome: Outcome): readonly string[] =>
  outcome.is === 'refused' ? outcome.why.map(({ guard, code }) => `${guard}:${code}`) : [`was ${outcome.is}`];

/** What a dry run's rules said no to, `guard:code`. */
export function explainedDenials(outcome: Outcome): readonly string[] {
  if (outcome.is !== 'explained') return [`was ${outcome.is}`];
  return outcome.checks.flatMap(({ guard, findings }) =>
    findings.flatMap((finding) => (finding.is === 'deny' ? [`${guard}:${finding.code}`] : [])),
  );
}
