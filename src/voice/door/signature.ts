/**
 * The platform's signature on its requests: who can't make it does not have the signing key, so what it covers is the platform's.
 * Two forms: lower-case hexadecimal HMAC-SHA1 over the address and the raw body, or Twilio's (base64, over the address and the
 * sorted parameters of a form; a body of another type must be in the address as `bodySHA256`). Pure.
 *
 * It holds no time, so that a replay is not found here: functions' tokens expire, and `singleUse` ones work once.
 */
import { createHmac } from 'node:crypto';
import { secretEqual } from '../../kernel/equal.ts';
import { parseForm } from '../../shield/form.ts';
import { addressSpellings, coversBody, signedForm } from '../../shield/url-signature.ts';

export const SIGNATURE_HEADER = 'x-signalwire-signature';
/** Asked for when the other one is absent. */
const ALIAS = 'x-twilio-signature';

const FORM_TYPE = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i;

/**
 * Whether `key` signed this request. Never throws; an empty key signs nothing.
 * @param url the public address with its query, as the platform has it; never from `Host` of an untrusted peer.
 * @param body the bytes as they came.
 */
export function isSigned(key: string, headers: Headers, url: string, body: Uint8Array): boolean {
  try {
    const signature = headers.get(SIGNATURE_HEADER) ?? headers.get(ALIAS); // several are joined by commas, and fit nothing
    if (key.trim() === '' || signature === null) return false;
    const form = formText(headers.get('content-type') ?? '', url, body);
    // every spelling is compared, so that time does not tell which one fits
    return addressSpellings(url)
      .flatMap((spelling) => [
        signatureOf(key, spelling, body),
        ...(form === null
          ? []
          : [
              createHmac('sha1', key)
                .update(spelling + form)
                .digest('base64'),
            ]),
      ])
      .reduce((fits, expected) => secretEqual(expected, signature) || fits, false);
  } catch {
    return false;
  }
}

/** The platform's own form: over the address, with its query, and the raw body. */
export const signatureOf = (key: string, url: string, body: Uint8Array): string =>
  createHmac('sha1', key).update(url).update(body).digest('hex');

/** What follows the address in Twilio's form; null for a body that it would not cover. */
function formText(type: string, url: string, body: Uint8Array): string | null {
  if (body.length === 0) return '';
  if (!FORM_TYPE.test(type)) return coversBody(url, body) ? '' : null;
  const parsed = parseForm(body);
  return parsed.ok ? signedForm(parsed.value) : null;
}
