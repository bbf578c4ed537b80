/** How often the law, or our caution, lets one contact be contacted: data that a guard makes takes of. */
import type { Channel } from '../../tenancy/agent.ts';
import type { Purpose } from '../message.ts';
import { isUsRegion, type Place } from './place.ts';
import type { Sourced } from './sourced.ts';
import { type Cap, US_STATES, US_UNKNOWN_STATE } from './us-states.ts';

export interface LegalCap extends Sourced {
  /** Which rule: `us-state:FL:calls`. Stable: a meter's name. */
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  /** What counts together; contacts on other channels do not. */
  readonly channels: readonly Channel[];
}

export interface CapsQuestion {
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly place: Place;
  readonly ai: boolean;
}

/** Every cap that a contact of this kind counts towards and must keep to. None but for marketing. */
export function contactCaps({ channel, purpose, place, ai }: CapsQuestion): readonly LegalCap[] {
  if (purpose !== 'marketing') return [];
  return place.countries
    .flatMap((country) => (country === 'US' ? usCaps(place.regions.filter(isUsRegion), ai && channel === 'voice') : []))
    .filter(({ channels }) => channels.includes(channel));
}

function usCaps(states: readonly string[], isAutomated: boolean): readonly LegalCap[] {
  const rows =
    states.length === 0
      ? [['unknown', US_UNKNOWN_STATE] as const]
      : states.map((state) => [state, US_STATES[state] ?? {}] as const);
  return rows.flatMap(([state, row]) => [
    ...(row.caps ?? []).map((cap) => named(`us-state:${state}`, cap)),
    ...(isAutomated ? (row.automatedCaps ?? []).map((cap) => named(`us-state:${state}:automated`, cap)) : []),
  ]);
}

const named = (name: string, cap: Cap): LegalCap => ({ name, ...cap });
