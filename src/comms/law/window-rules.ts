/** Which hours apply to a contact: the rows that the place, the channel and the purpose call for. */
import type { Channel } from '../../tenancy/agent.ts';
import type { Purpose } from '../message.ts';
import { countryRow } from './countries/index.ts';
import { daily, type Hours } from './hours.ts';
import { isUsRegion, type Place } from './place.ts';
import { caution, type Sourced } from './sourced.ts';
import { type StateHours, stateRows, US_FEDERAL } from './us-states.ts';

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

/** The rules of one place and kind, and what was last found out about when they open. */
export interface WindowPlan {
  readonly rules: readonly WindowRule[];
  opening: Opening | null;
}

/** From `from` up to `until` the answer is `opensAt`. */
interface Opening {
  readonly from: number;
  readonly until: number;
  readonly opensAt: number | null;
}

/** Places are shared objects: what is remembered of one serves every number there. */
const remembered = new WeakMap<Place, Map<string, WindowPlan>>();

export function windowPlan(place: Place, kind: WindowKind): WindowPlan {
  const key = `${kind.channel} ${kind.purpose} ${kind.ai}`;
  const plans = remembered.get(place) ?? new Map<string, WindowPlan>();
  remembered.set(place, plans);
  const before = plans.get(key);
  if (before !== undefined) return before;
  const plan = { rules: applicable(place, kind), opening: null };
  plans.set(key, plan);
  return plan;
}

function applicable(place: Place, { channel, purpose, ai }: WindowKind): readonly WindowRule[] {
  const isCall = channel === 'voice';
  const rules = isCall ? [ALL_CALLS] : [];
  if (purpose !== 'marketing' || !(isCall || TEXTS.includes(channel))) return rules;
  const countries = place.countries.length === 0 ? ['unknown'] : place.countries;
  return [...rules, ...countries.flatMap((country) => countryRules(country, place, isCall, isCall && ai))];
}

function countryRules(country: string, place: Place, isCall: boolean, isAutomated: boolean): readonly WindowRule[] {
  if (country === 'US') return usRules(place.regions.filter(isUsRegion), isAutomated);
  const { hours, textHours, name } = countryRow(country);
  return [rule(`country:${country}`, `Marketing to ${name}`, isCall ? hours : (textHours ?? hours))];
}

function usRules(states: readonly string[], isAutomated: boolean): readonly WindowRule[] {
  return [
    rule('us-federal', 'Marketing to the US', US_FEDERAL),
    ...stateRows(states).flatMap(({ state, say, row: { marketing, automated } }) => [
      ...(marketing === undefined ? [] : [rule(`us-state:${state}`, `Marketing to ${say}`, marketing)]),
      ...(automated === undefined || !isAutomated
        ? []
        : [rule(`us-state:${state}:automated`, `Marketing calls by an artificial voice to ${say}`, automated)]),
    ]),
  ];
}

const rule = (name: string, what: string, hours: StateHours): WindowRule => ({ rule: name, what, ...hours });
