/**
 * Whether somebody may be contacted, rule by rule, from the rulings that the guards refuse by. What has not been looked up
 * is told as not known, never as allowed. Agents' own limits and approvals are no matter of law: a dry run tells of those.
 */
import type { Deny } from '../guard/guard.ts';
import { DAY_MS, HOUR_MS } from '../kernel/time.ts';
import type { ContactPlace, Relationship, Suppression } from './facts.ts';
import { suppressedBy } from './guards/suppression.ts';
import type { LegalCap } from './law/contact-caps.ts';
import type { Place } from './law/place.ts';
import type { LegalDuty, Ruling } from './law/ruling.ts';
import {
  type Contacting,
  capsFor,
  consentCountry,
  disclosureFor,
  foldAlike,
  placeOf,
  recordingFor,
  registersFor,
  windowFor,
} from './lawful.ts';
import type { Purpose } from './message.ts';
import { recipientOf } from './recipient.ts';
import { requirementsOf } from './registration.ts';
import { consentQuestion } from './relationship.ts';
import { ADDRESS_PROBLEMS } from './rules/address.ts';
import { type ConsentAnswer, consentFor } from './rules/consent.ts';

/** `duty`: allowed if it is done. `unknown`: it depends on what is not known here. */
export const RULE_VERDICTS = ['allow', 'deny', 'duty', 'unknown'] as const;

export interface RuleView {
  /** The guard that refuses by it; null for what nobody here can check. */
  readonly guard: string | null;
  readonly rule: string;
  readonly verdict: (typeof RULE_VERDICTS)[number];
  readonly say: string;
  readonly source: string;
  /** P read in the primary text, Q quoted, S secondary, K not checked; null where the source is no law. */
  readonly tag: string | null;
  readonly checkedAt: string | null;
  readonly fact: string | null;
}

export interface Question {
  readonly contacting: Contacting & { readonly purpose: Purpose };
  /** Where the contact lives, as an administrator has said it. */
  readonly said: ContactPlace | null;
  /** ms since the epoch. */
  readonly at: number;
}

/** What the server knows of the contact; a member is null where nobody looked. */
export interface OnRecord {
  readonly suppressions: readonly Suppression[] | null;
  /** With the agent that asks; `none`: they have had nothing to do with each other. */
  readonly relationship: Relationship | 'none' | null;
  readonly caps: readonly CapUse[] | null;
}
export interface CapUse {
  readonly cap: LegalCap;
  readonly used: number;
  /** When one more fits (ms); `at` or earlier if it does now. */
  readonly freeAt: number;
}

export interface Explanation {
  readonly verdict: 'allow' | 'deny';
  /** When nothing that is known refuses any more (ms); null where waiting does not help. */
  readonly allowedFrom: number | null;
  readonly place: Place;
  readonly rules: readonly RuleView[];
}

const NOTHING_LAWFUL = { tag: null, checkedAt: null } as const;

export function explain(question: Question, onRecord: OnRecord): Explanation {
  const { contacting, said, at } = question;
  const window = windowFor(contacting, said, at);
  const rules = [
    ...recipientRules(question),
    ...suppressionRules(question, onRecord.suppressions),
    consentRule(question, onRecord.relationship),
    ...window.rulings.map(windowRule),
    ...capRules(question, onRecord.caps),
    ...disclosureFor(contacting, said).map((duty) => dutyRule('ai-disclosure', duty)),
    ...recordingRules(question),
    ...registersFor(contacting, said).map((duty) => dutyRule(null, duty)),
    ...registrationRules(question),
  ];
  const verdict = rules.some((rule) => rule.verdict === 'deny') ? 'deny' : 'allow';
  const told = foldAlike(rules, (rule) => [rule.guard, rule.verdict, rule.say, rule.source, rule.fact, kindOf(rule)]);
  return {
    verdict,
    allowedFrom: allowedFrom(question, onRecord, rules),
    place: placeOf(contacting, said),
    rules: told.map(({ first, rules: names }) => ({ ...first, rule: names })),
  };
}

/** Two caps that say the same are counted apart. */
const kindOf = ({ guard, rule }: RuleView): string | null => (guard === 'legal-frequency' ? rule : null);

/** Windows open and caps grow free by themselves, everything else needs somebody. */
const WAITING_HELPS: ReadonlySet<string> = new Set(['calling-window', 'legal-frequency']);

function allowedFrom(
  { contacting, said, at }: Question,
  onRecord: OnRecord,
  rules: readonly RuleView[],
): number | null {
  if (rules.some(({ verdict, guard }) => verdict === 'deny' && !WAITING_HELPS.has(guard ?? ''))) return null;
  const free = Math.max(at, ...(onRecord.caps ?? []).map(({ freeAt }) => freeAt));
  const { opensAt } = windowFor(contacting, said, free);
  if (opensAt === null) return null;
  const consents = consentRule({ contacting, said, at: opensAt }, onRecord.relationship);
  return consents.verdict === 'deny' ? null : opensAt;
}

