/**
 * The form in which an inbound text is compared with words and patterns: look-alikes folded (compatibility forms, accents,
 * Cyrillic, Greek and Armenian letters that are drawn as Latin ones), misspellings of keywords put right, upper-cased. For
 * comparing alone: a text of another script is gibberish in it, and the message itself is never changed.
 *
 * The work is bounded whatever is sent: NFKD makes eighteen characters of one U+FDFA, so the text is cut before and after.
 */

/** UTF-16 units. A person's own words come first; what follows in a longer mail is what they quote. */
const MAX_READ_CHARS = 20_000;
const MAX_FOLDED_CHARS = 2 * MAX_READ_CHARS;

/** Apostrophes and invisible characters gone, one kind of line break, upper case. */
export const fold = (text: string): string =>
  respelled(
    text
      .trimStart()
      .slice(0, MAX_READ_CHARS)
      .replace(/['’‘´`ʼ]/g, '')
      .normalize('NFKD')
      .slice(0, MAX_FOLDED_CHARS)
      .replace(/[\p{M}\p{Cf}]+/gu, '')
      .toUpperCase()
      .replace(/[\u0370-\u058f]/g, (letter) => LATIN.get(letter) ?? letter)
      .replace(/\r\n?|[\u2028\u2029]/g, '\n'),
  );

const pairs = (foreign: string, latin: string) => [...foreign].map((letter, i) => [letter, latin[i] ?? ''] as const);
/** Capitals that are drawn alike (Unicode TR 39 confusables), as many as the keywords have letters. */
const LATIN: ReadonlyMap<string, string> = new Map([
  ...pairs('АВСЕНІЈКМОРЅТХУԚԜԀԌҮ', 'ABCEHIJKMOPSTXYQWDGY'),
  ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ', 'ABEZHIKMNOPTYXCM'),
  ...pairs('ՍՕՏԼ', 'UOSL'),
]);

/** What thumbs make of the keywords, and the keyword written together with what it should do. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    STOP: 'ST0P STPO SOTP TSOP STOPO SROP DTOP STOP2END STOP2STOP STOP2QUIT STOPTOEND STOPSMS STOPTEXT STOPTEXTS STOPTXT STOPTXTS STOPMSG STOPMSGS STOPMESSAGES STOPNOW STOPPLEASE STOPIT',
    UNSUBSCRIBE:
      'UNSUB UNSUBS UNSUBSCRIB UNSUBSCRBE UNSUBSCIBE UNSUBCRIBE UNSUBSRIBE UNSUBSCRIEB UNSUBSCIRBE UNSUBCSRIBE UNSUSCRIBE UNSUSBCRIBE UNSUBSCRUBE UNSUBSCRIBBE UNSBSCRIBE USUBSCRIBE UNSUNSCRIBE UNDUBSCRIBE INSUBSCRIBE DESUBSCRIBE UNSUBSCRIBED UNSUSCRIBED UNSUBSCRIBEALL UNSUBSCRIBEME',
    'OPT OUT': 'OPTOUTALL OPTMEOUT',
    'REMOVE ME': 'REMOVEME',
    CANCEL: 'CANCLE CANCELL CANSEL CANCELALL',
    QUIT: 'QUITT',
    END: 'ENDD ENDALL',
  }).flatMap(([keyword, spellings]) => spellings.split(' ').map((spelling) => [spelling, keyword] as const)),
);
/** "STOPP", "STOOOP"; a stoop is a place where parcels are left. */
const STRETCHED_STOP = /^(?!STOOP$)S+T+O+P+$/;

/** Misspelt keywords put right. */
export const respelled = (folded: string): string =>
  folded
    .replace(/\bUN[ -]SUBSCRIBE\b/g, 'UNSUBSCRIBE')
    .replace(/[A-Z0-9]{3,32}/g, (word) => SPELLINGS.get(word) ?? (STRETCHED_STOP.test(word) ? 'STOP' : word));

/** Words one space apart with marks where sentences (`.`), clauses (`,`) and lines end; starts and ends with a sentence mark. */
export const marked = (folded: string, line: string): string =>
  `. ${folded
    .replace(/\//g, ' ')
    .replace(/[.!?]+/g, ' . ')
    .replace(/[,;:()"\u2013\u2014]+/g, ' , ')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, line)
    .replace(/[^\p{L}\p{N}.,/]+/gu, ' ')
    .trim()} . `;
