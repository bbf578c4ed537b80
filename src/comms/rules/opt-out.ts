/**
 * What an inbound message says about being contacted, read in code before any model sees it.
 *
 * - `stop`: the whole message is a keyword ("Stop.", "ＳＴＯＰ", "S T O P", "stop stop"): suppress at once.
 * - `stop-intent`: it asks in words ("please stop texting me", "take me off your list"): suppress, and queue for review.
 * - `mention`: a keyword occurs otherwise ("meet me at the bus stop", "don't stop"): flag for review, deliver, revoke nothing.
 * - `start`, `help`: whole-message keywords. START undoes a STOP only, which is the caller's to hold.
 *
 * Sources: 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe; other reasonable means count too);
 * CTIA and Twilio keyword lists. In doubt between intent and mention, intent: a person looks at both.
 * All patterns are linear: what repeats is bounded or can't overlap with what follows.
 */
export type Inbound =
  | { readonly is: 'stop' | 'start' | 'help' | 'mention'; readonly keyword: string }
  | { readonly is: 'stop-intent'; readonly phrase: string }
  | { readonly is: 'none' };

/** One language's words, in the folded form (upper case, no accents, no apostrophes). */
interface Language {
  readonly stop: readonly string[];
  readonly start: readonly string[];
  readonly help: readonly string[];
  /** Patterns over the folded text, in which words are one space apart and `.` `,` `/` stand for a sentence's, clause's, line's end. */
  readonly intents: readonly string[];
  /** Before an intent, these turn it round. */
  readonly negations: readonly string[];
}

const ATEND = '(?= [.,/])';
const ATSTART = '(?<=[.,/] )';
const WORD = '[^ .,/]{1,30}';
const BEFORE = '(?:PLEASE|PLS|PLZ|KINDLY|JUST|NOW|OK|OKAY|HI|HEY|HELLO|NO|SORRY|NO THANKS|NO THANK YOU)';
const AFTER = '(?:PLEASE|PLS|PLZ|NOW|OK|THANKS|THANK YOU|THX|IMMEDIATELY|ASAP|ALREADY|IT|THIS|TODAY|FOREVER)';
const ME =
  '(?:ME|US|THIS (?:NUMBER|PHONE|ADDRESS|EMAIL)|MY (?:NUMBER|PHONE|CELL|MOBILE|EMAIL|ADDRESS|NAME|HOUSE|WIFE|HUSBAND|FAMILY))';
const CONTACTING =
  '(?:TEXTING|TXTING|TXTIN|TEXTIN|MESSAGING|MSGING|CALLING|CALLIN|PHONING|RINGING|EMAILING|MAILING|CONTACTING|WRITING|SPAMMING|BOTHERING|HARASSING|PESTERING|SENDING)';
const CONTACT = '(?:TEXT|TXT|MESSAGE|MSG|CALL|PHONE|RING|EMAIL|MAIL|CONTACT|WRITE|SPAM|BOTHER|SEND|HARASS)';
const MESSAGES =
  '(?:TEXTS?|TXTS?|MESSAGES?|MSGS?|CALLS|EMAILS?|SMS|MAILS?|MAILINGS|SPAM|NOTIFICATIONS|ALERTS|PROMOTIONS|ADS|OFFERS|NEWSLETTERS?)';
/** "You never call me" complains of the opposite; "I told you, don't call me" does not. */
const NOT_A_REPROACH = '(?<! (?<! TOLD )(?:I|YOU|U|WE|THEY|YALL|PEOPLE|WHY) )';
const LIST = `(?: (?:OFF|FROM|OF|OUT|YOUR|YOURS|THE|THIS|THESE|ALL|ANY|UR|YALLS)){1,5}(?: ${WORD}){0,2} (?:LISTS?|DATABASE|SYSTEM|MAILINGS?|RECORDS|CONTACTS|${MESSAGES})(?= )`;

