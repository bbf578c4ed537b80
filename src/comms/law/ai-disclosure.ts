/**
 * What an artificial voice owes the person whom it calls, and a model the person to whom it writes. The duties are for
 * whoever carries the call out; consent itself is judged apart (`rules/consent.ts`).
 */
import type { Channel } from '../../tenancy/agent.ts';
import type { Purpose } from '../message.ts';
import { LAW_OF } from './countries/index.ts';
import { isUsRegion, type Place } from './place.ts';
import type { DutyName, LegalDuty } from './ruling.ts';
import { caution, law, type Sourced } from './sourced.ts';

export interface DisclosureQuestion {
  readonly place: Place;
  readonly channel: Channel;
  readonly purpose: Purpose;
  /** An artificial voice speaks, or a model writes what no person reads before it leaves. */
  readonly ai: boolean;
}

const SAY: Readonly<
  Record<Exclude<DutyName, 'announce_recording' | 'stop_recording_on_objection' | 'check_do_not_call_register'>, string>
> = {
  disclose_ai_first: 'Say in the first sentence that an AI is speaking, or writing.',
  name_business_first: 'Name the business at the start of the call.',
  opt_out_in_call: 'Offer a way to opt out in the call within two seconds of saying who calls.',
  prior_consent: 'Have the prior express consent of the person.',
  prior_written_consent: 'Have the prior express written consent of the person.',
};

const duty = (rule: string, name: keyof typeof SAY, sourced: Sourced): LegalDuty => ({
  rule,
  duty: name,
  say: SAY[name],
  ...sourced,
});

const FCC = law('Q', 'FCC 24-17; 47 CFR 64.1200(a)(1)–(2), (b)');

const usCall = (purpose: Purpose): readonly LegalDuty[] => [
  duty('us-federal', purpose === 'marketing' ? 'prior_written_consent' : 'prior_consent', FCC),
  duty('us-federal', 'name_business_first', FCC),
  ...(purpose === 'marketing' ? [duty('us-federal', 'opt_out_in_call', law('Q', '47 CFR 64.1200(b)(3)'))] : []),
];

/** States that ask an AI to say that it is one; the channels that each is about. */
const STATES: Readonly<Record<string, { readonly calls: boolean; readonly texts: boolean } & Sourced>> = {
  CA: { calls: true, texts: false, ...law('Q', 'Cal. Pub. Util. Code § 2874 (AB 2905)') },
  ME: { calls: true, texts: true, ...law('Q', '10 M.R.S. § 1500-DD') },
  UT: { calls: true, texts: true, ...law('Q', 'Utah SB 226 (2025)') },
};

/** The European Union and, as we take it, the rest of the European Economic Area. */
const EU: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO'.split(' '),
);
const AI_ACT = law('Q', 'Regulation (EU) 2024/1689 (AI Act) art. 50(1), in force since 2026-08-02');
const EVERYWHERE = caution('an AI that calls says so, whatever the country');

/** None when a person speaks. */
export function aiDisclosure({ place, channel, purpose, ai }: DisclosureQuestion): readonly LegalDuty[] {
  if (!ai) return [];
  const isCall = channel === 'voice';
  const duties: LegalDuty[] = isCall ? [duty('ai-calls', 'disclose_ai_first', EVERYWHERE)] : [];
  const countries = place.countries.map((country) => LAW_OF[country] ?? country);
  if (countries.some((country) => EU.has(country))) duties.push(duty('eu', 'disclose_ai_first', AI_ACT));
  // where the country is not known, the strictest one's duties
  if (isCall && (countries.length === 0 || countries.includes('US'))) duties.push(...usCall(purpose));
  for (const state of statesOf(place)) {
    const row = STATES[state];
    if (row === undefined || !(isCall ? row.calls : row.texts)) continue;
    const { calls: _calls, texts: _texts, ...sourced } = row;
    duties.push(duty(`us-state:${state}`, 'disclose_ai_first', sourced));
  }
  return duties;
}

/** Of a number that may be anywhere in the US, every state that asks for something. */
function statesOf({ countries, regions }: Place): readonly string[] {
  if (!countries.includes('US')) return [];
  const states = regions.filter(isUsRegion);
  return states.length === 0 ? Object.keys(STATES) : states;
}
