/**
 * The law's questions about one contact, as guards and explanations ask them: the same rulings for both, so that what is
 * explained is what is judged.
 */
import type { Request } from '../guard/request.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import { known } from '../tenancy/known.ts';
import type { ContactPlace } from './facts.ts';
import { aiDisclosure } from './law/ai-disclosure.ts';
import { callingWindow, type WindowVerdict } from './law/calling-window.ts';
import { contactCaps, type LegalCap } from './law/contact-caps.ts';
import { registersToCheck } from './law/do-not-call.ts';
import { type Place, placesOf } from './law/place.ts';
import { type RecordingVerdict, recordingConsent } from './law/recording-consent.ts';
import type { LegalDuty } from './law/ruling.ts';
import { PURPOSES, type Purpose } from './message.ts';
import { contactOf, type Outreach, recipientOf } from './recipient.ts';
import { CHANNEL_ADDRESS } from './rules/channel.ts';
import { TCPA_COUNTRIES } from './rules/consent.ts';

/** What is asked of somebody: some tools have one purpose and say none, some call something else by that name. */
export interface Contacting extends Outreach {
  readonly purpose?: string | undefined;
  readonly record?: boolean | undefined;
}

/** What is no marketing and no conversation serves what was asked for. */
const purposeOf = ({ purpose }: Contacting): Purpose => PURPOSES.find((one) => one === purpose) ?? 'transactional';

/** Whether any law asks where the contact is: for every call, and for marketing. */
const asksWhere = (contacting: Contacting): boolean =>
  CHANNEL_ADDRESS[contacting.channel] === 'phone' &&
  (contacting.channel === 'voice' || purposeOf(contacting) === 'marketing');

/** By which address the contact's place is looked up; null where no law asks for it. */
export const placeKey = ({ input }: Request<Contacting>): string | null => (asksWhere(input) ? contactOf(input) : null);

/** Where the contact may be. @param said what an administrator has said of it. */
export const placeOf = (contacting: Contacting, said: ContactPlace | null): Place =>
  placesOf(
    CHANNEL_ADDRESS[contacting.channel] === 'phone' ? known(contactOf(contacting), 'readable address') : null,
    said ?? {},
  );

/**
 * Whose rule on consent holds (ISO country; null: not known): the number's, and for marketing the stricter one of where the
 * contact may be. A Canadian number does not make somebody in New York less protected.
 */
export function consentCountry(contacting: Contacting, said: ContactPlace | null): string | null {
  const recipient = recipientOf(contacting);
  const { country } = known(recipient.ok ? recipient.value : null, 'readable address');
  if (!isCounted(contacting)) return country;
  return placeOf(contacting, said).countries.find((one) => TCPA_COUNTRIES.has(one)) ?? country;
}

const asked = (contacting: Contacting, said: ContactPlace | null) => ({
  channel: contacting.channel,
  purpose: purposeOf(contacting),
  place: placeOf(contacting, said),
  ai: true, // whoever acts here is a model, and its calls are an artificial voice
});

export const windowFor = (contacting: Contacting, said: ContactPlace | null, at: number): WindowVerdict =>
  asksWhere(contacting) ? callingWindow({ ...asked(contacting, said), at }) : ALWAYS(at);

const ALWAYS = (at: number): WindowVerdict => ({ verdict: 'allow', rulings: [], opensAt: at });

export const capsFor = (contacting: Contacting, said: ContactPlace | null): readonly LegalCap[] =>
  asksWhere(contacting) ? contactCaps(asked(contacting, said)) : [];

export const disclosureFor = (contacting: Contacting, said: ContactPlace | null): readonly LegalDuty[] =>
  aiDisclosure(asked(contacting, said));

export const registersFor = (contacting: Contacting, said: ContactPlace | null): readonly LegalDuty[] =>
  isCounted(contacting) ? registersToCheck(placeOf(contacting, said), 'marketing') : [];

export const recordingFor = (contacting: Contacting, said: ContactPlace | null): RecordingVerdict | null =>
  contacting.record === true ? recordingConsent({ place: placeOf(contacting, said), recorded: true }) : null;

/** Marketing by call or text counts, whether or not a cap holds where the contact is today: tomorrow one may. */
export const isCounted = (contacting: Contacting): boolean =>
  asksWhere(contacting) && purposeOf(contacting) === 'marketing';

/**
 * When it may not begin any more, if that comes before it would be too old anyway: what was allowed at 20:59 must not be
 * sent at 21:01. Windows are longer and further apart than anything waits, and end with a minute.
 */
export function beginningWithin(
  contacting: Contacting,
  said: ContactPlace | null,
  at: number,
  withinMs: number,
): { readonly beginBefore?: number } {
  const isOpen = (time: number) => windowFor(contacting, said, time).verdict === 'allow';
  if (isOpen(at + withinMs)) return {};
  let closed = at - (at % MINUTE_MS) + MINUTE_MS;
  while (isOpen(closed)) closed += MINUTE_MS;
  return { beginBefore: closed - 1 };
}

const NAMED_RULES = 3;

/**
 * Rules that say the same for the same reason, as one: a toll-free number may be in twenty countries without a row of
 * their own. `rules`: their names, the first few of many.
 */
export function foldAlike<T extends { readonly rule: string }>(
  all: readonly T[],
  reason: (one: T) => readonly (string | null)[],
): readonly { readonly first: T; readonly rules: string }[] {
  const alike = Map.groupBy(all, (one) => JSON.stringify(reason(one)));
  return [...alike.values()].map((same) => {
    const names = [...new Set(same.map(({ rule }) => rule))]; // a rule that asks for one of two things is there twice
    const more = names.length - NAMED_RULES;
    const named = names.slice(0, NAMED_RULES).join(', ');
    return { first: same[0]!, rules: more > 0 ? `${named} and ${more} more` : named };
  });
}