function recipientRules({ contacting }: Question): readonly RuleView[] {
  const recipient = recipientOf(contacting);
  const problem = recipient.ok ? recipient.value.refused : recipient.error;
  if (problem === null) return [];
  const rule = {
    guard: 'recipient',
    rule: 'recipient',
    verdict: 'deny',
    source: 'addresses that may be sent to',
  } as const;
  return [{ ...rule, say: ADDRESS_PROBLEMS[problem], fact: problem, ...NOTHING_LAWFUL }];
}

function suppressionRules({ contacting }: Question, entries: OnRecord['suppressions']): readonly RuleView[] {
  const rule = { guard: 'suppression', rule: 'suppression', source: 'do-not-contact list', ...NOTHING_LAWFUL } as const;
  if (entries === null) {
    return [{ ...rule, verdict: 'unknown', say: 'Nobody who opted out or is listed may be contacted.', fact: null }];
  }
  const refusals = suppressedBy(entries, contacting.channel);
  return refusals.length === 0
    ? [{ ...rule, verdict: 'allow', say: 'The contact has not opted out and is on no list.', fact: null }]
    : refusals.map((refusal) => ({ ...rule, ...told(refusal) }));
}

const told = ({ say, source, fact }: Deny) =>
  ({ verdict: 'deny', say, source: source ?? '', fact: fact ?? null }) as const;

function consentRule({ contacting, said, at }: Question, relationship: OnRecord['relationship']): RuleView {
  const recipient = recipientOf(contacting);
  const { purpose, channel } = contacting;
  const country = recipient.ok ? consentCountry(contacting, said) : null;
  const known = relationship === 'none' ? null : relationship;
  const answer = consentFor(consentQuestion(known, { purpose, channel, country, now: at }));
  const { source, tag, checkedAt } = answer;
  const rule = { guard: 'consent', rule: `consent:${purpose}`, source, tag, checkedAt };
  if (relationship === null) {
    const say =
      'It takes a consent on record with the agent that asks; which agent, or what is on record, was not said.';
    return { ...rule, verdict: 'unknown', say, fact: null };
  }
  return { ...rule, ...consented(answer) };
}

const consented = (answer: ConsentAnswer): Pick<RuleView, 'verdict' | 'say' | 'fact'> =>
  answer.ok
    ? { verdict: 'allow', say: `It rests on ${answer.by === 'inbound' ? 'what they wrote' : answer.by}.`, fact: null }
    : { verdict: 'deny', say: answer.say, fact: answer.fact };

const windowRule = (ruling: Ruling): RuleView => ({
  guard: 'calling-window',
  rule: ruling.rule,
  verdict: ruling.verdict,
  say: ruling.say,
  source: ruling.source,
  tag: ruling.tag,
  checkedAt: ruling.checkedAt,
  fact: ruling.fact,
});

function capRules({ contacting, said, at }: Question, uses: OnRecord['caps']): readonly RuleView[] {
  return capsFor(contacting, said).map((cap): RuleView => {
    const { name, limit, windowMs, channels, source, tag, checkedAt } = cap;
    const use = uses?.find((one) => one.cap.name === name && one.cap.windowMs === windowMs);
    return {
      guard: 'legal-frequency',
      rule: name,
      verdict: use === undefined ? 'unknown' : use.freeAt > at ? 'deny' : 'allow',
      say: `At most ${limit} by ${channels.join(', ')} in any ${spanText(windowMs)}, whichever agent.`,
      source,
      tag,
      checkedAt,
      fact: use === undefined ? null : `${use.used} of ${limit} used`,
    };
  });
}

const spanText = (ms: number): string =>
  ms % DAY_MS === 0 && ms > DAY_MS ? `${ms / DAY_MS} days` : `${ms / HOUR_MS} h`;

const dutyRule = (guard: string | null, { rule, duty, say, source, tag, checkedAt }: LegalDuty): RuleView => ({
  guard,
  rule: `${rule}:${duty}`,
  verdict: 'duty',
  say,
  source,
  tag,
  checkedAt,
  fact: null,
});

function recordingRules({ contacting, said }: Question): readonly RuleView[] {
  const ruling = recordingFor(contacting, said);
  return (ruling?.duties ?? []).map((duty) => ({
    ...dutyRule('recording-consent', duty),
    fact: ruling?.rulings.map(({ rule, consent }) => `${rule} ${consent}`).join(', ') ?? null,
  }));
}

/** Of the country that is written to, in production. */
const registrationRules = ({ contacting, said }: Question): readonly RuleView[] =>
  placeOf(contacting, said).countries.flatMap((country) =>
    requirementsOf(country, contacting.channel).map(({ needs, source, tag, checkedAt }) => ({
      guard: null,
      rule: `country:${country}:registration`,
      verdict: 'duty',
      say: `In production: ${needs}.`,
      source,
      tag,
      checkedAt,
      fact: null,
    })),
  );
