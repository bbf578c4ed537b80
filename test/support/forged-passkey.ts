/**
 * A passkey that says what a test wants it to say, truly signed: any flags, counter, origin, challenge, statement. For the
 * answers that no honest browser gives; `nid-webauthn-emulator` stands for the honest ones.
 */
import { generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto';
import type { AssertionAnswer, RegistrationAnswer } from '../../src/identity/factors/passkey-answer.ts';

export interface Said {
  readonly challenge: Uint8Array;
  readonly origin?: string;
  readonly type?: string;
  readonly rpId?: string;
  readonly counter?: number;
  readonly flags?: number;
  readonly crossOrigin?: boolean;
  readonly userHandle?: string | null;
  readonly format?: string;
  /** Entries of the attestation statement, already CBOR, over what an attestation signs. */
  readonly statement?: (signed: Uint8Array) => readonly (readonly [string, Uint8Array])[];
}

/** WebAuthn L3 §6.1. */
export const FLAG = { userPresent: 1, userVerified: 4, backupEligible: 8, backedUp: 16, attested: 64 } as const;
const { userPresent, userVerified, attested } = FLAG;

export interface ForgedPasskey {
  readonly id: string;
  register(said: Said): RegistrationAnswer;
  assert(said: Said): AssertionAnswer;
}

export function forgePasskey(usual: {
  readonly origin: string;
  readonly rpId: string;
  readonly person: string;
}): ForgedPasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const rawId = randomBytes(16);
  const id = rawId.toString('base64url');
  // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
  const coseKey = Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    bytes(Buffer.from(x!, 'base64url')),
    Buffer.from([0x22]),
    bytes(Buffer.from(y!, 'base64url')),
  ]);

  const clientData = (type: string, said: Said) =>
    Buffer.from(
      JSON.stringify({
        type: said.type ?? type,
        challenge: Buffer.from(said.challenge).toString('base64url'),
        origin: said.origin ?? usual.origin,
        crossOrigin: said.crossOrigin ?? false,
      }),
    );
  function authenticatorData(said: Said, flags: number, more: Uint8Array): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(said.counter ?? 0);
    return Buffer.concat([hash('sha256', said.rpId ?? usual.rpId, 'buffer'), Buffer.from([flags]), counter, more]);
  }

  return {
    id,
    register(said) {
      const flags = (said.flags ?? userPresent | userVerified) | attested;
      const data = Buffer.concat([Buffer.alloc(16), Buffer.from([0, rawId.length]), rawId, coseKey]);
      const client = clientData('webauthn.create', said);
      const authData = authenticatorData(said, flags, data);
      const signed = Buffer.concat([authData, hash('sha256', client, 'buffer')]);
      const attestationObject = map([
        ['fmt', text(said.format ?? 'none')],
        ['attStmt', map(said.statement?.(signed) ?? [])],
        ['authData', bytes(authData)],
      ]);
      return {
        ...{ id, rawId: id, type: 'public-key' },
        response: {
          clientDataJSON: client.toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
          transports: ['internal'],
        },
      };
    },
    assert(said) {
      const client = clientData('webauthn.get', said);
      const data = authenticatorData(said, said.flags ?? userPresent | userVerified, Buffer.alloc(0));
      const signature = sign('sha256', Buffer.concat([data, hash('sha256', client, 'buffer')]), privateKey);
      return {
        ...{ id, rawId: id, type: 'public-key' },
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: said.userHandle === undefined ? Buffer.from(usual.person).toString('base64url') : said.userHandle,
        },
      };
    },
  };
}

/** CBOR (RFC 8949) of byte strings, text and maps with text keys: as much as a statement needs. */
const head = (major: number, n: number) =>
  n < 24
    ? Buffer.from([major | n])
    : n < 256
      ? Buffer.from([major | 24, n])
      : Buffer.from([major | 25, n >> 8, n & 255]);
export const bytes = (data: Uint8Array): Buffer => Buffer.concat([head(0x40, data.length), data]);
const text = (data: string): Buffer => Buffer.concat([head(0x60, Buffer.byteLength(data)), Buffer.from(data)]);
const map = (entries: readonly (readonly [string, Uint8Array])[]): Buffer =>
  Buffer.concat([head(0xa0, entries.length), ...entries.flatMap(([key, value]) => [text(key), value])]);
export const list = (items: readonly Uint8Array[]): Buffer => Buffer.concat([head(0x80, items.length), ...items]);
