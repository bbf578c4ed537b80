/** Which answers of an authenticator are believed: each is truly signed, and wrong in one thing. */

import { sign, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type AssertionAnswer,
  assertionAnswer,
  registrationAnswer,
} from '../../src/identity/factors/passkey-answer.ts';
import {
  asserted,
  creationOptions,
  enrolled,
  type KnownPasskey,
  requestOptions,
} from '../../src/identity/factors/passkeys.ts';
import { makeCertificate } from '../support/certificate.ts';
import { emulatedAuthenticator } from '../support/emulated-passkey.ts';
import { bytes, FLAG, forgePasskey, list, type Said } from '../support/forged-passkey.ts';

const RP = { id: 'door.example.com', origin: 'https://door.example.com' };
const PERSON = { id: 'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV', email: 'someone@example.com', name: 'Someone' };
const CHALLENGE = new Uint8Array(32).fill(7);
const OTHER_CHALLENGE = new Uint8Array(32).fill(8);
const BOTH = FLAG.userPresent | FLAG.userVerified;

const forge = () => forgePasskey({ origin: RP.origin, rpId: RP.id, person: PERSON.id });
async function known(more: Partial<KnownPasskey> = {}) {
  const passkey = forge();
  const made = await enrolled(RP, CHALLENGE, passkey.register({ challenge: CHALLENGE, counter: 5 }));
  return { passkey, record: { ...made!, person: PERSON.id, ...more } };
}
const judge = (answer: AssertionAnswer, record: KnownPasskey) =>
  asserted(RP, CHALLENGE, answer, record, { byHandle: true });

