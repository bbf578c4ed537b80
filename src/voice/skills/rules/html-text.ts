/**
 * What a page says, as text: without scripts, styles and tags. One pass over the page, whatever is in it: a page made to be slow
 * (a thousand tags that never end) costs no more than any other. It reads; it does not sanitise for a browser.
 */

/** Their content is not for readers. */
const SKIPPED: ReadonlySet<string> = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'iframe',
  'object',
  'select',
]);
/** They stand in lines of their own. */
const BLOCKS: ReadonlySet<string> = new Set(
  'address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 head header hr li main nav ol p pre section table title tr ul'.split(
    ' ',
  ),
);
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['ndash', '–'],
  ['mdash', '—'],
  ['hellip', '…'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['bull', '•'],
  ['middot', '·'],
  ['copy', '©'],
  ['reg', '®'],
  ['euro', '€'],
  ['pound', '£'],
  ['deg', '°'],
]);

/** Lines of text, without empty ones. */
export function htmlText(html: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < html.length) {
    const tag = html.indexOf('<', at);
    pieces.push(html.slice(at, tag === -1 ? html.length : tag));
    if (tag === -1) break;
    at = html.startsWith('<!--', tag) ? after(html, '-->', tag + 4) : afterTag(html, tag, pieces);
  }
  return tidy(decoded(pieces.join('')));
}

const NAME = /\/?([a-z][a-z0-9]*)/iy;

function afterTag(html: string, tag: number, pieces: string[]): number {
  NAME.lastIndex = tag + 1;
  const name = NAME.exec(html)?.[1]?.toLowerCase();
  const next = html[tag + 1];
  if (name === undefined && next !== '!' && next !== '?') {
    pieces.push('<'); // a sign in a sentence
    return tag + 1;
  }
  const end = after(html, '>', tag);
  if (name === undefined) return end;
  if (BLOCKS.has(name)) pieces.push('\n');
  else if (name === 'td' || name === 'th') pieces.push(' ');
  if (!SKIPPED.has(name) || next === '/') return end;
  return afterElement(html, name, end);
}

/** Where an element ends whose content is skipped; the page's end where it never does. */
function afterElement(html: string, name: string, from: number): number {
  const closing = new RegExp(`</${name}`, 'gi');
  closing.lastIndex = from;
  const found = closing.exec(html);
  return found === null ? html.length : after(html, '>', found.index);
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (all, decimal, hexadecimal, name) => {
    if (name !== undefined) return ENTITIES.get(name) ?? all;
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    const isText = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isText ? String.fromCodePoint(code) : all;
  });

/** Lines with single spaces, without control characters and what changes the direction of text. */
export const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/[\s\p{Cc}\p{Bidi_Control}\u200b\ufeff]+/gu, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