const LANGUAGES: Readonly<Record<string, Language>> = {
  en: {
    stop: [
      'STOP',
      'STOPALL',
      'STOP ALL',
      'UNSUBSCRIBE',
      'CANCEL',
      'END',
      'QUIT',
      'REVOKE',
      'OPTOUT',
      'OPT OUT',
      'REMOVE',
    ],
    start: ['START', 'YES', 'UNSTOP'],
    help: ['HELP', 'INFO'],
    intents: [
      // A sentence of its own, and with courtesies: "Not interested. Stop." "Please stop!" "stop it now"
      `(?<=\\. )(?:STOP|STOPALL|STOP ALL|UNSUBSCRIBE|OPTOUT|OPT OUT)(?= [./])`,
      `${ATSTART}(?:${BEFORE} (?:, )?){1,4}(?:STOP|UNSUBSCRIBE|OPT OUT)(?:(?: ,)? ${AFTER}){0,4}${ATEND}`,
      `${ATSTART}(?:STOP|UNSUBSCRIBE|OPT OUT)(?:(?: ,)? ${AFTER}){1,4}${ATEND}`,
      // stop texting me
      `(?:STOP|QUIT|CEASE)(?: ALL)? ${CONTACTING}(?: TO)?(?: ${ME}(?= )| (?:(?:ANY|ALL|THE|THESE|THOSE|YOUR|MORE|SUCH) ){0,3}${MESSAGES}(?= )|(?: ${AFTER}){0,3}${ATEND})`,
      `STOP (?:(?:ALL|THE|THESE|THOSE|YOUR|WITH|SENDING) ){1,3}${MESSAGES}(?= )`,
      // don't contact me again; not: "don't call me, text me", "don't call me Bob"
      `${NOT_A_REPROACH}(?:DONT|DO NOT|NEVER|NO LONGER)(?: EVER)? ${CONTACT}(?: TO)?(?: ${ME})?(?: (?:ANY|MORE|ANY MORE|YOUR|THESE|SUCH))?(?: ${MESSAGES})?(?: (?:AGAIN|ANYMORE|ANY MORE|EVER|AT ALL|PLEASE|PLS|PLZ|THANKS|THANK YOU)(?= )|(?= [./])|(?= , (?!(?:(?:PLEASE|JUST|ILL|I WILL|LETS) )?${CONTACT} )))`,
      `(?:DONT|DO NOT|NO LONGER) (?:WANT|WISH|WANNA|NEED|LIKE) (?:YOU TO ${CONTACT} (?:TO )?${ME}|TO HEAR FROM (?:YOU|U|YALL|THIS)|TO BE (?:CONTACTED|TEXTED|CALLED|EMAILED|MESSAGED)|(?:TO )?(?:(?:RECEIVE|RECEIVING|GET|GETTING|ANY|ANYMORE|MORE|THESE|THIS|YOUR|UR|OF) ){1,5}${MESSAGES})(?= )`,
      `(?<! (?:HAVE|HAS|HAD|ARE|WERE|IS|THERES|GOT) )NO MORE (?:OF )?(?:(?:YOUR|THESE|THE|TEXT|PHONE|SMS|MARKETING|SALES|PLEASE) ){0,3}${MESSAGES}(?= )`,
      // remove me, take me off your list
      `(?:REMOVE|DELETE|DROP) ${ME}(?: ${AFTER}){0,3}(?:${ATEND}|${LIST})`,
      `(?:TAKE|GET) ${ME}(?:${LIST}| OFF(?: ${AFTER}){0,3}${ATEND})`,
      `UNSUBSCRIBE (?:${ME}(?= )|FROM (?:YOUR|THIS|THESE|ALL|THE|UR)(?= ))`,
      `(?:WANT TO|WANNA|LIKE TO|WISH TO|HOW DO I|HOW CAN I|HOW TO|LET ME) (?:UNSUBSCRIBE|OPT OUT|STOP THIS|STOP THESE)(?: ${AFTER}){0,3}${ATEND}`,
      `OPT ${ME} OUT(?= )`,
      `(?:I|IM|I AM) (?:OPT|OPTING) OUT${ATEND}`,
      `(?:REVOKE|REVOKING|WITHDRAW|WITHDRAWING) (?:MY |ALL )?(?:CONSENT|PERMISSION)(?= )`,
      `(?:LEAVE ME ALONE|LOSE (?:MY|THIS) NUMBER)(?= )`,
    ],
    negations: [
      'DONT',
      'DO NOT',
      'NEVER',
      'NOT',
      'WONT',
      'CANT',
      'CANNOT',
      'DIDNT',
      'DOESNT',
      'WOULDNT',
      'SHOULDNT',
      'WITHOUT',
      'DID YOU',
      'DID THEY',
    ],
  },
  fr: { stop: ['ARRET'], start: [], help: [], intents: [], negations: [] },
};