describe('a registration', () => {
  it('of an honest authenticator is enrolled, discoverable and verified, and its assertion is good', async () => {
    const emulator = emulatedAuthenticator();
    const options = await creationOptions(RP, CHALLENGE, PERSON, []);
    expect(options).toMatchObject({
      rp: { id: RP.id },
      attestation: 'none',
      pubKeyCredParams: [{ alg: -8 }, { alg: -7 }, { alg: -257 }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    const made = await enrolled(RP, CHALLENGE, registrationAnswer.parse(emulator.createJSON(RP.origin, options)));
    expect(made).toMatchObject({ backedUp: true, backupEligible: true, transports: ['usb'] });
    const answer = emulator.getJSON(RP.origin, await requestOptions(RP, CHALLENGE));
    expect(await judge(assertionAnswer.parse(answer), { ...made!, person: PERSON.id })).toMatchObject({ is: 'good' });
    const again = await creationOptions(RP, CHALLENGE, PERSON, [made!]);
    expect(() => emulator.createJSON(RP.origin, again)).toThrow(); // it has one of this person already
  });

  it.for<readonly [string, Partial<Said>]>([
    ['another challenge', { challenge: OTHER_CHALLENGE }],
    ['another origin', { origin: 'https://door.example.com.evil.example' }],
    ['another port of the host', { origin: 'https://door.example.com:8443' }],
    ['another relying party', { rpId: 'example.com' }],
    ['an assertion in its place', { type: 'webauthn.get' }],
    ['a user who was not verified', { flags: FLAG.userPresent }],
    ['nobody there', { flags: FLAG.userVerified }],
    ['a copy of what can have none', { flags: BOTH | FLAG.backedUp }],
    ['a page in a frame', { crossOrigin: true }],
    ['an attestation that nobody knows', { format: 'tpm' }],
  ])('with %s is refused', async ([, wrong]) => {
    expect(await enrolled(RP, CHALLENGE, forge().register({ challenge: CHALLENGE, ...wrong }))).toBeNull();
  });

  it('with a certificate is refused, however good it is: nothing that one names is ever fetched', async () => {
    const of = '/C=DE/O=Example/OU=Authenticator Attestation';
    const { key, cert } = makeCertificate('Maker', makeCertificate('Authority'), 2, of);
    const answer = forge().register({
      challenge: CHALLENGE,
      format: 'packed',
      statement: (signed) => [
        ['alg', Buffer.from([0x26])],
        ['sig', bytes(sign('sha256', signed, key))],
        ['x5c', list([bytes(new X509Certificate(cert).raw)])],
      ],
    });
    expect(await enrolled(RP, CHALLENGE, answer)).toBeNull();
  });

  it('that names another credential than it made is refused', async () => {
    const answer = forge().register({ challenge: CHALLENGE });
    const id = forge().id;
    expect(await enrolled(RP, CHALLENGE, { ...answer, id, rawId: id })).toBeNull();
  });

  it.for(['AAAA', 'ow', Buffer.from('{').toString('base64url')])('that is garbage (%s) is refused', async (garbage) => {
    const answer = forge().register({ challenge: CHALLENGE });
    const broken = { ...answer.response, attestationObject: garbage };
    expect(await enrolled(RP, CHALLENGE, { ...answer, response: broken })).toBeNull();
    expect(
      await enrolled(RP, CHALLENGE, { ...answer, response: { ...answer.response, clientDataJSON: garbage } }),
    ).toBeNull();
  });

  it('larger than any passkey needs is not even decoded', () => {
    const answer = forge().register({ challenge: CHALLENGE });
    const large = { ...answer, response: { ...answer.response, attestationObject: 'A'.repeat(16_385) } };
    expect(registrationAnswer.safeParse(large).success).toBe(false);
  });
});

describe('an assertion', () => {
  it('is good when the counter rises, and says how far', async () => {
    const { passkey, record } = await known();
    expect(await judge(passkey.assert({ challenge: CHALLENGE, counter: 6 }), record)).toEqual({
      is: 'good',
      counter: 6,
      backedUp: false,
    });
  });

  it('is good without counters, as synced passkeys come', async () => {
    const { passkey, record } = await known({ counter: 0, backupEligible: true });
    const flags = BOTH | FLAG.backupEligible | FLAG.backedUp;
    expect(await judge(passkey.assert({ challenge: CHALLENGE, flags }), record)).toMatchObject({
      is: 'good',
      backedUp: true,
    });
  });

  it.for([5, 4, 0])('whose counter goes from 5 to %i may be of a copy', async (counter) => {
    const { passkey, record } = await known();
    expect(await judge(passkey.assert({ challenge: CHALLENGE, counter }), record)).toEqual({ is: 'copied' });
  });

  it('with a low counter and a forged signature raises no alarm', async () => {
    const { record } = await known();
    const forged = {
      ...forge().assert({ challenge: CHALLENGE, counter: 1 }),
      id: record.credential,
      rawId: record.credential,
    };
    expect(await judge(forged, record)).toEqual({ is: 'bad' });
  });

  it.for<readonly [string, Partial<Said>]>([
    ['another challenge', { challenge: OTHER_CHALLENGE }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['a registration in its place', { type: 'webauthn.create' }],
    ['a user who was not verified', { flags: FLAG.userPresent }],
    ['nobody there', { flags: FLAG.userVerified }],
    ['a copy of what can have none', { flags: BOTH | FLAG.backedUp }],
    ['a passkey that can suddenly be copied', { flags: BOTH | FLAG.backupEligible }],
    ['a page in a frame', { crossOrigin: true }],
    ['the handle of somebody else', { userHandle: Buffer.from('usr_other').toString('base64url') }],
    ['no handle where nobody was named', { userHandle: null }],
  ])('with %s is refused', async ([, wrong]) => {
    const { passkey, record } = await known();
    expect(await judge(passkey.assert({ challenge: CHALLENGE, counter: 6, ...wrong }), record)).toEqual({ is: 'bad' });
  });

  it('needs no handle where it is known whose it must be', async () => {
    const { passkey, record } = await known();
    const answer = passkey.assert({ challenge: CHALLENGE, counter: 6, userHandle: null });
    expect(await asserted(RP, CHALLENGE, answer, record, { byHandle: false })).toMatchObject({ is: 'good' });
  });

  it('of another passkey of the same person is refused', async () => {
    const { record } = await known();
    expect(await judge(forge().assert({ challenge: CHALLENGE, counter: 6 }), record)).toEqual({ is: 'bad' });
  });
});
