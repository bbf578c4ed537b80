/** The kinds of value that only the server's settings have; the others are `shield/setting-kinds.ts`. */
import { normalMail, normalPhone } from '../comms/rules/address.ts';
import { unfitToken } from '../identity/token.ts';
import type { Kind } from '../kernel/setting.ts';
import { standardWebhookKey } from '../kernel/standard-webhook.ts';
import { LOOPBACK_HOSTS } from '../shield/host.ts';
import { kind, listOf } from '../shield/setting-kinds.ts';
import { allowedProgram } from '../swarm/tools/rules/program.ts';
import { parseKey } from '../vault/key-ring.ts';

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

const readCanary = (text: string): string | null => (text.replace(/[^\p{L}\p{N}]/gu, '').length >= 12 ? text : null);
/** Shorter ones would be found in texts that nobody took them to. */
export const canaries = listOf('texts of at least 12 letters and digits', readCanary);

/** Refused when it looks made up; see the vault's `parseKey`. */
export const strongHexKey: Kind<string> = kind(
  'a random key of 64 hexadecimal digits; make one with: openssl rand -hex 32',
  (text) => (parseKey(text).ok ? text.toLowerCase() : null),
);

/** How long something is kept, in days. `0` would end everything at once, or nothing: it means neither. */
export const keepFor: Kind<number | 'forever'> = kind(
  'a number of days from 1d to 36500d, such as 90d, or forever',
  (text) => {
    if (text === 'forever') return text;
    const days = /^([1-9]\d{0,4})d$/.exec(text)?.[1];
    return days === undefined || Number(days) > 36_500 ? null : Number(days);
  },
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

/** OpenID Connect Discovery §3: https, without query and fragment. It is compared as it is written, so nothing is mended. */
export const issuerUrl: Kind<string> = kind(
  'an address that begins with https:// (http:// on this machine alone), without user name, query and fragment',
  (text) => (receiverUrl.read(text) === null || /[?#]/.test(text) ? null : text),
);

export const printable: Kind<string> = kind('at most 200 characters', (text) => (text.length <= 200 ? text : null));

export const webhookSecret: Kind<string> = kind(
  'whsec_ and the Base64 of 24 to 64 random bytes; make one with: echo "whsec_$(openssl rand -base64 32)"',
  (text) => (standardWebhookKey(text) === null ? null : text),
);

function readMailbox(text: string): string | null {
  const mail = normalMail(text);
  return mail.ok ? mail.value : null;
}
function readPhone(text: string): string | null {
  const phone = normalPhone(text);
  return phone.ok ? phone.value : null;
}
export const mailbox: Kind<string> = kind('a mail address such as alerts@example.com', readMailbox);
export const mailboxes = listOf('mail addresses', readMailbox);
export const phoneNumber: Kind<string> = kind('a phone number such as +14155550100', readPhone);
export const phoneNumbers = listOf('phone numbers such as +14155550100', readPhone);

export const variableNames = listOf('names of environment variables', (text) =>
  /^[A-Z][A-Z0-9_]{0,99}$/.test(text) ? text : null,
);

/** As they are written; `allowedProgram` reads them. */
export const programs = listOf(
  'command lines without commas, each beginning with an absolute path, before it NAME= for each variable that may be set',
  (text) => (allowedProgram(text) === null ? null : text),
);
