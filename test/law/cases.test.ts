import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callingWindow } from '../../src/comms/law/calling-window.ts';
import { COUNTRIES } from '../../src/comms/law/countries/index.ts';
import { type Evidence, placesOf } from '../../src/comms/law/place.ts';
import { US_STATES } from '../../src/comms/law/us-states.ts';
import { PURPOSES, type Purpose } from '../../src/comms/message.ts';
import { CHANNELS, type Channel } from '../../src/tenancy/agent.ts';

interface Case {
  readonly title: string;
  readonly phone: string;
  readonly at: number;
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly ai: boolean;
  readonly evidence: Evidence;
  readonly verdict: string;
}

const oneOf = <T extends string>(all: readonly T[], text: string): T => {
  const found = all.find((one) => one === text);
  if (found === undefined) throw new Error(`${text}: not one of ${all.join(', ')}`);
  return found;
};

function readCase(line: string): Case {
  const [phone = '', when = '', channel = '', purpose = '', speaks = '', evidence = '', verdict = '', reason = ''] =
    line.split('\t');
  return {
    title: `${phone} ${when} ${purpose} ${speaks === 'ai' ? 'AI ' : ''}${channel}${evidence === '-' ? '' : ` (${evidence})`}: ${verdict}, as ${reason}`,
    phone,
    at: Temporal.Instant.from(when).epochMilliseconds,
    channel: oneOf(CHANNELS, channel),
    purpose: oneOf(PURPOSES, purpose),
    ai: speaks === 'ai',
    evidence: evidence === '-' ? {} : Object.fromEntries(evidence.split(',').map((pair) => pair.split('='))),
    verdict,
  };
}

const CASES = readFileSync(new URL('cases.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('+'))
  .map(readCase);

describe('hand-checked calling windows', () => {
  it('are two hundred and more, and none twice', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(200);
    expect(new Set(CASES.map(({ title }) => title)).size).toBe(CASES.length);
  });

  it('touch the row of every country and every US state', () => {
    const rules = new Set<string>();
    for (const { phone, evidence, ...asked } of CASES) {
      const { rulings } = callingWindow({ ...asked, place: placesOf(phone, evidence) });
      for (const { rule } of rulings) rules.add(rule);
    }
    const countries = Object.keys(COUNTRIES).filter((country) => country !== 'US');
    const states = Object.entries(US_STATES).flatMap(([state, row]) => [
      ...(row.marketing === undefined ? [] : [`us-state:${state}`]),
      ...(row.automated === undefined ? [] : [`us-state:${state}:automated`]),
    ]);
    const wanted = [...countries.map((country) => `country:${country}`), ...states];
    expect(wanted.filter((rule) => !rules.has(rule))).toEqual([]);
  });

  it.each(CASES)('$title', ({ phone, evidence, verdict, ...asked }) => {
    expect(callingWindow({ ...asked, place: placesOf(phone, evidence) }).verdict).toBe(verdict);
  });
});
