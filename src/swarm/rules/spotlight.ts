/**
 * Spotlighting (arXiv 2403.14720): untrusted text stands between two markers that hold a random word, made anew for each request,
 * so that nothing in it can end it. Threat: text that forges the end of itself, a system message, or another speaker. It makes
 * a model less likely to obey; what holds when it does is the flow guard.
 */
import type { Label } from '../../guard/label.ts';

/** Characters drawn as nothing, also those that spell ASCII for models alone (U+E0000); and variation selectors. */
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|\u034f|[\u180b-\u180f]/gu;
/** What looks like the brackets of a marker: two in a row, or one that is drawn as two. */
const OPENING =
  /[<\uff1c\ufe64\u2039\u2329\u27e8\u3008\u276e\u02c2\u1438\u2770\u00ab\u300a\u226a\u27ea\u22d8\u2af7](?:\s*[<\uff1c\ufe64\u2039\u2329\u27e8\u3008\u276e\u02c2\u1438\u2770\u00ab\u300a\u226a\u27ea\u22d8\u2af7])+|[\u00ab\u300a\u226a\u27ea\u22d8\u2af7]/gu;
const CLOSING =
  /[>\uff1e\ufe65\u203a\u232a\u27e9\u3009\u276f\u02c3\u1433\u2771\u00bb\u300b\u226b\u27eb\u22d9\u2af8](?:\s*[>\uff1e\ufe65\u203a\u232a\u27e9\u3009\u276f\u02c3\u1433\u2771\u00bb\u300b\u226b\u27eb\u22d9\u2af8])+|[\u00bb\u300b\u226b\u27eb\u22d9\u2af8]/gu;
const CONTROLS = /(?![\t\n])\p{Cc}/gu;
const MAX_SOURCE_CHARS = 80;

/** 130 bits as base 32 digits. */
export const MARKER_CHARS = 26;
const MARKER = /^[A-Za-z0-9]{16,64}$/;

/** @throws TypeError for a marker that could be guessed or would not stand out. */
export function checkMarker(marker: string): string {
  if (!MARKER.test(marker)) throw new TypeError('a marker is 16 to 64 letters and digits, random for each request');
  return marker;
}

export const opening = (marker: string, { integrity }: Pick<Label, 'integrity'>, from: string): string =>
  `<<${marker} ${integrity} from "${sourceName(from, marker)}">>`;
export const closing = (marker: string): string => `<</${marker}>>`;

/** The text with nothing in it that could be taken for a marker, whoever draws it. */
export function defused(text: string, marker: string): string {
  return text
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(OPENING, '< ')
    .replace(CLOSING, '> ')
    .replace(new RegExp(marker, 'gi'), '[removed]');
}

/** Who it is from may be the sender's own words, such as the name of a file. */
const sourceName = (from: string, marker: string): string =>
  defused(from, marker)
    .replace(/["<>\s]+/g, ' ')
    .trim()
    .slice(0, MAX_SOURCE_CHARS) || 'unknown';

export const spotlit = (marker: string, label: Pick<Label, 'integrity'>, from: string, text: string): string =>
  [opening(marker, label, from), defused(text, marker), closing(marker)].join('\n');
