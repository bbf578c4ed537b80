import fc from 'fast-check';
import twilio from 'twilio';
import { describe, expect, test } from 'vitest';
import type { FormPairs } from '../../shield/form.ts';
import { isSignedByTwilio, type TwilioRequest } from './signature.ts';

const { getExpectedTwilioSignature, validateRequest } = twilio;

const TOKEN = '12345';
const U = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const P: FormPairs = [
  ['CallSid', 'CA1234567890ABCDE'],
  ['Caller', '+14158675309'],
  ['Digits', '1234'],
  ['From', '+14158675309'],
  ['To', '+18005551212'],
];
const SIGNED = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
const BINDING = 'MessagingBinding.Address';
const RAW = new TextEncoder().encode('{"property": "value", "boolean": true}');
const COVERED = `${U}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620`;
const JSON_SIGNED = 'a9nBmqA0ju/hNViExpshrM61xv4=';

const form = (url: string, params: FormPairs): TwilioRequest => ({ url, content: { is: 'form', params } });
const get = (url: string): TwilioRequest => ({ url, content: { is: 'get' } });
const json = (url: string, raw: Uint8Array): TwilioRequest => ({ url, content: { is: 'json', raw } });
const websocket = (url: string): TwilioRequest => ({ url, content: { is: 'websocket' } });
/** By Twilio's own package. */
const sign = (url: string, params: FormPairs = [], token = TOKEN): string => {
  const record: Record<string, string | string[]> = {};
  for (const [key, value] of params)
    Object.defineProperty(record, key, {
      value: Object.hasOwn(record, key) ? [record[key] ?? [], value].flat() : value,
      enumerable: true,
      configurable: true,
    });
  return getExpectedTwilioSignature(token, url, record);
};

describe('is from Twilio (its published vectors):', () => {
  test.each<readonly [string, TwilioRequest, string]>([
    ['a form', form(U, P), SIGNED],
    ['the same in another order', form(U, [...P].reverse()), SIGNED],
    ['signed with the port', form(U, P), 'kvajT1Ptam85bY51eRf/AJRuM3w='],
    ['received with the port', form(U.replace('.com', '.com:443'), P), SIGNED],
    ['http signed with the port', form(U.replace('https', 'http'), P), '0ZXoZLH/DfblKGATFgpif+LLRf4='],
    [
      'http on a port of its own',
      form(U.replace('https', 'http').replace('.com', '.com:1234'), P),
      'Zmvh+3yNM1Phv2jhDCwEM3q5ebU=',
    ],
    [
      'a repeated key',
      form(U, [
        [BINDING, '+1325xxxxxxx'],
        [BINDING, '+1415xxxxxxx'],
      ]),
      '83O6e2vORAoJHUNzJjDWN1jz+BA=',
    ],
    [
      'a repeated key in another order',
      form(U, [
        [BINDING, '+1415xxxxxxx'],
        [BINDING, '+1325xxxxxxx'],
      ]),
      '83O6e2vORAoJHUNzJjDWN1jz+BA=',
    ],
    [
      'a repeated key with a value twice',
      form(U, [
        ['Sid', 'CA123'],
        ['SidAccount', 'AC123'],
        ['Digits', '5678'],
        ['Digits', '1234'],
        ['Digits', '1234'],
      ]),
      'IK+Dwps556ElfBT0I3Rgjkr1wJU=',
    ],
    ['an address that is not encoded', form(`${U}&Body=It's+amazing`, P), 'TfZzewPq8wqrGlMfyAud8+/IvJ0='],
    ['a JSON body by its hash', json(COVERED, RAW), JSON_SIGNED],
  ])('%s', (_name, request, signature) => {
    expect(isSignedByTwilio(TOKEN, signature, request)).toBe(true);
  });
});

