/**
 * Whether what was found is meant: it may be denied, told of another, or quoted. A court, a helpline and a cinema write what
 * a threat says. Never enough is that the writer claims it of himself: "I told you: …" and "he says it, so I will" are meant.
 */
import { EDGE, type Phrase, type Span } from './phrase.ts';
import type { Reading } from './reading.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

const NEGATIONS = words(
  'not never no nobody cannot doesnt didnt isnt arent wasnt wouldnt shouldnt kein keine nicht nie nunca jamais pas',
);

/** Within the phrase, or right before one that begins with its key: "we will not kill you", "do not kill yourself over it". */
export function isNegated(text: readonly string[], { from, to }: Span, at: number, phrase: Phrase): boolean {
  if (phrase.evenNegated || phrase.slots.length === 1) return false;
  const first = from === at ? from - 1 : from;
  for (let i = first; i <= to; i++) if (NEGATIONS.has(text[i]!)) return true;
  return false;
}

/**
 * Says by itself that a deed is told of another. No nouns ("this is no threat, but"), no arrests and sentences: "if he is
 * convicted, your family dies" is meant.
 */
const REPORTING = words(
  'threatens threatened threatening allegedly alleged accused defendant suspect pretends pretending falsely false myth ' +
    'amenazo amenazado amenazaba menacer menacait menacez droht drohte gedroht',
);
const SAYING = words(
  'say says said saying tell tells told telling write writes wrote shout shouts shouted believe believes dice diga dijo escribe dit disent ecrit sagt sage schreibt',
);
/** Of nobody in particular. */
const ANYBODY = words(
  'someone somebody anyone anybody whoever who stranger partner scammer scammers caller callers alguien quien quelquun quiconque jemand wer',
);
const SAID_WITHIN = 4;
/** What is said stands right behind: "tells you", "says that"; not "tells the police, …". */
const WHAT_IS_SAID = words('that you he she they que te vous dass dir');
/** No walk is longer, whatever the text. */
const MAX_WALK = 24;
const FIRST_PERSON = words('i we 1 ich wir je on nous voy vamos');

/**
 * In the sentence before it stands who does it: "the accused threatened to burn her house", "if somebody tells you to kill
 * yourself". Not where the writer comes in between: "if anyone talks, I will kill you".
 */
export function isReported(text: readonly string[], { to }: Span, { slots }: Phrase): boolean {
  if (slots.length === 1) return false;
  for (let i = to - 1; i > Math.max(0, to - MAX_WALK) && text[i] !== EDGE; i--) {
    const word = text[i]!;
    if (FIRST_PERSON.has(word)) return false;
    if (REPORTING.has(word)) return !isFirstPerson(text, i);
    if (!SAYING.has(word) || !(WHAT_IS_SAID.has(text[i + 1]!) || WHAT_IS_SAID.has(text[i + 2]!))) continue;
    for (let j = i - 1; j >= Math.max(0, i - SAID_WITHIN) && text[j] !== EDGE; j--) {
      if (ANYBODY.has(text[j]!)) return true;
    }
  }
  return false;
}

/** Who tells what another said: a court, a newspaper, a teacher, a playbill. */
const TELLING = words(
  'said says saying say told tells telling called calls calling call wrote writes written slur slurs word words title titled named phrase sentence shouted accused statement witness reads quote quoted ' +
    'exhibit voicemail graffiti insult insults threat threats fake scam hoax slogan chant judge court police song film movie cinema novel book album play theatre theatre stage premiere concert screening ' +
    'dice decir dicho dijo escribio palabra amenaza titulo pelicula cancion libro obra detenido dit ecrit mot menace titre film chanson livre roman piece phrase ' +
    'sagt sagte gesagt schrieb geschrieben wort satz titel lied buch roman stuck premiere drohung',
);
const TOLD_BEFORE = 10;
const TOLD_AFTER = 6;

/** In quotation marks, with a word of telling shortly before or after them. */
export function isTold({ words: text, quoted }: Reading, { from, to }: Span): boolean {
  const last = to === text.length - 1 || text[to] === EDGE ? to - 1 : to;
  const opened = quoted.get(last);
  if (opened === undefined || opened > from + 1) return false;
  const isWithin = (i: number) => (quoted.get(i) ?? (text[i] === EDGE ? quoted.get(i + 1) : undefined)) === opened;
  let end = last;
  while (end - last < MAX_WALK && isWithin(end + 1)) end++;
  for (let i = Math.max(0, opened - TOLD_BEFORE); i < Math.min(text.length, end + 1 + TOLD_AFTER); i++) {
    if ((i < opened || i > end) && TELLING.has(text[i]!) && !isFirstPerson(text, i)) return true;
  }
  return false;
}

/** "I say", "as I have told", "I am not threatening". */
const isFirstPerson = (text: readonly string[], at: number): boolean =>
  text.slice(Math.max(0, at - 3), at).some((word) => FIRST_PERSON.has(word));
