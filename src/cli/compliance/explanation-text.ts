/** An explanation of `comms.explain_compliance` as a person reads it: a line for each rule, with what stands behind it. */
import type * as z from 'zod';
import type { explanationView } from '../../comms/actions/explain-compliance.ts';
import { isUsRegion } from '../../comms/law/place.ts';
import type { Paint } from '../../main/paint.ts';
import { visible } from '../render.ts';

type View = z.output<typeof explanationView>;

const MARKS = {
  allow: ['✓', 'green'],
  deny: ['✗', 'red'],
  duty: ['!', 'yellow'],
  unknown: ['?', 'yellow'],
} as const satisfies Record<View['rules'][number]['verdict'], readonly [string, 'green' | 'red' | 'yellow']>;

/** @param by who was asked, as a sentence. */
export function explanationText(view: View, by: string, paint: Paint): string {
  const { contact, channel, purpose, at, verdict, allowedFrom, rules } = view;
  const open = rules.some((rule) => rule.verdict === 'unknown');
  const allowed = open ? paint('yellow', 'allowed, as far as could be asked') : paint('green', 'allowed');
  const told = verdict === 'allow' ? allowed : paint('red', 'refused');
  const wait =
    verdict === 'allow' ? '' : allowedFrom === null ? '; waiting does not help' : `; allowed from ${allowedFrom}`;
  return [
    `${told}: ${visible(contact)} by ${channel}, ${purpose}, at ${at}${wait}`,
    by,
    `Assumed: ${assumed(view)}`,
    ...rules.flatMap(({ verdict: found, rule, say, source, tag, checkedAt, fact }) => {
      const [mark, style] = MARKS[found];
      const checked = tag === null || checkedAt === null ? '' : ` (${tag}, checked ${checkedAt})`;
      const decided = fact === null ? '' : `; ${fact}`;
      return [
        `  ${paint(style, mark)} ${visible(say)}`,
        `      ${visible(`${rule}, by ${source}${checked}${decided}`)}`,
      ];
    }),
    '✓ allows  ✗ refuses  ! allowed if that is done  ? depends on what was not asked.  Not legal advice.',
  ].join('\n');
}

const NAMED_ZONES = 6;

/** `US-CA` is California. */
const spelled = (region: string): string => `${isUsRegion(region) ? 'US' : 'CA'}-${region}`;

function assumed({ assumed: { countries, regions, zones, from } }: View): string {
  const more = zones.length - NAMED_ZONES;
  const shown = [...zones.slice(0, NAMED_ZONES), ...(more > 0 ? [`${more} more zones`] : [])];
  const part = (names: readonly string[], nothing: string, by: string) =>
    names.length === 0 ? nothing : `${names.join(' or ')} (by ${by})`;
  return visible(
    [
      part(countries, 'country not known', from.country),
      ...(regions.length === 0 ? [] : [part(regions.map(spelled), '', from.region)]),
      part(shown, 'time zone not known', from.zone),
    ].join(', '),
  );
}
