import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { isSigned } from './signature.ts';

const { getExpectedTwilioSignature, getExpectedBodyHash } = twilio;
const KEY = 'PSK_test';
const URL = 'https://agent.example/swaig?__token=abc&a=1';
const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
const JSON_TYPE = { 'content-type': 'application/json' };
const BODY = '{"event":"call.state","params":{"call_id":"abc-123","name":"é"}}';

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (url: string, body = '', key = KEY) => createHmac('sha1', key).update(url).update(body).digest('hex');
/** By Twilio's own package. */
const base64 = (url: string, params: Record<string, string | string[]> = {}, key = KEY) =>
  getExpectedTwilioSignature(key, url, params);
const check = (signature: string, body = '', headers: Record<string, string> = JSON_TYPE, url = URL, key = KEY) =>
  isSigned(key, new Headers({ ...headers, 'x-signalwire-signature': signature }), url, bytes(body));

describe('is signed', () => {
  it.for<[string, string, string, Record<string, string>, string]>([
    // printf 'https://a.example/{}' | openssl dgst -sha1 -hmac PSK_test
    ['JSON, as openssl signs it', '11f86b5a6df033961bfdfa05b6a4bc3662ee5b30', '{}', JSON_TYPE, 'https://a.example/'],
    ['JSON', hex(URL, BODY), BODY, JSON_TYPE, URL],
    ['nothing but an address', hex(URL), '', {}, URL],
    ['nothing but an address, in Twilio’s form', base64(URL), '', {}, URL],
    ['a form over its raw body', hex(URL, 'b=2&a=1'), 'b=2&a=1', FORM, URL],
    ['a form', base64(URL, { b: '2', a: 'é +' }), 'b=2&a=%C3%A9+%2B', FORM, URL],
    ['a form that repeats a name', base64(URL, { a: ['2', '1'] }), 'a=2&a=1', FORM, URL],
    ['a form signed with the port', base64('https://a.example:443/x', { a: '1' }), 'a=1', FORM, 'https://a.example/x'],
    [
      'a form signed without the port',
      base64('https://a.example/x', { a: '1' }),
      'a=1',
      FORM,
      'https://a.example:443/x',
    ],
    ['JSON signed with the port', hex('https://a.example:443/x', BODY), BODY, JSON_TYPE, 'https://a.example/x'],
    [
      'a form by plain HTTP with the port',
      base64('http://a.example:80/', { a: '1' }),
      'a=1',
      FORM,
      'http://a.example/',
    ],
    [
      'an address with credentials, signed without',
      hex('https://a.example/', BODY),
      BODY,
      JSON_TYPE,
      'https://u:p@a.example/',
    ],
    [
      'an address with credentials, signed with',
      hex('https://u:p@a.example/', BODY),
      BODY,
      JSON_TYPE,
      'https://u:p@a.example/',
    ],
  ])('%s', ([, signature, body, headers, url]) => {
    expect(check(signature, body, headers, url)).toBe(true);
  });

  it('JSON whose hash is in the signed address', () => {
    const url = `${URL}&bodySHA256=${getExpectedBodyHash(BODY)}`;
    expect(check(base64(url), BODY, JSON_TYPE, url)).toBe(true);
    expect(check(base64(url), `${BODY} `, JSON_TYPE, url)).toBe(false);
  });

  it('under the other name of the header, unless the first is there', () => {
    const under = (headers: Record<string, string>) => isSigned(KEY, new Headers(headers), URL, bytes(BODY));
    const right = hex(URL, BODY);
    expect(under({ 'X-Twilio-Signature': right })).toBe(true);
    expect(under({ 'X-SignalWire-Signature': right, 'X-Twilio-Signature': 'x' })).toBe(true);
    expect(under({ 'X-SignalWire-Signature': 'x', 'X-Twilio-Signature': right })).toBe(false);
    expect(under({ 'X-SignalWire-Signature': '', 'X-Twilio-Signature': right })).toBe(false);
  });

  it('bytes that are no text', () => {
    const body = Uint8Array.of(0xff, 0x00, 0xfe);
    const signature = createHmac('sha1', KEY).update(URL).update(body).digest('hex');
    const headers = new Headers({ 'x-signalwire-signature': signature });
    expect(isSigned(KEY, headers, URL, body)).toBe(true);
    expect(isSigned(KEY, headers, URL, Uint8Array.of(0xfe, 0x00, 0xff))).toBe(false);
  });
});

describe('is not signed', () => {
  const right = hex(URL, BODY);
  it.for<[string, string, string?, Record<string, string>?, string?, string?]>([
    ['with nothing', ''],
    ['with another signature', right.replace(/^./, (one) => (one === '0' ? '1' : '0'))],
    ['in capitals', right.toUpperCase()],
    ['by the beginning', right.slice(0, 16)],
    ['by two signatures', `${right}, ${right}`],
    ['by text that is not ASCII', 'é'],
    ['by another key', hex(URL, BODY, 'other')],
    ['with another body', right, `${BODY} `],
    ['with the same JSON spelt otherwise', right, JSON.stringify(JSON.parse(BODY), null, 1)],
    ['at another address', right, BODY, JSON_TYPE, URL.replace('a=1', 'a=2')],
    ['on another port', right, BODY, JSON_TYPE, URL.replace('.example', '.example:8443').replace('agent', 'agent2')],
    ['JSON over its address alone, in Twilio’s form', base64(URL), BODY],
    ['JSON over its address alone', hex(URL), BODY],
    ['JSON that says nothing of its type, over its address alone', base64(URL), BODY, {}],
    ['JSON said to be a form', base64(URL), BODY, FORM],
    ['a form with a parameter more', base64(URL, { a: '1' }), 'a=1&b=2', FORM],
    ['a form that can’t be read', base64(URL, {}), '%zz', FORM],
    ['JSON with what a form has', base64(URL, { a: '1' }), 'a=1', JSON_TYPE],
    [
      'JSON with the hash of another body',
      base64(`${URL}&bodySHA256=${sha256('x')}`),
      BODY,
      JSON_TYPE,
      `${URL}&bodySHA256=${sha256('x')}`,
    ],
    ['with an empty key, by it', hex(URL, BODY, ''), BODY, JSON_TYPE, URL, ''],
    ['with a blank key, by it', hex(URL, BODY, '  '), BODY, JSON_TYPE, URL, '  '],
    ['at no address', hex('/swaig', BODY), BODY, JSON_TYPE, '/swaig'],
  ])('%s', ([, signature, body = BODY, headers, url, key]) => {
    expect(check(signature, body, headers, url, key)).toBe(false);
  });

  it('without the header', () => {
    expect(isSigned(KEY, new Headers(), URL, bytes(BODY))).toBe(false);
  });

  it('whatever comes, and without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), fc.anything(), (key, headers, url, body) => {
        expect(isSigned(key as string, headers as Headers, url as string, body as Uint8Array)).toBe(false);
      }),
    );
  });
});

it('agrees with Twilio’s package on any form', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 8 });
  const pairs = fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, maxLength: 5 });
  fc.assert(
    fc.property(pairs, text, (fields, more) => {
      const body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();
      const signature = base64(URL, Object.fromEntries(fields));
      expect(check(signature, body, FORM)).toBe(true);
      expect(check(signature, `${body}&zz=${encodeURIComponent(more)}x`, FORM)).toBe(false);
    }),
  );
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