describe('is from Twilio (signed by its own package):', () => {
  test.each<readonly [string, TwilioRequest, string]>([
    ['a GET', get(U), sign(U)],
    ['values that are not trimmed', form(U, [['Body', '  STOP \n']]), sign(U, [['Body', '  STOP \n']])],
    ['an empty value', form(U, [['Body', '']]), sign(U, [['Body', '']])],
    ['a key that objects have', form(U, [['__proto__', 'x']]), sign(U, [['__proto__', 'x']])],
    ['signed without its port of its own', form('https://a.com:8443/x', P), sign('https://a.com/x', P)],
    ['credentials dropped', form('https://u:p@a.com/x', P), sign('https://a.com/x', P)],
    ['credentials kept', form('https://u:p@a.com/x', P), sign('https://u:p@a.com/x', P)],
    ['credentials dropped, port added', form('https://u:p@a.com/x', P), sign('https://a.com:443/x', P)],
    ['an address that Twilio has escaped', form(`${U}&n="ä b"`, P), sign(`${U}&n=%22%C3%A4%20b%22`, P)],
    ['a host in IPv6', form('https://[::1]/x', P), sign('https://[::1]:443/x', P)],
    ['a WebSocket handshake', websocket('wss://a.com/x'), sign('wss://a.com/x')],
    ['a WebSocket handshake with a slash at its end', websocket('wss://a.com/x'), sign('wss://a.com/x/')],
    ['a WebSocket handshake with a port', websocket('wss://a.com/x?n=1'), sign('wss://a.com:443/x/?n=1')],
  ])('%s', (_name, request, signature) => {
    expect(isSignedByTwilio(TOKEN, signature, request)).toBe(true);
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const keys = fc.oneof(
    fc.constantFrom('Body', 'body', 'From', 'To', 'MessageSid', 'Ä', 'ß'),
    text.filter((key) => key !== '__proto__'),
  );
  const params = fc.array(fc.tuple(keys, text), { maxLength: 8 });
  const urls = fc
    .record({
      scheme: fc.constantFrom('https', 'http'),
      port: fc.constantFrom('', ':443', ':80', ':8443'),
      path: fc.constantFrom('', '/', "/webhooks/twilio/agt_1/sms?m=1&n=It's+a%20b", '/ä?x=[1]', '/x?#y'),
    })
    .map(({ scheme, port, path }) => `${scheme}://a.example${port}${path}`);

  test('any form at any address, whatever the order of its parameters', () => {
    fc.assert(
      fc.property(urls, params, fc.infiniteStream(fc.nat()), (url, pairs, order) => {
        const signature = sign(url, pairs);
        const shuffled = pairs
          .map((pair) => ({ pair, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ pair }) => pair);
        expect(isSignedByTwilio(TOKEN, signature, form(url, shuffled))).toBe(true);
      }),
    );
  });

  test('nothing else: what is changed by a character is refused, as by the package', () => {
    fc.assert(
      fc.property(urls, params, text, text, (url, pairs, key, value) => {
        const signature = sign(url, pairs);
        const more: FormPairs = [...pairs, [`x${key}`, `y${value}`]];
        if (pairs.some(([name, said]) => name === `x${key}` && said === `y${value}`)) return;
        expect(isSignedByTwilio(TOKEN, signature, form(url, more))).toBe(false);
        expect(isSignedByTwilio(TOKEN, signature, form(`${url}/x`, pairs))).toBe(false);
        expect(validateRequest(TOKEN, signature, `${url}/x`, Object.fromEntries(pairs))).toBe(false);
      }),
    );
  });
});

describe('is not from Twilio:', () => {
  const wrong = `A${SIGNED.slice(1)}`;
  test.each<readonly [string, string | null | undefined, string | null | undefined, TwilioRequest]>([
    ['without a token', undefined, SIGNED, form(U, P)],
    ['with a token that is null', null, SIGNED, form(U, P)],
    ['with an empty token, signed with the empty token', '', sign(U, P, ''), form(U, P)],
    ['with a blank token, signed with it', '  ', sign(U, P, '  '), form(U, P)],
    ['without a signature', TOKEN, undefined, form(U, P)],
    ['with an empty signature', TOKEN, '', form(U, P)],
    ['with another signature', TOKEN, wrong, form(U, P)],
    ['with a signature cut short', TOKEN, SIGNED.slice(0, 8), form(U, P)],
    ['with a signature and more', TOKEN, `${SIGNED},${SIGNED}`, form(U, P)],
    ['with a signature that is not ASCII', TOKEN, 'é💥', form(U, P)],
    ['signed with another token', TOKEN, sign(U, P, '54321'), form(U, P)],
    ['with a parameter less', TOKEN, SIGNED, form(U, P.slice(1))],
    ['with a parameter more', TOKEN, SIGNED, form(U, [...P, ['Body', 'x']])],
    ['with a value trimmed', TOKEN, sign(U, [['Body', ' x']]), form(U, [['Body', 'x']])],
    [
      'with its keys in another case',
      TOKEN,
      SIGNED,
      form(
        U,
        P.map(([key, value]) => [key.toLowerCase(), value]),
      ),
    ],
    ['with a repeated key read once', TOKEN, 'IK+Dwps556ElfBT0I3Rgjkr1wJU=', form(U, [['Digits', '5678']])],
    ['at another path', TOKEN, SIGNED, form(U.replace('myapp', 'other'), P)],
    ['with another query', TOKEN, SIGNED, form(U.replace('foo=1', 'foo=2'), P)],
    ['on another host', TOKEN, SIGNED, form(U.replace('mycompany', 'evil'), P)],
    ['over http, signed for https', TOKEN, SIGNED, form(U.replace('https', 'http'), P)],
    ['as a GET, signed as a form', TOKEN, SIGNED, get(U)],
    ['a form, signed with a slash at its end', TOKEN, sign('https://a.com/x/', P), form('https://a.com/x', P)],
    ['at no address', TOKEN, SIGNED, form('mycompany.com/myapp.php', P)],
    ['at an empty address', TOKEN, sign(''), form('', [])],
    ['JSON with another body', TOKEN, JSON_SIGNED, json(COVERED, new Uint8Array([...RAW, 32]))],
    ['JSON without a hash', TOKEN, sign(U), json(U, RAW)],
    ['JSON with an empty hash', TOKEN, sign(`${U}&bodySHA256=`), json(`${U}&bodySHA256=`, RAW)],
    ['JSON with the hash of the empty body', TOKEN, sign(U), json(U, new Uint8Array())],
    [
      'JSON with two hashes',
      TOKEN,
      sign(`${COVERED}&bodySHA256=${'0'.repeat(64)}`),
      json(`${COVERED}&bodySHA256=${'0'.repeat(64)}`, RAW),
    ],
  ])('%s', (_name, token, signature, request) => {
    expect(isSignedByTwilio(token, signature, request)).toBe(false);
  });

  test('what makes the check itself throw', () => {
    const broken = { url: U, content: { is: 'form', params: null } } as unknown as TwilioRequest;
    expect(isSignedByTwilio(TOKEN, SIGNED, broken)).toBe(false);
    expect(isSignedByTwilio(TOKEN, SIGNED, form(undefined as unknown as string, P))).toBe(false);
    expect(isSignedByTwilio({} as string, SIGNED, form(U, P))).toBe(false);
  });
});

test('the signature does not see characters that are moved between keys and values: Twilio’s format has no delimiters', () => {
  const signature = sign(U, [['Body', 'Hello']]);
  expect(isSignedByTwilio(TOKEN, signature, form(U, [['Bod', 'yHello']]))).toBe(true);
});
