import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64, toHex } from '../kernel/encoding.ts';
import { sha256 } from '../kernel/hash.ts';
import { keyFromSeed, noteSigner, parseVkey, signNote, verifyNote } from './signed-note.ts';

// C2SP signed-note test key and signature
const VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const TEXT = 'This is an example message.\n';
const SIGNATURE = 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=';
const NOTE = `${TEXT}\n— example.com/foo ${SIGNATURE}\n`;
const verifier = parseVkey(VKEY)!;

const signer = noteSigner('log.example/a', keyFromSeed(new Uint8Array(32).fill(7)));
const own = parseVkey(signer.vkey)!;
const signatureLine = (note: string) => note.slice(note.lastIndexOf('\n\n') + 2);

describe('a signed note', () => {
  it('verifies as in the published vector', () => {
    expect(verifyNote(NOTE, verifier)).toEqual({ ok: true, value: TEXT });
  });

  it('is read again by the key that its signer publishes', () => {
    const text = fc.string({ unit: 'grapheme' }).map((s) => `${s.replace(/\p{Cc}/gu, '')}\n`);
    fc.assert(
      fc.property(text, (t) => {
        expect(verifyNote(signNote(t, signer), own)).toEqual({ ok: true, value: t });
      }),
    );
  });

  it('may hold empty lines: the last one ends the text', () => {
    const text = 'first\n\nsecond\n';
    expect(verifyNote(signNote(text, signer), own)).toEqual({ ok: true, value: text });
  });

  it('passes with signatures of unknown keys beside the known one', () => {
    const other = noteSigner('log.example/a', keyFromSeed(new Uint8Array(32).fill(8))); // same name, other id
    const witness = '— witness.example AAAAAAAA\n'; // another algorithm's length
    const note = `${signNote(TEXT, other)}${signatureLine(signNote(TEXT, signer))}${witness}`;
    expect(verifyNote(note, own)).toEqual({ ok: true, value: TEXT });
    expect(verifyNote(note, verifier)).toEqual({ ok: false, error: 'unknown_key' });
  });

  it('is refused whole when one signature of the known key fails', () => {
    const bytes = fromBase64(signatureLine(signNote(TEXT, signer)).split(' ')[2]!.trim())!;
    bytes[20]! ^= 1;
    const bad = `— ${signer.name} ${toBase64(bytes)}\n`;
    expect(verifyNote(`${TEXT}\n${bad}`, own)).toEqual({ ok: false, error: 'bad_signature' });
    expect(verifyNote(`${signNote(TEXT, signer)}${bad}`, own)).toEqual({ ok: false, error: 'bad_signature' });
    const short = `— ${signer.name} ${toBase64(bytes.subarray(0, 67))}\n`;
    expect(verifyNote(`${TEXT}\n${short}`, own)).toEqual({ ok: false, error: 'bad_signature' });
  });

  it('is refused after any change of one character', () => {
    fc.assert(
      fc.property(fc.nat(NOTE.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, char) => {
        fc.pre(NOTE[at] !== char);
        expect(verifyNote(NOTE.slice(0, at) + char + NOTE.slice(at + 1), verifier).ok).toBe(false);
        expect(verifyNote(NOTE.slice(0, at) + NOTE.slice(at + 1), verifier).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['nothing', ''],
    ['no signature', `${TEXT}\n`],
    ['no blank line', `${TEXT}— example.com/foo ${SIGNATURE}\n`],
    ['no line end', NOTE.slice(0, -1)],
    ['carriage returns', NOTE.replaceAll('\n', '\r\n')],
    ['a hyphen for the dash', NOTE.replace('—', '-')],
    ['two spaces', NOTE.replace('— ', '—  ')],
    ['a plus in a name', `${NOTE}— a+b AAAAAAAA\n`],
    ['a key id without signature', `${NOTE}— a.example AAAAAA==\n`],
    ['base64 with stray bits', NOTE.replace('aQM=', 'aQN=')],
    ['a lone surrogate', `\ud800${NOTE}`],
    ['too many signatures', NOTE + '— a.example AAAAAAAA\n'.repeat(64)],
    ['too much text', `${'x'.repeat(1_000_001)}\n${NOTE}`],
  ])('is malformed with %s', (_, note) => {
    expect(verifyNote(note, verifier)).toEqual({ ok: false, error: 'malformed' });
  });

  it('is not signed over text that no note can carry', () => {
    for (const text of ['no line end', '', 'bell\u0007\n', 'tab\t\n', '\ud800\n'])
      expect(() => signNote(text, signer)).toThrow(TypeError);
  });
});

describe('a verifier key', () => {
  // a timestamped cosigner's key (type 4) with the right id: what it signs is not the bare text
  const cosigner = Buffer.concat([Buffer.of(4), fromBase64(VKEY.split('+')[2]!)!.subarray(1)]);
  const cosignerId = toHex(sha256(Buffer.concat([Buffer.from('w.example\n'), cosigner]))).slice(0, 8);
  const witnessKey = `w.example+${cosignerId}+${toBase64(cosigner)}`;

  it('is written as it is read', () => {
    const raw = createPublicKey(keyFromSeed(new Uint8Array(32).fill(7))).export({ format: 'jwk' }).x;
    expect(own.key.export({ format: 'jwk' }).x).toBe(raw);
    expect(own.name).toBe('log.example/a');
  });

  it.each([
    ['nothing', ''],
    ['another id', VKEY.replace('530d903a', '530d903b')],
    ['another name', VKEY.replace('foo', 'bar')],
    ['another algorithm', witnessKey],
    ['a short key', VKEY.slice(0, -4)],
    ['a space in the name', VKEY.replace('foo', 'f oo')],
    ['an upper-case id', VKEY.replace('530d903a', '530D903A')],
    ['more after it', `${VKEY}\n`],
  ])('is null with %s', (_, vkey) => {
    expect(parseVkey(vkey)).toBeNull();
  });

  it('is made of Ed25519 private keys with a plain name alone', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    expect(() => noteSigner('a.example', publicKey)).toThrow(TypeError);
    expect(() => noteSigner('a.example', generateKeyPairSync('x25519').privateKey)).toThrow(TypeError);
    for (const name of ['', 'a b', 'a+b', 'a\u0085b', 'a\u0001b'])
      expect(() => noteSigner(name, privateKey)).toThrow(TypeError);
    expect(() => keyFromSeed(new Uint8Array(31))).toThrow(RangeError);
  });

  it('is the RFC 8032 key of its seed', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const x = createPublicKey(keyFromSeed(seed)).export({ format: 'jwk' }).x!;
    expect(Buffer.from(x, 'base64url').toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
  });
});
