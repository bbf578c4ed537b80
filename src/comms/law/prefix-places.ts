/** Where a number's prefix says that it may be: look-ups over the generated tables, read when first asked. */
import { AREA_REGIONS, PREFIX_ZONES } from './prefix-zones.ts';

/** `text&text:key key` lines → texts by key. */
function readLines(lines: string): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map<string, readonly string[]>();
  for (const line of lines.trim().split('\n')) {
    const colon = line.indexOf(':');
    const texts = line.slice(0, colon).split('&');
    for (const key of line.slice(colon + 1).split(' ')) byKey.set(key, texts);
  }
  return byKey;
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const zonesByPrefix = once(() => readLines(PREFIX_ZONES));
const regionsByArea = once(() => readLines(AREA_REGIONS));
const LONGEST_PREFIX = 6;
/** The North American numbering plan: `+1` and an area code. */
const NORTH_AMERICAN = /^\+1(\d{3})/;

/** Zones of the longest prefix that fits; none when no prefix does (global and satellite numbers). */
export function zonesOfPrefix(e164: string): readonly string[] {
  const digits = e164.slice(1);
  for (let length = LONGEST_PREFIX; length > 0; length--) {
    const zones = zonesByPrefix().get(digits.slice(0, length));
    if (zones !== undefined) return zones;
  }
  return [];
}

/** US states and Canadian provinces of a +1 area code; none when it has none (toll-free, unassigned, the Caribbean). */
export function regionsOfPrefix(e164: string): readonly string[] {
  const area = NORTH_AMERICAN.exec(e164)?.[1];
  return (area === undefined ? undefined : regionsByArea().get(area)) ?? [];
}

/** Zones of all area codes that lie in a US state or Canadian province. */
export const zonesOfRegion = (region: string): readonly string[] => zonesByRegion().get(region) ?? [];

const zonesByRegion = once(() => {
  const zones = new Map<string, readonly string[]>();
  for (const [area, regions] of regionsByArea()) {
    // an area code that straddles a border says nothing of one state's zones
    if (regions.length > 1) continue;
    const [region = ''] = regions;
    zones.set(region, union(zones.get(region) ?? [], zonesOfPrefix(`+1${area}`)));
  }
  return zones;
});

export const union = (one: readonly string[], other: readonly string[]): readonly string[] =>
  [...new Set([...one, ...other])].sort();
