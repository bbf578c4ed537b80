import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signStandardWebhook, standardWebhookKey } from './standard-webhook.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';

describe('a Standard Webhooks signature', () => {
  it('is that of the specification’s example', () => {
    expect(signStandardWebhook(SECRET, ID, 1614265330, '{"test": 2432232314}')).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('is what the official library makes and takes, over any text', () => {
    const seconds = Math.floor(Date.now() / 1000);
    for (const body of ['{}', '{"text":"Frühstück ☕ um 9.30"}', '{"a":"x.y"}']) {
      const signature = signStandardWebhook(SECRET, ID, seconds, body);
      expect(signature).toBe(new Webhook(SECRET).sign(ID, new Date(seconds * 1000), body));
      const headers = { 'webhook-id': ID, 'webhook-timestamp': String(seconds), 'webhook-signature': signature };
      expect(new Webhook(SECRET).verify(body, headers)).toEqual(JSON.parse(body));
    }
  });

  it.each(['', '.', 'msg.1'])('is not made for the id "%s", which could shift bytes into the timestamp', (id) =>
    expect(() => signStandardWebhook(SECRET, id, 1, '{}')).toThrow(TypeError),
  );
});

describe('a secret', () => {
  const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
  it.each([24, 32, 64])('may have %i bytes', (bytes) => expect(standardWebhookKey(of(bytes))).toHaveLength(bytes));
  it.each([
    '',
    'whsec_',
    of(23),
    of(65),
    SECRET.slice(6),
    `${SECRET}=`,
    SECRET.replace('whsec_', 'whsk_'),
    `${SECRET} `,
  ])('is not "%s"', (secret) => {
    expect(standardWebhookKey(secret)).toBeNull();
    expect(() => signStandardWebhook(secret, ID, 1, '{}')).toThrow(TypeError);
  });
});
