/**
 * The kinds of value that a setting can have: how the kind is called in the documentation and in an error ("must be …"),
 * and a strict reader from text. A reader gives `null` for what it does not take; it never guesses (known mistakes of
 * such readers: `TRUE` taken for off, an unknown log level for debug, a number that isn't one for no limit).
 */
import { isIP } from 'node:net';
import type { Kind } from '../kernel/setting.ts';
import { parseNetwork, spellNetwork } from './address-list.ts';
import { normalHost } from './host.ts';
import { normalOrigin } from './origin.ts';

export const kind = <T>(is: string, read: (text: string) => T | null): Kind<T> => ({ is, read });

const WHOLE = /^(?:0|[1-9]\d{0,14})$/;

export const whole = (min: number, max: number): Kind<number> =>
  kind(`a whole number from ${min} to ${max}`, (text) => {
    const value = WHOLE.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : null;
  });

export const choice = <const T extends string>(...values: readonly T[]): Kind<T> =>
  kind(`one of ${values.join(', ')}`, (text) => values.find((value) => value === text) ?? null);

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);

export const flag: Kind<boolean> = kind(
  'true or false (1, 0, yes and no work too)',
  (text) => FLAGS.get(text.toLowerCase()) ?? null,
);

export const path: Kind<string> = kind('a path', (text) => text);

export const host: Kind<string> = kind('a host name or IP address without port or brackets', (text) =>
  isIP(text) !== 0 || (!text.includes(':') && normalHost(text) === text.toLowerCase()) ? text.toLowerCase() : null,
);

/** Comma separated; spaces around the commas are allowed, empty entries are not. */
export const listOf = <T>(each: string, read: (text: string) => T | null): Kind<readonly T[]> =>
  kind(`a comma-separated list of ${each}`, (text) => {
    const values: T[] = [];
    for (const item of text.split(',')) {
      const value = read(item.trim());
      if (value === null) return null;
      values.push(value);
    }
    return Object.freeze(values);
  });

export const hosts = listOf('host names such as door.example.com', normalHost);
export const origins = listOf('origins such as https://app.example.com', (text) =>
  text.includes('*') ? null : normalOrigin(text),
);

export const networks = listOf('addresses and networks such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32', (text) => {
  const network = parseNetwork(text);
  return network === null ? null : spellNetwork(network);
});

/** An absolute HTTP(S) address of a server's root, without the trailing slash. */
export const baseUrl: Kind<string> = kind('an address such as https://door.example.com, without a path', (text) =>
  normalOrigin(text.replace(/\/$/, '')),
);
