/**
 * How many parts an SMS takes (3GPP TS 23.038 alphabets, TS 23.040 §9.2.3.24.1 concatenation): 160 septets alone or 153 a
 * part in GSM-7, 70 or 67 UTF-16 units in UCS-2. An escape pair (`€`) or a surrogate pair (emoji) is not split over two
 * parts, as carriers' and Twilio's calculators count. Does not replace look-alike characters and sets no maximum length.
 */
export interface SmsSize {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Septets in GSM-7, UTF-16 code units in UCS-2. */
  readonly units: number;
  /** Parts billed; an empty message is billed as one. */
  readonly segments: number;
}

const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '\f^{}\\[~]|€';

const SEPTETS: ReadonlyMap<string, number> = new Map([
  ...[...BASIC].map((char) => [char, 1] as const),
  ...[...EXTENSION].map((char) => [char, 2] as const),
]);

const CAPACITY = { 'GSM-7': { single: 160, part: 153 }, 'UCS-2': { single: 70, part: 67 } } as const;

export function smsSize(text: string): SmsSize {
  const chars = [...text];
  const encoding = chars.every((char) => SEPTETS.has(char)) ? 'GSM-7' : 'UCS-2';
  const { single, part } = CAPACITY[encoding];
  let units = 0;
  let segments = 1;
  let inPart = 0;
  for (const char of chars) {
    const width = encoding === 'GSM-7' ? (SEPTETS.get(char) ?? 0) : char.length;
    units += width;
    if (inPart + width > part) {
      segments++;
      inPart = 0;
    }
    inPart += width;
  }
  return { encoding, units, segments: units <= single ? 1 : segments };
}
