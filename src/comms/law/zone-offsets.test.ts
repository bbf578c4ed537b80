import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, isSameZone, knownZone, offsetMs } from './zone-offsets.ts';

const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const instants = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) });
const zoned = (zone: string, at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);

describe('offsets', () => {
  it('are what Temporal says, at any time in any zone', () => {
    fc.assert(
      fc.property(zones, instants, (zone, at) => {
        expect(offsetMs(zone, at)).toBe(zoned(zone, at).offsetNanoseconds / 1e6);
      }),
      { numRuns: 500 },
    );
  });

  it('are right on both sides of every transition', () => {
    fc.assert(
      fc.property(zones, instants, (zone, at) => {
        const jump = zoned(zone, at).getTimeZoneTransition('next')?.epochMilliseconds;
        if (jump === undefined) return;
        for (const near of [jump - 1, jump, jump + 1, jump]) {
          expect(offsetMs(zone, near)).toBe(zoned(zone, near).offsetNanoseconds / 1e6);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('give back the instant of a local time', () => {
    fc.assert(
      fc.property(zones, instants, (zone, at) => {
        const local = at + offsetMs(zone, at);
        const instant = instantOf(zone, local);
        // a time that the clocks show twice is the first of the two
        expect(instant + offsetMs(zone, instant)).toBe(local);
        expect(instant).toBeLessThanOrEqual(at);
      }),
      { numRuns: 300 },
    );
  });

  it('give the instant of the jump for a time that the clocks skip', () => {
    const skipped = Date.UTC(2026, 2, 8, 2, 30);
    expect(instantOf('America/New_York', skipped)).toBe(Date.UTC(2026, 2, 8, 7));
  });
});

describe('names of zones', () => {
  it('are IANA names that the runtime knows', () => {
    expect(knownZone('Europe/Paris')).toBe('Europe/Paris');
    for (const name of ['', 'Europe/Nowhere', '+02:00', '-05', 'Europe/Paris ', '[UTC]'])
      expect(knownZone(name), name).toBeNull();
  });

  it('may be links of one another', () => {
    expect(isSameZone('Asia/Calcutta', 'Asia/Kolkata')).toBe(true);
    expect(isSameZone('Europe/Paris', 'Europe/Berlin')).toBe(false);
  });
});
