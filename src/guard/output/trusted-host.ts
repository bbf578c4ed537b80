/** A host that may be linked to, as an administrator names it. */
import { domainToASCII } from 'node:url';

const WRITTEN = /^[\p{L}\p{M}\p{N}.-]+$/u;
/** Two labels at least: whoever trusts `com` or `localhost` means something else. */
const HOST = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;
/** Under which anybody can have a host: to trust one of these is to trust everybody. */
const ANYBODYS = /^(?:(?:co|com|net|org|gov|edu|ac|or|ne|gob|gen)\.[a-z]{2}|xn--[a-z0-9-]+)$/;

/** In lower-case ASCII; null for what is no host, or one that is nobody's in particular. */
export function trustedHost(host: string): string | null {
  if (!WRITTEN.test(host)) return null; // what follows a host would be dropped without a word
  const name = domainToASCII(host.toLowerCase());
  return HOST.test(name) && !ANYBODYS.test(name) ? name : null;
}