const languages = Object.values(LANGUAGES);
const keywordsOf = (is: 'stop' | 'start' | 'help') => new Set(languages.flatMap((language) => language[is]));
const WHOLE = (['stop', 'start', 'help'] as const).map((is) => ({ is, keywords: keywordsOf(is) }));
const STOP_WORDS = keywordsOf('stop');

const MENTION = new RegExp(`(?<= )(?:${[...STOP_WORDS].sort((a, b) => b.length - a.length).join('|')})(?= )`);
const INTENTS = languages.filter((language) => language.intents.length > 0).map(intentPattern);

/** "don't stop", "I don't want to unsubscribe" turn an intent round; "if you don't stop texting me" does not. */
function intentPattern({ intents, negations }: Language): RegExp {
  const softened = '(?: (?:EVER|DARE|JUST|(?:WANT|NEED|HAVE|WISH|LIKE|ASK)(?: YOU)? TO|GONNA|WANNA))?';
  return new RegExp(`(?<= )(?<! (?<! (?:YOU|U|THEY) )(?:${negations.join('|')})${softened} )(?:${intents.join('|')})`);
}

/** A person's own words come first; what follows in a longer mail is what they quote. */
const MAX_READ_CHARS = 100_000;

/** @param text the message's body as it came, of any length; only its first 100 000 characters are read. */
export function readInbound(text: string): Inbound {
  const folded = fold(text.trimStart().slice(0, MAX_READ_CHARS));
  const whole = wholeKeyword(wordsOf(folded));
  if (whole !== null) return whole;
  // Quoted lines of a mail are ours: their "reply STOP to opt out" is not the contact's wish.
  const own = folded.includes('>') ? folded.replace(/^[ \t]*>.*$/gm, '') : folded;
  const byLine = marked(own, ' / ');
  const flowing = own.includes('\n') ? marked(own, ' ') : byLine; // a mail client may have wrapped "remove me from / your list"
  for (const pattern of INTENTS) {
    const match = pattern.exec(byLine) ?? pattern.exec(flowing);
    if (match !== null) return { is: 'stop-intent', phrase: match[0].trim() };
  }
  const mention = MENTION.exec(flowing);
  return mention === null ? { is: 'none' } : { is: 'mention', keyword: mention[0] };
}

/** Compatibility forms and accents folded, apostrophes and invisible characters gone, upper-cased. */
const fold = (text: string) =>
  text
    .replace(/['’‘´`ʼ]/g, '')
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]+/gu, '')
    .toUpperCase()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n');

/** Words alone. A message of single letters is one word spelt out: it has no other reading. */
function wordsOf(folded: string): readonly string[] {
  const words = folded.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length > 1 && words.every((word) => word.length === 1) ? [words.join('')] : words;
}

function wholeKeyword(words: readonly string[]): Inbound | null {
  const phrase = words.slice(0, 3).join(' '); // no keyword has more than two words
  for (const { is, keywords } of WHOLE) {
    if (words.length < 3 && keywords.has(phrase)) return { is, keyword: phrase };
  }
  const [first] = words;
  // "STOP STOP STOP", "stop, unsubscribe"
  return first !== undefined && words.every((word) => STOP_WORDS.has(word)) ? { is: 'stop', keyword: first } : null;
}

/** Words one space apart with marks where sentences (`.`), clauses (`,`) and lines end; starts and ends with a sentence mark. */
const marked = (folded: string, line: string) =>
  `. ${folded
    .replace(/\//g, ' ')
    .replace(/[.!?]+/g, ' . ')
    .replace(/[,;:()"\u2013\u2014]+/g, ' , ')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, line)
    .replace(/[^\p{L}\p{N}.,/]+/gu, ' ')
    .trim()} . `;
