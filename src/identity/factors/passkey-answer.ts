/**
 * What a browser answers to a passkey's ceremony (WebAuthn L3 §5.1.8), as far as it is looked at: the binary parts as
 * base64url, bounded before anything is decoded. Extensions and hints are not asked for and dropped.
 */
import { z } from 'zod';

/** L3 §5.8.3: a credential id has at most 1023 bytes. */
const MAX_ID_CHARS = 1364;
/** A public key of RSA-4096, an id and a statement without certificates fit four times over. */
const MAX_PART_CHARS = 16_384;

const part = z.base64url().min(1).max(MAX_PART_CHARS);
const id = z.base64url().min(1).max(MAX_ID_CHARS);
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
export type Transport = (typeof TRANSPORTS)[number];
const isTransport = (name: string): name is Transport => (TRANSPORTS as readonly string[]).includes(name);

const credential = { id, rawId: id, type: z.literal('public-key') };

/** An answer to `navigator.credentials.create`. */
export const registrationAnswer = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: part,
    attestationObject: part,
    /** Hints for the browser alone; unknown ones are left out, as L3 asks. */
    transports: z
      .array(z.string().max(32))
      .max(16)
      .transform((names) => names.filter(isTransport))
      .default([]),
  }),
});
export type RegistrationAnswer = z.infer<typeof registrationAnswer>;

/** An answer to `navigator.credentials.get`. */
export const assertionAnswer = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: part,
    authenticatorData: part,
    signature: part,
    /** L3 §5.4.3: at most 64 bytes; null or left out by authenticators that were told which passkey to use. */
    userHandle: z.base64url().max(88).nullish(),
  }),
});
export type AssertionAnswer = z.infer<typeof assertionAnswer>;
