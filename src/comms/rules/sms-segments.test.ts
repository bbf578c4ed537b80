import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SmsSize, smsSize } from './sms-segments.ts';

/** Agreed with npm `sms-segments-calculator` 1.3.0 (Twilio's), run on each of them. */
const VECTORS: readonly [says: string, text: string, encoding: SmsSize['encoding'], units: number, segments: number][] =
  [
    ['an empty message is billed as one', '', 'GSM-7', 0, 1],
    ['160 septets fit alone', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['161 take two parts of 153', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['306 fit two', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['307 take three', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['the euro sign counts twice', '€'.repeat(80), 'GSM-7', 160, 1],
    ['an escape pair is not split: 76 a part', '€'.repeat(153), 'GSM-7', 306, 3],
    ['the whole extension table is GSM-7', '^{}\\[~]|€\f', 'GSM-7', 20, 1],
    ['accents of the basic table are GSM-7', 'èéùìòÇØøÅåÆæßÉÄÖÑÜ§¿äöñüà', 'GSM-7', 25, 1],
    ['a small ç is not', 'ç', 'UCS-2', 1, 1],
    ['a curly apostrophe makes the whole message UCS-2', `${'a'.repeat(70)}’`, 'UCS-2', 71, 2],
    ['70 units fit alone', 'я'.repeat(70), 'UCS-2', 70, 1],
    ['an emoji is two units', '😀'.repeat(35), 'UCS-2', 70, 1],
    ['36 emoji take two parts', '😀'.repeat(36), 'UCS-2', 72, 2],
    ['a surrogate pair is not split', `${'я'.repeat(66)}${'😀'}${'я'.repeat(66)}`, 'UCS-2', 134, 3],
    ['a family of joined emoji may be split between its members', '👨‍👩‍👧‍👦'.repeat(7), 'UCS-2', 77, 2],
  ];

it.each(VECTORS)('%s', (_says, text, encoding, units, segments) => {
  expect(smsSize(text)).toEqual({ encoding, units, segments });
});

it('never counts fewer parts than the units need, nor more than one unit a part would waste', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 700 }), (text) => {
      const { encoding, units, segments } = smsSize(text);
      const [single, part] = encoding === 'GSM-7' ? [160, 153] : [70, 67];
      if (units <= single) return segments === 1;
      return segments >= Math.ceil(units / part) && segments <= Math.ceil(units / (part - 1));
    }),
  );
});
