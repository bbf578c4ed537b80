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
/** What a third person did, whatever is said: "he said he would …", "dijo que …". */
const SAID = words(
  'said says told wrote texted claimed shouted screamed yelled warned announced boasted admitted stated reported ' +
    'dijo dijeron conto gritaba grito escribio anuncio aviso dit disait crie ecrit annonce raconte declare sagte sagten gesagt schrieb geschrieben rief gedroht erklarte angekundigt',
);
const THIRD_PERSON = words('he she they who it el ella ellos il elle ils er sie wer');
/** The writer's own people speak for him: "my boss said he would …". */
const OURS = words(
  'my our me us mi mis nuestro nuestra nos me mon ma mes notre nous moi mein meine meinen unser unsere mir uns',
);
/** A message brought, not a deed told: "he said he would … unless you pay". */
const DEMANDING = words(
  'unless pay paid money or obey cooperate pagas pagues paga salvo zahlst zahlt zahl sonst paies payes paie sinon',
);
const SAID_WITHIN = 4;
/** What is said stands right behind: "tells you", "says that"; not "tells the police, …". */
const WHAT_IS_SAID = words('that you he she they que te vous dass dir');
/** No walk is longer, whatever the text. */
const MAX_WALK = 24;
const FIRST_PERSON = words('i we 1 ich wir je on nous voy vamos');

/**
 * In the sentence before it stands who does it: "the accused threatened to burn her house", "if somebody tells you to kill
 * yourself", "he said he would". Not where the writer comes in between: "if anyone talks, I will kill you".
 */
export function isReported(text: readonly string[], { to }: Span, { slots }: Phrase): boolean {
  if (slots.length === 1) return false;
  for (let i = to - 1; i > Math.max(0, to - MAX_WALK) && text[i] !== EDGE; i--) {
    const word = text[i]!;
    if (FIRST_PERSON.has(word)) return false;
    if (REPORTING.has(word)) return !isFirstPerson(text, i);
    if (SAID.has(word) && isSaidByAnother(text, i) && !isDemanded(text, i, to)) return true;
    if (!SAYING.has(word) || !(WHAT_IS_SAID.has(text[i + 1]!) || WHAT_IS_SAID.has(text[i + 2]!))) continue;
    for (let j = i - 1; j >= Math.max(0, i - SAID_WITHIN) && text[j] !== EDGE; j--) {
      if (ANYBODY.has(text[j]!)) return true;
    }
  }
  return false;
}

/** By "he" right before it, or by whom it says in a few words that are not the writer's. "He told us to" is an order. */
function isSaidByAnother(text: readonly string[], at: number): boolean {
  if (OURS.has(text[at + 1]!) && text[at + 2] === 'to') return false;
  const before = text.slice(Math.max(0, at - 4), at);
  const subject = before.slice(before.lastIndexOf(EDGE) + 1);
  if (subject.some((word) => OURS.has(word))) return false;
  return THIRD_PERSON.has(subject.at(-1) ?? '') || !subject.slice(-3).some((word) => FIRST_PERSON.has(word));
}

/** Whether the sentence asks for something before or behind what is told. */
function isDemanded(text: readonly string[], at: number, to: number): boolean {
  for (let i = at; i > Math.max(0, at - MAX_WALK) && text[i] !== EDGE; i--) if (DEMANDING.has(text[i]!)) return true;
  for (let i = to; i < to + MAX_WALK && text[i] !== undefined && text[i] !== EDGE; i++) {
    if (DEMANDING.has(text[i]!)) return true;
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

/** The first word of the quotation that holds all of it; null: it stands outside, or in part. */
function quotationOf({ words: text, quoted }: Reading, { from, to }: Span): number | null {
  const first = text[from] === EDGE ? from + 1 : from;
  const last = to === text.length - 1 || text[to] === EDGE ? to - 1 : to;
  const opened = quoted.get(last);
  return opened === undefined || opened > first ? null : opened;
}

/** In quotation marks, with a word of telling shortly before or after them. */
export function isTold(reading: Reading, span: Span): boolean {
  const { words: text, quoted } = reading;
  const opened = quotationOf(reading, span);
  if (opened === null) return false;
  let end = span.to;
  while (end - span.to < MAX_WALK && quoted.get(end + 1) === opened) end++;
  for (let i = Math.max(0, opened - TOLD_BEFORE); i < Math.min(text.length, end + 1 + TOLD_AFTER); i++) {
    if ((i < opened || i > end) && TELLING.has(text[i]!) && !isFirstPerson(text, i)) return true;
  }
  return false;
}

/** Quoted, and not put in marks by whoever says it to the reader: `you are a "…"`, `I told you: "…"`. */
export function isInQuotation(reading: Reading, span: Span): boolean {
  const opened = quotationOf(reading, span);
  return opened !== null && !isOwnQuotation(reading.words, opened);
}

const YOU_ARE = words('youre are bist seid eres etes');
const YOU = words('you u ya du ihr tu vous usted ustedes youre eres');

function isOwnQuotation(text: readonly string[], opened: number): boolean {
  const before = text.slice(Math.max(0, opened - 4), opened);
  const saysWhatYouAre = before.some((word) => YOU_ARE.has(word)) && before.some((word) => YOU.has(word));
  return saysWhatYouAre || before.some((word) => FIRST_PERSON.has(word));
}

/** So many different words outside of every quotation make a text that quotes, not one that says it. */
const EXPLAINING = 6;

/** Whether the text has more to say than what it quotes. Numbers and single letters say nothing. */
export function isExplaining({ words: text, quoted }: Reading): boolean {
  const outside = new Set<string>();
  for (let i = 0; i < text.length && outside.size < EXPLAINING; i++) {
    const word = text[i]!;
    if (word.length > 1 && !quoted.has(i)) outside.add(word);
  }
  return outside.size >= EXPLAINING;
}

/** "I say", "as I have told", "I am not threatening". */
const isFirstPerson = (text: readonly string[], at: number): boolean =>
  text.slice(Math.max(0, at - 3), at).some((word) => FIRST_PERSON.has(word));
