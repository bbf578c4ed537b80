/** Which hours apply to a contact: the rows that the place, the channel and the purpose call for. */
import type { Channel } from '../../tenancy/agent.ts';
import type { Purpose } from '../message.ts';
import { daily, type Hours } from './hours.ts';
import { isUsRegion, type Place } from './place.ts';
import { caution, type Sourced } from './sourced.ts';
import { type StateHours, US_FEDERAL, US_STATES, US_UNKNOWN_STATE } from './us-states.ts';

export interface WindowRule extends Sourced {
  readonly rule: string;
  /** Whose hours for what, as a sentence begins. */
  readonly what: string;
  readonly hours: Hours;
}

export interface WindowKind {
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly ai: boolean;
}

const ALL_CALLS: WindowRule = {
  rule: 'calls-8-21',
  what: 'Calls, whatever their purpose',
  hours: daily('8-21'),
  ...caution(
    '47 CFR 64.1200(c)(1), which is about solicitations in the US: taken as the rule for every call everywhere',
  ),
};

const TEXTS: readonly Channel[] = ['sms', 'whatsapp'];

/** Rules by place and kind; places are shared objects. */
const remembered = new WeakMap<Place, Map<string, readonly WindowRule[]>>();

export function windowRules(place: Place, kind: WindowKind): readonly WindowRule[] {
  const key = `${kind.channel} ${kind.purpose} ${kind.ai}`;
  const known = remembered.get(place) ?? new Map<string, readonly WindowRule[]>();
  remembered.set(place, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const rules = applicable(place, kind);
  known.set(key, rules);
  return rules;
}

function applicable(place: Place, { channel, purpose, ai }: WindowKind): readonly WindowRule[] {
  const isCall = channel === 'voice';
  const rules = isCall ? [ALL_CALLS] : [];
  if (purpose !== 'marketing' || !(isCall || TEXTS.includes(channel))) return rules;
  return [...rules, ...place.countries.flatMap((country) => countryRules(country, place, isCall && ai))];
}

function countryRules(country: string, place: Place, isAutomated: boolean): readonly WindowRule[] {
  return country === 'US' ? usRules(place.regions.filter(isUsRegion), isAutomated) : [];
}

function usRules(states: readonly string[], isAutomated: boolean): readonly WindowRule[] {
  const rows =
    states.length === 0
      ? [['unknown', US_UNKNOWN_STATE] as const]
      : states.map((state) => [state, US_STATES[state] ?? {}] as const);
  return [
    rule('us-federal', 'Marketing to the US', US_FEDERAL),
    ...rows.flatMap(([state, { marketing, automated }]) => [
      ...(marketing === undefined ? [] : [rule(`us-state:${state}`, `Marketing to ${sayState(state)}`, marketing)]),
      ...(automated === undefined || !isAutomated
        ? []
        : [
            rule(
              `us-state:${state}:automated`,
              `Marketing calls by an artificial voice to ${sayState(state)}`,
              automated,
            ),
          ]),
    ]),
  ];
}

const sayState = (state: string): string => (state === 'unknown' ? 'the US, state not known' : state);

const rule = (name: string, what: string, hours: StateHours): WindowRule => ({ rule: name, what, ...hours });
