/**
 * Mail addresses in one normal form: lower-cased, the domain in ASCII. Whatever compares, hashes or looks up an address does
 * it in this form. Does not know whether an address exists.
 */
import { domainToASCII } from 'node:url';

const CONTROL = /\p{Cc}/u;
const MAX_MAIL_CHARS = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets
const MAX_LOCAL_CHARS = 64;
/** RFC 5322 dot-atom in ASCII: no quoted strings, no comments. Both would let one mailbox have many spellings. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** Before IDNA, which would also percent-decode and read hexadecimal IP addresses. */
const DOMAIN_CHARS = /^[\p{L}\p{M}\p{N}.-]+$/u;
/** Two labels at least; the last one starts with a letter (else it is an IP address). */
const ASCII_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** `Bob@Bücher.example` → `bob@xn--bcher-kva.example`. Accepts surrounding spaces; CR, LF, NUL and other controls nowhere. Null for what is no address. */
export function normalMailAddress(raw: string): string | null {
  if (raw.length > MAX_MAIL_CHARS || CONTROL.test(raw)) return null;
  const text = raw.trim();
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0)).toLowerCase();
  const domain = text.slice(at + 1);
  if (local.length > MAX_LOCAL_CHARS || !LOCAL_PART.test(local) || !DOMAIN_CHARS.test(domain)) return null;
  const ascii = domainToASCII(domain);
  const mail = `${local}@${ascii}`;
  return ASCII_DOMAIN.test(ascii) && mail.length <= MAX_MAIL_CHARS ? mail : null;
}
