/**
 * Phone numbers, mail addresses and payment cards in a payload, replaced by what they were. For showing alone: what is kept is whole.
 * It finds what is written as such, and no more: a number in words or a name is not found. Pure.
 */
export const REDACTION = ['none', 'viewers', 'all'] as const;
export type Redaction = (typeof REDACTION)[number];

const MAIL = /[^\s@"'<>,;:()[\]{}]{1,64}@[^\s@"'<>,;:()[\]{}]{1,190}\.\p{L}{2,24}/gu;
/** ISO/IEC 7812: 13 to 19 digits, of which the last one checks the others. */
const CARD = /(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d])/g;
/** E.164 has at most 15 digits; fewer than 8 are as well a date or a price. */
const PHONE = /(?<![\w.])\+?\(?\d(?:[ ()./-]{0,2}\d){7,14}(?!\w)/g;
const DATE = /^\d{4}-\d{2}-\d{2}/;

export function redactedText(text: string): string {
  return text
    .replaceAll(MAIL, '[mail address]')
    .replaceAll(CARD, (found) => (isCard(found) ? '[card number]' : found))
    .replaceAll(PHONE, (found) => (DATE.test(found) ? found : '[phone number]'));
}

/** Of every text in it, names of members included. */
export function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactedText(value);
  if (typeof value === 'number') {
    const text = String(value);
    const shown = redactedText(text);
    return shown === text ? value : shown;
  }
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [redactedText(name), redacted(member)]));
}

/** Luhn's formula (ISO/IEC 7812-1 annex B). */
function isCard(text: string): boolean {
  const digits = [...text].filter((char) => char >= '0' && char <= '9').map(Number);
  const sum = digits.reverse().reduce((total, digit, i) => {
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0 && digits.some((digit) => digit !== 0);
}

/** Whether it is done for who asks: for everybody, or for those who may only look. */
export const isRedactedFor = (redaction: Redaction, { scopes }: { readonly scopes: ReadonlySet<string> }): boolean =>
  redaction === 'all' || (redaction === 'viewers' && !scopes.has('org:operate'));
