/**
 * `nid-webauthn-emulator`, the independent authenticator. From Node 26 on `read()` of a stream gives one chunk, where it gave
 * all that was there; the CBOR library beneath the emulator reads its own output so, and gets the first byte. Read whole here.
 */
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { AuthenticatorEmulator, PasskeysCredentialsMemoryRepository, WebAuthnEmulator } from 'nid-webauthn-emulator';

const beneath = (from: string, name: string) => createRequire(from).resolve(name);
const emulator = beneath(import.meta.url, 'nid-webauthn-emulator');
const buffers = createRequire(beneath(emulator, 'cbor'))('nofilter') as { prototype: Readable };
const readOnce = buffers.prototype.read;
buffers.prototype.read = function (this: Readable, size = this.readableLength) {
  return readOnce.call(this, size === 0 ? undefined : size) as unknown;
};

/** One device with a memory of its own; unless told, the emulator's all share one. */
export const emulatedAuthenticator = (): WebAuthnEmulator =>
  new WebAuthnEmulator(new AuthenticatorEmulator({ credentialsRepository: new PasskeysCredentialsMemoryRepository() }));
