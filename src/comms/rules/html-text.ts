/**
 * The words of an HTML mail, for reading an opt-out and for models and people to read: text alone, never markup again. Quoted
 * blocks become lines with `>`. No parser of HTML: what is malformed loses its markup, not its words. Work grows with the
 * length alone, whatever is sent, because every pattern is bounded or scans forward once.
 *
 * Hidden text (`display:none`, white on white) is kept: it is what the sender sent, and untrusted like all of it.
 */
const MAX_HTML_CHARS = 1_000_000;
const MAX_QUOTE_DEPTH = 10;

/** Elements whose content is never words. */
const WITHOUT_WORDS = new Set(['script', 'style', 'title', 'template', 'noscript', 'iframe', 'object', 'svg', 'math']);
const BREAKS = new Set(
  'address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
/** A gap of its own: a paragraph ends. */
const PARAGRAPHS = new Set('blockquote h1 h2 h3 h4 h5 h6 hr p pre table ul ol'.split(' '));

interface Tag {
  readonly name: string;
  readonly closes: boolean;
  /** Behind its `>`. */
  readonly end: number;
}

export const htmlText = (html: string): string => wordsOf(html, false);

/**
 * All that some program may show of it, for a filter that nothing may be hidden from: the contents of comments (Outlook reads
 * some) and of elements that most programs pass over, and the texts that stand for pictures. More than anybody sees.
 */
export function everyHtmlWord(html: string): string {
  const told = [...html.slice(0, MAX_HTML_CHARS).matchAll(TOLD_BY_ATTRIBUTE)];
  return [wordsOf(html, true), ...told.map(([, one, other]) => unescapeHtml(one ?? other ?? ''))].join('\n\n');
}

const TOLD_BY_ATTRIBUTE = /[\s"'/](?:alt|title)=(?:"([^"]*)"|'([^']*)')/gi;

function wordsOf(html: string, all: boolean): string {
  const source = html.slice(0, MAX_HTML_CHARS);
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  const missing = new Set<string>();
  const endLine = () => {
    const words = unescapeHtml(line)
      .replace(/[\s\u00a0]+/g, ' ')
      .trim();
    line = '';
    if (words !== '' || lines.at(-1) !== '') lines.push(words === '' ? '' : '> '.repeat(depth) + words);
  };
  const breakLine = (paragraph: boolean) => {
    if (line.trim() !== '') endLine();
    if (paragraph && lines.length > 0 && lines.at(-1) !== '') lines.push('');
  };
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('<', at);
    if (open === -1) break;
    line += source.slice(at, open);
    if (source.startsWith('<!--', open)) {
      at = all ? open + 4 : endOfComment(source, open);
      continue;
    }
    const tag = readTag(source, open, missing, all);
    if (tag === null) {
      line += '<';
      at = open + 1;
      continue;
    }
    at = tag.end;
    const { name, closes } = tag;
    if (WITHOUT_WORDS.has(name) && !closes && !all) at = endOf(source, name, at);
    else if (name === 'br') endLine();
    else if (BREAKS.has(name)) {
      breakLine(PARAGRAPHS.has(name));
      if (name === 'blockquote') depth = Math.min(Math.max(depth + (closes ? -1 : 1), 0), MAX_QUOTE_DEPTH);
      if (name === 'hr') lines.push('________________', '');
    } else if (name === 'td' || name === 'th') line += ' ';
  }
  line += source.slice(at);
  endLine();
  return lines.join('\n').trim();
}

/** `<!-->` is one, and `--!>` ends one (HTML, 13.2.5.43). */
function endOfComment(source: string, open: number): number {
  COMMENT_END.lastIndex = open + 2;
  const found = COMMENT_END.exec(source);
  return found === null ? source.length : found.index + found[0].length;
}
const COMMENT_END = /--!?>/g;

const TAG_NAME = /[a-z][a-z0-9:-]{0,30}/iy;

/**
 * The tag that starts at `<`, or null when it is a "less than". Quoted attribute values may hold `>`; a quote that is never
 * closed is none, and `missing` remembers that, so that nobody looks for it a second time.
 */
function readTag(source: string, open: number, missing: Set<string>, all: boolean): Tag | null {
  const closes = source[open + 1] === '/';
  TAG_NAME.lastIndex = open + (closes ? 2 : 1);
  const name = TAG_NAME.exec(source)?.[0];
  if (name === undefined && source[open + 1] !== '!' && source[open + 1] !== '?') return null;
  for (let i = open + 2; i < source.length; i++) {
    const character = source[i]!;
    if (character === '>') return { name: (name ?? '').toLowerCase(), closes, end: i + 1 };
    if (character === '<') break;
    if (all) continue; // programs differ about which quotes count
    if ((character !== '"' && character !== "'") || source[i - 1] !== '=' || missing.has(character)) continue;
    const close = source.indexOf(character, i + 1);
    if (close === -1) missing.add(character);
    else i = close;
  }
  // never closed: its name goes, its words stay
  return { name: '', closes, end: open + 1 + (closes ? 1 : 0) + (name?.length ?? 0) };
}

/** Behind the closing tag of an element; at the end of the source when it is never closed. */
function endOf(source: string, name: string, from: number): number {
  const close = new RegExp(`</${name}(?=[\\s>/])[^>]{0,1000}>?`, 'gi');
  close.lastIndex = from;
  const found = close.exec(source);
  return found === null ? source.length : found.index + found[0].length;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '', zwnj: '', zwj: '',
  lrm: '', rlm: '', NoBreak: '', ZeroWidthSpace: '', Tab: ' ', NewLine: ' ', ensp: ' ', emsp: ' ', thinsp: ' ',
  ndash: '–', mdash: '—', hellip: '…', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', bull: '•', middot: '·', laquo: '«',
  raquo: '»', euro: '€', pound: '£', yen: '¥', cent: '¢', sect: '§', copy: '©', reg: '®', trade: '™', deg: '°', szlig: 'ß',
  aelig: 'æ', AElig: 'Æ', oslash: 'ø', Oslash: 'Ø', iexcl: '¡', iquest: '¿', times: '×', frac12: '½',
}; // biome-ignore format: a table
const MARKS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  uml: '\u0308',
  tilde: '\u0303',
  ring: '\u030a',
  cedil: '\u0327',
  caron: '\u030c',
};
const MARKED_LETTER = /^([A-Za-z])(acute|grave|circ|uml|tilde|ring|cedil|caron)$/;

/**
 * Character references in one pass, so that `&amp;lt;` is `&lt;`; what is unknown stays as it is. As browsers do, numbers
 * need no semicolon and may begin with any zeros.
 */
export const unescapeHtml = (text: string): string =>
  text.replace(
    /&(?:#0*(\d{1,7});?|#[xX]0*([0-9a-fA-F]{1,6});?|([A-Za-z][A-Za-z0-9]{1,20});)/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) {
        const marked = MARKED_LETTER.exec(name);
        return NAMED[name] ?? (marked === null ? whole : `${marked[1]}${MARKS[marked[2]!]}`.normalize('NFC'));
      }
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      const allowed =
        code > 0x1f && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && !(code >= 0x7f && code <= 0x9f);
      return allowed ? String.fromCodePoint(code) : ' ';
    },
  );
