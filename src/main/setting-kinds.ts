/**
 * The kinds of value that a setting can have: how the kind is called in the documentation and in an error ("must be …"),
 * and a strict reader from text. A reader gives `null` for what it does not take; it never guesses (known mistakes of
 * such readers: `TRUE` taken for off, an unknown log level for debug, a number that isn't one for no limit).
 */

import { isIP } from 'node:net';
import { unfitToken } from '../identity/token.ts';
import { standardWebhookKey } from '../kernel/standard-webhook.ts';
import { parseNetwork, spellNetwork } from '../shield/address-list.ts';
import { LOOPBACK_HOSTS, normalHost } from '../shield/host.ts';
import { normalOrigin } from '../shield/origin.ts';
import { parseKey } from '../vault/key-ring.ts';

export interface Kind<T> {
  /** Completes the sentence "NAME must be …". */
  readonly is: string;
  /** `text` is not empty and has neither control characters nor white space around it. */
  read(text: string): T | null;
}

const kind = <T>(is: string, read: (text: string) => T | null): Kind<T> => ({ is, read });

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

export const postgresUrl: Kind<string> = kind(
  'a PostgreSQL address such as postgres://user:password@host:5432/database',
  (text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const complete = url !== null && /^postgres(?:ql)?:$/.test(url.protocol) && url.pathname.length > 1;
    return complete ? text : null;
  },
);

const readHexKey = (text: string): string | null => (/^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : null);

export const hexKeys = listOf('keys of 64 hexadecimal digits', readHexKey);

/** Refused when it looks made up; see the vault's `parseKey`. */
export const strongHexKey: Kind<string> = kind(
  'a random key of 64 hexadecimal digits; make one with: openssl rand -hex 32',
  (text) => (parseKey(text).ok ? text.toLowerCase() : null),
);

export const bearerToken: Kind<string> = kind(
  'a token of at least 32 characters (letters, digits, - . _ ~ + /), not a mistyped one of Sallyport; make one with: openssl rand -hex 32',
  (text) => (unfitToken(text) === null ? text : null),
);

/** A signed note's key name (C2SP signed-note): no spaces, no plus sign. */
export const logOrigin: Kind<string> = kind('a name such as door.example.com/log (letters, digits, . _ - /)', (text) =>
  /^[A-Za-z0-9][A-Za-z0-9._/-]{0,126}$/.test(text) ? text : null,
);

/** Where something is sent to: a whole address, with path and query. What travels there is not for everybody to read. */
export const receiverUrl: Kind<string> = kind(
  'an address that begins with https:// (http:// on this machine alone), without a user name',
  (text) => {
    const url = URL.canParse(text) && !/[\s\\]/.test(text) ? new URL(text) : null;
    if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return null;
    const isHere = LOOPBACK_HOSTS.some((name) => name === url.hostname);
    return url.protocol === 'https:' || (url.protocol === 'http:' && isHere) ? text : null;
  },
);

export const webhookSecret: Kind<string> = kind(
  'whsec_ and the Base64 of 24 to 64 random bytes; make one with: echo "whsec_$(openssl rand -base64 32)"',
  (text) => (standardWebhookKey(text) === null ? null : text),
);
