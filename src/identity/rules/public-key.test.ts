import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { type GivenKey, publicKeyOf } from './public-key.ts';

const ed = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) as unknown as GivenKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  format: 'jwk',
}) as unknown as GivenKey;

test('a public key is one of Ed25519 or P-256, without anything else that came with it', () => {
  expect(publicKeyOf({ ...ed, alg: 'none' } as GivenKey)).toEqual({ kty: 'OKP', crv: 'Ed25519', x: ed.x });
  expect(publicKeyOf(ec)).toEqual({ kty: 'EC', crv: 'P-256', x: ec.x, y: ec.y });
});

test.each([
  ['of another curve', { ...ec, crv: 'P-384' }],
  ['of another type', { ...ed, kty: 'EC' }],
  ['half a point', { kty: 'EC', crv: 'P-256', x: ec.x }],
  ['too much of a point', { ...ed, y: ec.y }],
  ['off its curve', { ...ec, y: ed.x }],
  ['cut off', { ...ed, x: ed.x.slice(0, -2) }],
  ['padded', { ...ed, x: `${ed.x}=` }],
  ['a secret (RFC 7518 §6.4)', { kty: 'oct', crv: '', x: ed.x }],
])('a public key is not one %s', (_, key) => expect(publicKeyOf(key)).toBeNull());
