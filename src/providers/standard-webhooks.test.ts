import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, test } from 'vitest';
import { toUtf8 } from '../kernel/encoding.ts';
import { type SignedDelivery, verifyWebhook } from './standard-webhooks.ts';

/** The specification's own vector. */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const AT = Number(VECTOR.timestamp) * 1000;
type Headers = Readonly<Record<string, string>>;

const headers = (change: Headers = {}, family = 'svix'): Headers => ({
  [`${family}-id`]: VECTOR.id,
  [`${family}-timestamp`]: VECTOR.timestamp,
  [`${family}-signature`]: VECTOR.signature,
  ...change,
});
const verify = (given: Headers, change: Partial<SignedDelivery> = {}) =>
  verifyWebhook({
    header: (name) => given[name] ?? null,
    body: toUtf8(VECTOR.body),
    secret: VECTOR.secret,
    now: AT,
    ...change,
  });
/** Bytes that are no text can't be signed by the official library. */
function signed({ id, at, body, secret }: { id: string; at: number; body: Uint8Array; secret: string }): Headers {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
}
const fault = (result: ReturnType<typeof verify>) => (result.ok ? 'passed' : result.error);

describe('a delivery that its sender signed', () => {
  it.each(['svix', 'webhook'])('passes with %s headers, and tells its id and time', (family) => {
    expect(verify(headers({}, family))).toEqual({ ok: true, value: { id: VECTOR.id, at: AT } });
  });

  it('passes among other signatures, unknown versions skipped', () => {
    for (const list of [
      `v1,AAAA ${VECTOR.signature}`,
      `v2,xx v1a,yy ${VECTOR.signature} v1,`,
      `${VECTOR.signature} ${VECTOR.signature}`,
    ])
      expect(fault(verify(headers({ 'svix-signature': list }))), list).toBe('passed');
  });

  it('passes as late and as early as the tolerance, and not a second beyond', () => {
    expect(fault(verify(headers(), { now: AT + 300_999 }))).toBe('passed');
    expect(fault(verify(headers(), { now: AT + 301_000 }))).toBe('too_old');
    expect(fault(verify(headers(), { now: AT - 300_000 }))).toBe('passed');
    expect(fault(verify(headers(), { now: AT - 300_001 }))).toBe('too_new');
  });

  it('is proved over the bytes that came, whether they are text or not', () => {
    const body = Uint8Array.of(0xff, 0x00, 0x7b, 0xc3);
    const given = signed({ id: 'dlv_1', at: AT, body, secret: VECTOR.secret });
    expect(fault(verify(given, { body }))).toBe('passed');
    expect(fault(verify(given, { body: Uint8Array.of(0xef, 0xbf, 0xbd, 0x00, 0x7b, 0xc3) }))).toBe('wrong_signature');
  });
});

describe('refuses', () => {
  test('a body that says the same in other bytes', () => {
    expect(fault(verify(headers(), { body: toUtf8('{"test":2432232314}') }))).toBe('wrong_signature');
    expect(fault(verify(headers(), { body: toUtf8(`${VECTOR.body}\n`) }))).toBe('wrong_signature');
  });

  it.each([
    ['no secret', ''],
    ['a prefix alone', 'whsec_'],
    ['no prefix', VECTOR.secret.slice(6)],
    ['too short a key', `whsec_${btoa('x'.repeat(23))}`],
    ['too long a key', `whsec_${btoa('x'.repeat(65))}`],
    ['base64 of another spelling', `${VECTOR.secret}=`],
    ['base64url', 'whsec_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_'],
    ['not base64', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*'],
  ])('everything when the secret is %s', (_says, secret) => {
    expect(fault(verify(headers(), { secret }))).toBe('no_secret');
  });

  it.each(['svix-id', 'svix-timestamp', 'svix-signature'])('a delivery without %s', (name) => {
    const { [name]: _gone, ...rest } = headers();
    expect(fault(verify(rest))).toBe('no_headers');
    expect(fault(verify({ ...rest, [name.replace('svix', 'webhook')]: headers()[name]! }))).toBe('no_headers');
  });

  it.each([
    ['', 'malformed'],
    [' 1614265330', 'malformed'],
    ['1614265330.0', 'malformed'],
    ['+1614265330', 'malformed'],
    ['01614265330', 'malformed'],
    ['1614265330, 1614265330', 'malformed'],
    ['0x60379732', 'malformed'],
    ['1e9', 'malformed'],
    ['NaN', 'malformed'],
    ['9'.repeat(40), 'malformed'],
    ['999999999999', 'too_new'],
    ['1', 'too_old'],
  ])('the timestamp %j', (timestamp, why) => {
    expect(fault(verify(headers({ 'svix-timestamp': timestamp })))).toBe(why);
  });

  it.each(['', 'msg_1.1614265330', 'msg 1', 'msg_ü', 'x'.repeat(257), 'a\nb'])('the id %j', (id) => {
    expect(fault(verify(headers({ 'svix-id': id })))).toBe('malformed');
  });

  it.each([
    '',
    'v1',
    'v1,',
    ',',
    ' ',
    VECTOR.signature.slice(3),
    VECTOR.signature.replace('v1', 'v2'),
    VECTOR.signature.replace('v1', 'V1'),
    `${VECTOR.signature},`,
    `${VECTOR.signature.slice(0, -1)}`,
    VECTOR.signature.replace('/', '_'),
    `v1,${'é'.repeat(44)}`,
    'v1,'.repeat(300),
    `${'v1,x '.repeat(16)}${VECTOR.signature}`,
  ])('the signature header %j', (signature) => {
    expect(fault(verify(headers({ 'svix-signature': signature })))).toBe('wrong_signature');
  });

  test('a signature header of a megabyte, unread', () => {
    expect(fault(verify(headers({ 'svix-signature': 'v1,x '.repeat(200_000) })))).toBe('malformed');
  });

  test('a time that is no number', () => {
    expect(fault(verify(headers(), { now: Number.NaN }))).toBe('too_old');
  });
});

const secret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/);
const seconds = fc.integer({ min: 1_500_000_000, max: 4_000_000_000 });
const text = fc.string({ unit: 'binary', maxLength: 200 }).filter((value) => value.isWellFormed());

describe('agrees with the official library', () => {
  it('which signs what we verify', () => {
    fc.assert(
      fc.property(secret, id, seconds, text, (secret, id, at, body) => {
        const signature = new Webhook(secret).sign(id, new Date(at * 1000), body);
        const given = { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature };
        expect(fault(verify(given, { secret, body: toUtf8(body), now: at * 1000 }))).toBe('passed');
      }),
    );
  });

  it('and any change of one byte is refused', () => {
    fc.assert(
      fc.property(
        secret,
        id,
        seconds,
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.nat(),
        (secret, id, at, body, where) => {
          const given = signed({ id, at: at * 1000, body, secret });
          const changed = body.slice();
          changed[where % body.length]! ^= 1;
          expect(fault(verify(given, { secret, body: changed, now: at * 1000 }))).toBe('wrong_signature');
        },
      ),
    );
  });

  it('never throws, whatever the headers are', () => {
    const any = fc.option(fc.string({ unit: 'binary' }), { nil: undefined });
    fc.assert(
      fc.property(any, any, any, fc.string(), (id, timestamp, signature, secret) => {
        const given = { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } as Headers;
        expect(verify(given, { secret: `whsec_${secret}` }).ok).toBe(false);
        expect(verify(given).ok).toBe(false);
      }),
    );
  });
});
