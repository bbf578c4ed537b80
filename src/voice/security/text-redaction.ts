/**
 * Text for a log without what lets somebody in: credentials and tokens in addresses, `name=value` and `"name":"value"` of secret
 * names, values of `Authorization`. For what is written by the way; a field that is a secret is hidden by its name (log-line.ts).
 */
import { isSecretName } from './secret-name.ts';
import { HIDDEN, redactUrls } from './url-redaction.ts';

const PARAMETER = /(?<![\w.%-])([\w.%-]+)=([^\s&"'<>,;]+)/g; // the look-behind keeps it linear
/** To the end of the text where it was cut off. */
const JSON_FIELD = /"((?:[^"\\]|\\.)*)"(\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)/g;
/** A header as it stands in a dump; to the end of the line, or of the text that holds it. */
const HEADER = /\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*["']?)[^\r\n"']+/gi;
/** A scheme and a value that is no word of a sentence: it has a digit, or is long. */
const BEARER = /\b(bearer|token)\s+(?=[^\s"',;]*\d|[^\s"',;]{20})[^\s"',;]+/gi;
const BASIC = /\b(basic)\s+([A-Za-z0-9+/]{4,}={0,2})/gi;

export function redactText(text: string): string {
  return redactUrls(text)
    .replace(HEADER, `$1$2${HIDDEN}`)
    .replace(BEARER, `$1 ${HIDDEN}`)
    .replace(BASIC, (all, scheme: string, value: string) =>
      Buffer.from(value, 'base64').includes(':') ? `${scheme} ${HIDDEN}` : all,
    )
    .replace(PARAMETER, (all, name: string) => (isSecretName(decoded(name)) ? `${name}=${HIDDEN}` : all))
    .replace(JSON_FIELD, (all, name: string, colon: string) =>
      isSecretName(name) ? `"${name}"${colon}"${HIDDEN}"` : all,
    );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
