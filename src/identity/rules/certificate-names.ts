/**
 * What a client certificate says whose it is: the names of its extension subjectAltName (RFC 5280 §4.2.1.6), of the types
 * DNS and URI. Never its common name, no wildcards, no addresses.
 *
 * Threat: a name in the text of a certificate that reads like two (CVE-2021-44532). Node writes what could be misread as a
 * JSON string in quotes; whoever splits at every comma takes what stands inside for a name of its own. This reads by that
 * grammar from the first character to the last, drops what is quoted, as no name that can be registered needs it, and
 * takes nothing from a text that it can't read whole.
 */

/** Names looked at; a certificate with more stands for nobody. */
const MAX_NAMES = 16;
const MAX_CHARS = 8_192;
const MAX_NAME_CHARS = 400;

const ENTRY = /([A-Za-z][A-Za-z ]*):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y;
/** Printable ASCII but for what Node would quote. */
const URI = /^[a-z][a-z0-9+.-]*:[!#-&(-+\--[\]-~]+$/;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DNS = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/**
 * The names of a certificate in normal form, `DNS:crm.example` or `URI:spiffe://example/crm`.
 * @param text as `X509Certificate.subjectAltName` gives it.
 */
export function namesIn(text: string | undefined): readonly string[] {
  if (text === undefined || text.length > MAX_CHARS) return [];
  const names = new Set<string>();
  ENTRY.lastIndex = 0;
  for (let at = 0; at < text.length; at = ENTRY.lastIndex) {
    const [, type = '', value = ''] = ENTRY.exec(text) ?? [];
    if (type === '') return [];
    const name = normalName(`${type}:${value}`);
    if (name !== null) names.add(name);
  }
  return names.size > MAX_NAMES || text.endsWith(', ') ? [] : [...names];
}

/** The one spelling of a name, or null for what is none: a DNS name in lower case, a URI to the letter. */
export function normalName(text: string): string | null {
  if (text.length > MAX_NAME_CHARS) return null;
  const at = text.indexOf(':');
  const [type, value] = [text.slice(0, at), text.slice(at + 1)];
  if (type === 'URI') return URI.test(value) ? text : null;
  const host = value.toLowerCase();
  return type === 'DNS' && host.length <= 253 && DNS.test(host) ? `DNS:${host}` : null;
}
