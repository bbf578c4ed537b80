/**
 * Strict text encodings: one spelling per value. A lenient decoder lets two different strings stand for one token or
 * one signature, which breaks replay caches and equality checks; these return `null` for anything but the canonical form.
 */
const BASE64URL = /^[A-Za-z0-9_-]*$/;
const HEX = /^(?:[0-9a-f]{2})*$/;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const utf8 = new TextEncoder();
const utf8Strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const toUtf8 = (text: string): Uint8Array => utf8.encode(text);

/** Text of well-formed UTF-8 bytes, or `null`. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8Strict.decode(bytes);
  } catch {
    return null;
  }
}

export const toBase64url = (bytes: Uint8Array): string => view(bytes).toString('base64url');
export const toBase64 = (bytes: Uint8Array): string => view(bytes).toString('base64');
export const toHex = (bytes: Uint8Array): string => view(bytes).toString('hex');

/** Bytes of canonical unpadded base64url (RFC 4648 §5), or `null`. */
export function fromBase64url(text: string): Uint8Array | null {
  if (!BASE64URL.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

/** Bytes of canonical padded base64 (RFC 4648 §4), or `null`. */
export function fromBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Bytes of lower-case hexadecimal, or `null`. */
export function fromHex(text: string): Uint8Array | null {
  return HEX.test(text) ? Buffer.from(text, 'hex') : null;
}

/** Base-62 digits of a big-endian number, left-padded with `0` to `length`. */
export function toBase62(bytes: Uint8Array, length: number): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let out = '';
  for (; value > 0n; value /= 62n) out = BASE62[Number(value % 62n)] + out;
  return out.padStart(length, '0');
}

const view = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
