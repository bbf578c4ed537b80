/**
 * Signed notes (C2SP signed-note): text with Ed25519 signatures that tools of other makers verify too. Signatures by
 * unknown keys are ignored (a witness, a key not yet known); one by a known key that fails refuses the whole note.
 * Says nothing about what the text means: see `checkpoint.ts`.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { fromBase64, fromBase64url, fromHex, toBase64, toHex, toUtf8 } from '../kernel/encoding.ts';
import { sha256 } from '../kernel/hash.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export interface NoteVerifier {
  readonly name: string;
  /** The first 4 bytes of the key's hash, as 8 hexadecimal digits. A hint, not a fingerprint. */
  readonly keyId: string;
  readonly key: KeyObject;
}

export interface NoteSigner {
  readonly name: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** What a verifier needs, in one line: `name+keyId+base64(0x01 ‖ public key)`. */
  readonly vkey: string;
}

/** `unknown_key`: no signature by that key; `bad_signature`: one that does not fit text and key. */
export type NoteFailure = 'malformed' | 'unknown_key' | 'bad_signature';

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const KEY_ID_BYTES = 4;
/** The specification asks for 16 at least; more than a log and its witnesses need. */
const MAX_SIGNATURES = 64;
const MAX_NOTE_LENGTH = 1_000_000;
const KEY_NAME = /^[^\p{White_Space}+]+$/u;
const SIGNATURE_LINE = /^\u2014 (\S+) (\S+)$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids them, so they are looked for
const FORBIDDEN = /[\x00-\x09\x0b-\x1f]/;
/** What comes before the 32-byte seed in an Ed25519 private key as PKCS #8 (RFC 8410 §7). */
const PKCS8_PREFIX = '302e020100300506032b657004220420';

/** The private key of a 32-byte seed. @throws RangeError for another length. */
export function keyFromSeed(seed: Uint8Array): KeyObject {
  if (seed.length !== KEY_BYTES) throw new RangeError('an Ed25519 seed has 32 bytes');
  return createPrivateKey({
    key: Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  });
}

/** @throws TypeError for a name with spaces or `+`, or a key that is not an Ed25519 private key. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (!isKeyName(name)) throw new TypeError("a key's name has no spaces and no plus sign");
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('notes are signed with an Ed25519 private key');
  }
  const raw = fromBase64url(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '')!;
  const encoded = Uint8Array.of(ED25519, ...raw);
  const keyId = keyIdOf(name, encoded);
  return { name, keyId, privateKey, vkey: `${name}+${keyId}+${toBase64(encoded)}` };
}

/** The key of a vkey line, or null: malformed, not Ed25519, or with an id that is not the key's. */
export function parseVkey(vkey: string): NoteVerifier | null {
  const [, name, keyId, base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  if (name === undefined || keyId === undefined || base64 === undefined || !isKeyName(name)) return null;
  const encoded = fromBase64(base64);
  if (encoded?.length !== 1 + KEY_BYTES || encoded[0] !== ED25519 || keyIdOf(name, encoded) !== keyId) return null;
  const x = Buffer.from(encoded.subarray(1)).toString('base64url');
  return { name, keyId, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
}

/** @throws TypeError for a text that a note can't carry. */
export function signNote(text: string, signer: NoteSigner): string {
  if (!isNoteText(text)) throw new TypeError('a note is well-formed text without control characters that ends a line');
  const signature = sign(null, toUtf8(text), signer.privateKey);
  return `${text}\n\u2014 ${signer.name} ${toBase64(Buffer.concat([fromHex(signer.keyId)!, signature]))}\n`;
}

/** The text of a note that carries this key's signature. */
export function verifyNote(note: string, verifier: NoteVerifier): Result<string, NoteFailure> {
  const parsed = parseNote(note);
  if (parsed === null) return err('malformed');
  const known = parsed.signatures.filter(({ name, keyId }) => name === verifier.name && keyId === verifier.keyId);
  if (known.length === 0) return err('unknown_key');
  const bytes = toUtf8(parsed.text);
  const fits = ({ signature }: Signature) =>
    signature.length === SIGNATURE_BYTES && verify(null, bytes, verifier.key, signature);
  return known.every(fits) ? ok(parsed.text) : err('bad_signature');
}

interface Signature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

function parseNote(note: string): { text: string; signatures: Signature[] } | null {
  if (note.length > MAX_NOTE_LENGTH || !isNoteText(note)) return null;
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0) return null;
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return null;
  const signatures: Signature[] = [];
  for (const line of lines) {
    const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = base64 === undefined ? null : fromBase64(base64);
    if (name === undefined || !isKeyName(name) || bytes === null || bytes.length <= KEY_ID_BYTES) return null;
    signatures.push({
      name,
      keyId: toHex(bytes.subarray(0, KEY_ID_BYTES)),
      signature: bytes.subarray(KEY_ID_BYTES),
    });
  }
  return { text: note.slice(0, blank + 1), signatures };
}

const keyIdOf = (name: string, encodedKey: Uint8Array): string =>
  toHex(sha256(Buffer.concat([toUtf8(`${name}\n`), encodedKey])).subarray(0, KEY_ID_BYTES));

const isKeyName = (name: string): boolean => KEY_NAME.test(name) && isNoteText(`${name}\n`);
const isNoteText = (text: string): boolean => text.endsWith('\n') && text.isWellFormed() && !FORBIDDEN.test(text);
