import { getCountries, isValidPhoneNumber } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { placesOf } from './place.ts';
import { AREA_REGIONS, PREFIX_ZONES } from './prefix-zones.ts';
import { knownZone } from './zone-offsets.ts';

const areas = Array.from({ length: 800 }, (_, index) => String(index + 200));
const numberIn = (area: string): string => `+1${area}2345678`;

describe('the place of a number', () => {
  it('is read from the prefix: country, state and zone', () => {
    expect(placesOf('+14155550100')).toEqual({
      countries: ['US'],
      regions: ['CA'],
      zones: ['America/Los_Angeles'],
      from: { country: 'prefix', region: 'prefix', zone: 'prefix' },
    });
  });

  it('is every zone of the 25 US and Canadian area codes that span some', () => {
    const spanning = areas.filter((area) => {
      const { zones, regions } = placesOf(numberIn(area));
      return regions.length > 0 && zones.length > 1;
    });
    expect(spanning.join(' ')).toBe(
      '208 219 250 270 308 418 423 541 574 605 606 620 701 709 775 785 807 812 850 867 879 906 907 928 986',
    );
  });

  it('has a state or province for every area code that is in use in the US and Canada, but for those without one and the newest', () => {
    const without = areas.filter(
      (area) =>
        ['US', 'CA'].some(
          (country) =>
            isValidPhoneNumber(numberIn(area), country as 'US') && placesOf(numberIn(area)).countries.includes(country),
        ) && placesOf(numberIn(area)).regions.length === 0,
    );
    expect(without.join(' ')).toBe(
      '273 500 521 522 523 524 525 526 527 528 529 532 533 544 566 577 588 600 622 633 800 833 844 855 866 877 888 900',
    );
  });

  it('is all of the plan for a toll-free or personal number', () => {
    for (const number of ['+18005551212', '+18885550100', '+15005550006']) {
      const { countries, regions, zones } = placesOf(number);
      expect(countries).toEqual(expect.arrayContaining(['US', 'CA', 'JM']));
      expect(regions).toEqual([]);
      expect(zones).toEqual(expect.arrayContaining(['America/New_York', 'Pacific/Guam', 'America/St_Johns']));
    }
  });

  it('is every zone of the country for a mobile that has no area code', () => {
    expect(placesOf('+61412345678').zones).toEqual(expect.arrayContaining(['Australia/Perth', 'Australia/Sydney']));
    expect(placesOf('+79161234567').zones).toEqual(expect.arrayContaining(['Europe/Kaliningrad', 'Asia/Kamchatka']));
    expect(placesOf('+34612345678').zones).toEqual(expect.arrayContaining(['Atlantic/Canary', 'Europe/Madrid']));
  });

  it('is the US for its territories, with the territory as state', () => {
    for (const [area, region] of [
      ['787', 'PR'],
      ['671', 'GU'],
      ['340', 'VI'],
      ['684', 'AS'],
      ['670', 'MP'],
    ]) {
      expect(placesOf(numberIn(area ?? '')), area).toMatchObject({ countries: ['US'], regions: [region] });
    }
  });

  it('is not known for satellite numbers and for a contact without number', () => {
    for (const number of ['+881612345678', null]) {
      expect(placesOf(number)).toMatchObject({ countries: [], regions: [], zones: [] });
    }
  });

  it('is one object for all numbers of one place', () => {
    expect(placesOf('+14155550100')).toBe(placesOf('+14155550199'));
  });
});

describe('what a person set', () => {
  it('a zone of the same state narrows the zones and keeps the state', () => {
    expect(placesOf('+18505550100', { zone: 'America/Chicago' })).toMatchObject({
      regions: ['FL'],
      zones: ['America/Chicago'],
      from: { region: 'prefix', zone: 'zone' },
    });
  });

  it('a zone of the same clocks in the same country keeps the state, one across the border does not', () => {
    expect(placesOf('+13135550100', { zone: 'America/Detroit' }).regions).toEqual(['MI']);
    expect(placesOf('+13135550100', { zone: 'America/Toronto' })).toMatchObject({
      countries: ['CA', 'US'],
      regions: [],
    });
    expect(placesOf('+16025550100', { zone: 'America/Denver' }).regions).toEqual([]);
  });

  it('a zone elsewhere takes the state of the prefix away', () => {
    expect(placesOf('+14155550100', { zone: 'America/New_York' })).toMatchObject({
      countries: ['US'],
      regions: [],
      zones: ['America/New_York'],
    });
  });

  it('a zone of another country brings that country in beside the number’s own', () => {
    expect(placesOf('+14155550100', { zone: 'Europe/Paris' }).countries).toEqual(['FR', 'US']);
    expect(placesOf('+14155550100', { zone: 'Asia/Kolkata' }).countries).toEqual(['IN', 'US']);
  });

  it('a region beats the prefix, and a zone narrows the region', () => {
    expect(placesOf('+14155550100', { region: 'TX' })).toMatchObject({
      countries: ['US'],
      regions: ['TX'],
      zones: ['America/Chicago', 'America/Denver'],
    });
    expect(placesOf('+14155550100', { region: 'TX', zone: 'America/Denver' }).zones).toEqual(['America/Denver']);
    expect(placesOf('+14155550100', { region: 'ON' })).toMatchObject({ countries: ['CA'], regions: ['ON'] });
  });

  it('a country beats the prefix, and keeps what the prefix tells of that country', () => {
    expect(placesOf('+14155550100', { country: 'DE' })).toMatchObject({ countries: ['DE'], regions: [] });
    expect(placesOf('+14155550100', { country: 'US' })).toMatchObject({ countries: ['US'], regions: ['CA'] });
    expect(placesOf('+18005551212', { country: 'US' })).toMatchObject({ countries: ['US'], regions: [] });
    expect(placesOf('+14155550100', { country: 'PR' })).toMatchObject({ countries: ['US'], regions: ['PR'] });
  });
});

describe('the prefix table', () => {
  it('names only zones that the runtime knows', () => {
    const zones = new Set(
      PREFIX_ZONES.trim()
        .split('\n')
        .flatMap((line) => line.split(':')[0]?.split('&') ?? []),
    );
    expect([...zones].filter((zone) => knownZone(zone) === null)).toEqual([]);
    expect(zones.size).toBeGreaterThan(250);
  });

  it('has every US state, the District and five territories', () => {
    const regions = new Set(
      AREA_REGIONS.trim()
        .split('\n')
        .flatMap((line) => line.split(':')[0]?.split('&') ?? []),
    );
    expect(regions.size).toBe(50 + 1 + 5 + 13);
  });

  it('gives every country that has numbers a zone', () => {
    const without = getCountries().filter((country) => placesOf(null, { country }).zones.length === 0);
    expect(without).toEqual([]);
  });
});
