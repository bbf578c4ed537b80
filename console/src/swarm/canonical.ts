/** Canonical JSON (RFC 8785), to be hashed and to be read, and whether what is shown is what a hash names. */
import { utf8 } from '../log/bytes.ts';

/** No white space: the bytes that are hashed. */
export const canonical = (value: unknown): string => spelled(value, null);

/** The same members in the same order and spelling, a line each. */
export const pretty = (value: unknown): string => spelled(value, '');

function spelled(value: unknown, indent: string | null): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const isList = Array.isArray(value);
  const deeper = indent === null ? null : `${indent}  `;
  const members = isList
    ? value.map((one) => spelled(one, deeper))
    : Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)) // by UTF-16 code units
        .map(([name, one]) => `${JSON.stringify(name)}:${indent === null ? '' : ' '}${spelled(one, deeper)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (members.length === 0 || indent === null) return `${open}${members.join(',')}${close}`;
  return `${open}\n${members.map((member) => deeper + member).join(',\n')}\n${indent}${close}`;
}

/** What the server calls `argsHash`, made here. @param salt in base64url. */
export async function argsHash(input: unknown, salt: string): Promise<string> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;
  const key = await crypto.subtle.importKey('raw', fromBase64url(salt), hmac, false, ['sign']);
  return toBase64url(new Uint8Array(await crypto.subtle.sign(hmac, key, utf8(canonical(input)))));
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}
const toBase64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
