/** How often the law, or our caution, lets one contact be contacted: data that a guard makes takes of. */
import { HOUR_MS } from '../../kernel/time.ts';
import type { Channel } from '../../tenancy/agent.ts';
import type { Purpose } from '../message.ts';
import { countryRow } from './countries/index.ts';
import { isUsRegion, type Place } from './place.ts';
import { type Cap, stateRows } from './us-states.ts';

export interface LegalCap extends Cap {
  /** Which rule, and its window in hours: `us-state:FL:24h`. Stable: a meter's name. */
  readonly name: string;
}

export interface CapsQuestion {
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly place: Place;
  /** An artificial voice speaks. */
  readonly ai: boolean;
}

/**
 * Every cap that a contact of this kind counts towards and must keep to, by one caller (the organisation) to one contact.
 * None but for marketing.
 */
export function contactCaps({ channel, purpose, place, ai }: CapsQuestion): readonly LegalCap[] {
  if (purpose !== 'marketing') return [];
  return place.countries
    .flatMap((country) => (country === 'US' ? usCaps(place, ai && channel === 'voice') : capsOf(country)))
    .filter(({ channels }) => channels.includes(channel));
}

const capsOf = (country: string): readonly LegalCap[] => named(`country:${country}`, countryRow(country).caps ?? []);

const usCaps = ({ regions }: Place, isAutomated: boolean): readonly LegalCap[] =>
  stateRows(regions.filter(isUsRegion)).flatMap(({ state, row }) => [
    ...named(`us-state:${state}`, row.caps ?? []),
    ...(isAutomated ? named(`us-state:${state}:automated`, row.automatedCaps ?? []) : []),
  ]);

const named = (rule: string, caps: readonly Cap[]): readonly LegalCap[] =>
  caps.map((cap) => ({ ...cap, name: `${rule}:${cap.windowMs / HOUR_MS}h` }));
