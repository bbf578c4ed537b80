/**
 * A text as its reader sees it: look-alike letters made Latin ones, accents, invisible characters and width gone, lower case.
 * For comparing alone; what is sent is never changed. An attack is drawn to be read, so what looks like `k` is a `k`:
 * compatibility forms (NFKD, Unicode TR 15), Cyrillic, Greek and Armenian letters drawn as Latin ones (TR 39), small
 * capitals, letters in circles and squares. `ñ` stays: without it a decent Spanish word is another one.
 *
 * One character makes at most four, so that the work grows with the length alone (NFKD makes eighteen of U+FDFA).
 */
const MAX_GROWTH = 4;

const ASCII = /^[\0-\x7f]*$/;
const NOT_ASCII = /[^\0-\x7f]/gu;
const DROPPED = /^[\p{M}\p{Cf}\u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}]+$/u;

export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFC').replace(NOT_ASCII, foldCharacter).toLowerCase();
}

/** Characters that were folded before; only those of the basic plane, so that it can't grow without end. */
const remembered = new Map<string, string>();

function foldCharacter(character: string): string {
  const before = remembered.get(character);
  if (before !== undefined) return before;
  const folded = unremembered(character);
  if (character.length === 1) remembered.set(character, folded);
  return folded;
}

function unremembered(character: string): string {
  const lower = character.toLowerCase();
  if (lower === 'ñ') return lower;
  if (DROPPED.test(character)) return '';
  const drawn = LATIN.get(lower) ?? boxed(character.codePointAt(0) ?? 0);
  if (drawn !== null) return drawn;
  const plain = character.normalize('NFKD');
  if (plain === character || plain.length > MAX_GROWTH) return character;
  return [...plain].map((part) => (DROPPED.test(part) ? '' : (LATIN.get(part.toLowerCase()) ?? part))).join('');
}

/** First letters of alphabets in circles, squares and flags that NFKD leaves as they are. */
const BOXES = [0x1f150, 0x1f170, 0x1f1e6];
function boxed(code: number): string | null {
  const first = BOXES.find((start) => code >= start && code < start + 26);
  return first === undefined ? null : String.fromCharCode(0x61 + code - first);
}

const pairs = (foreign: string, latin: string) => [...foreign].map((letter, i) => [letter, latin[i] ?? ''] as const);
const LATIN: ReadonlyMap<string, string> = new Map([
  ...pairs('асеһіјкорѕухԁԛԝѵьтпмнгвзӏ', 'acehijkopsyxdqwvbtnmhrbei'),
  ...pairs('αεικνορτυχγηωβμ', 'aeikvoptuxynwbu'),
  ...pairs('սօոհց', 'uonhg'),
  ...pairs('ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnoprstuvwyz'),
  ...pairs('øłđıħŧƒɑɡ', 'oldihtfag'),
  ...pairs('“”„‟«»‹›「」『』〝〞❝❞', '"'.repeat(16)),
  ...pairs('’‘´`ʼ‛‚❛❜', "'''''''''"),
  ...pairs('‐‑‒–—―', '------'),
  ...pairs('¡¢€£¥', 'ice' + 'ly'),
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['…', '.'],
  ['·', '.'],
  ['•', '.'],
]);
