/**
 * Over random forms, orders, encodings, ports and proxies: what Twilio's own package signed for our address is taken, and what
 * it signed for any other is not.
 */
import fc from 'fast-check';
import twilio from 'twilio';
import { expect, test } from 'vitest';
import { BASE, type Live, NUMBER, openLive, PERSON, texting } from '../support/live-house.ts';

const { getExpectedTwilioSignature } = twilio;
const RUNS = 150;

/** Names that Twilio uses and ones that it might; values of every kind of text. */
const name = fc.oneof(
  fc.constantFrom('ProfileName', 'NumMedia', 'MediaUrl0', 'FromCity', 'Zeichen', 'a', 'A', '__proto__', 'constructor'),
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'ABCabc019_.-') }),
);
const value = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('', ' ', '  x  ', '+', '%', '%41', '&a=b', 'é', 'e\u0301', '😀', '\r\n', '\u0000', '\'"<>'),
  )
  .filter((text) => text.isWellFormed());
const OURS = new Set(['MessageSid', 'From', 'To', 'Body', 'OptOutType']);
const pairsOf = fc
  .array(fc.tuple(name, value), { maxLength: 12 })
  .map((pairs) => pairs.filter(([key]) => !OURS.has(key)));

/** Percent-encodes more than is needed, and spaces in either way: a form's bytes are not unique. */
const encode = (text: string, how: readonly boolean[]): string =>
  [...text]
    .map((character, i) =>
      how[i % how.length] === true
        ? [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
        : new URLSearchParams({ '': character }).toString().slice(1),
    )
    .join('');

/** What Twilio signs: of a name that is repeated, all values. */
function signedParams(pairs: readonly (readonly [string, string])[]): Record<string, string | string[]> {
  const params = new Map<string, string | string[]>();
  for (const [key, one] of pairs) {
    const before = params.get(key);
    params.set(key, before === undefined ? one : [before, one].flat());
  }
  return Object.fromEntries(params); // `__proto__` becomes a name like any other
}

let sids = 0;
async function deliver(
  live: Live,
  run: {
    readonly pairs: readonly (readonly [string, string])[];
    readonly signedFor: string;
    readonly encoding: readonly boolean[];
    readonly order: number;
    readonly headers?: Record<string, string>;
  },
): Promise<number> {
  const url = live.twilio.numbers[0]!.smsUrl;
  const sid = `SM${(sids++).toString(16).padStart(32, '0')}`;
  const own = [
    ['MessageSid', sid],
    ['From', PERSON],
    ['To', NUMBER],
    ['Body', 'Hello'],
  ] as const;
  const all = [...own, ...run.pairs];
  const turned = [...all.slice(run.order % all.length), ...all.slice(0, run.order % all.length)];
  const body = turned.map(([key, one]) => `${encode(key, run.encoding)}=${encode(one, run.encoding)}`).join('&');
  const { status } = await live.ask(url, {
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': getExpectedTwilioSignature(live.twilio.authToken, run.signedFor, signedParams(all)),
      ...run.headers,
    },
    body,
  });
  return status;
}

const encoding = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });
const order = fc.nat(20);
/** What proxies on the way add, honestly or not, and the other names that the server answers to. */
const headers = fc.constantFrom<Record<string, string>>(
  {},
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-port': '8080' },
  { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9', 'x-forwarded-port': '8080' },
  { forwarded: 'for=1.2.3.4;host=evil.example;proto=http' },
  { host: 'localhost' },
  { host: '127.0.0.1:3100' },
  { 'x-original-url': '/webhooks/twilio/agt_other/sms', 'x-rewrite-url': '/' },
);

test('signed for our address it is taken, whatever the form holds and however it is written and forwarded', async () => {
  const live = await openLive();
  await texting(live);
  const url = live.twilio.numbers[0]!.smsUrl;
  // the port of the scheme may be written or not; Twilio's package signs what it is given
  const signedFor = fc.constantFrom(url, url.replace(BASE, `${BASE}:443`));
  await fc.assert(
    fc.asyncProperty(fc.record({ pairs: pairsOf, encoding, order, headers, signedFor }), async (run) => {
      expect(await deliver(live, run)).toBe(200);
    }),
    { numRuns: RUNS },
  );
  expect(live.faults).toEqual([]);
}, 20_000);

test('signed for any other address it is not', async () => {
  const live = await openLive();
  await texting(live);
  const url = live.twilio.numbers[0]!.smsUrl;
  const other = fc.constantFrom(
    url.replace('https:', 'http:'),
    url.replace(BASE, `${BASE}:8443`),
    url.replace(BASE, 'https://evil.example'),
    url.replace(BASE, 'https://hooks.example.evil.example'),
    url.replace(BASE, 'https://HOOKS.example'),
    url.replace('/sms', '/sms/'),
    url.replace('/sms', '/whatsapp'),
    url.replace('/sms', '/./sms'),
    url.replace('/sms', '%2Fsms'),
    url.replace('?n=', '?N='),
    `${url}&`,
    `${url}#x`,
    url.slice(0, -1),
    '',
    'https://',
  );
  await fc.assert(
    fc.asyncProperty(fc.record({ pairs: pairsOf, encoding, order, headers, signedFor: other }), async (run) => {
      expect(await deliver(live, run)).toBe(403);
    }),
    { numRuns: RUNS },
  );
}, 20_000);
