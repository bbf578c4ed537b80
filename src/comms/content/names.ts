/**
 * A strong word that is a place or a family elsewhere: "Ausfahrt Wank", "Hotel in Fucking", "Herr Wanker". It passes in a text of
 * another language than the word's, written as a name wherever it comes, behind a word that names stand behind. A capital
 * alone says nothing: German writes every noun so, and "du Motherfucker" is no family.
 */
import { fold } from './fold.ts';
import { EDGE } from './phrase.ts';
import { type Language, list } from './rule.ts';

const COMMON: readonly (readonly [Language, ReadonlySet<string>])[] = [
  ['en', new Set(list('the and is are you your for of we our will at on with please from this that'))],
  ['es', new Set(list('el los las es son su para con por en que y del al se esta usted'))],
  ['fr', new Set(list('le les est sont vous votre pour avec et dans du des au ce nous notre'))],
  [
    'de',
    new Set(list('der die das und hat ist sind ihr ihre ihren wir nicht mit fur den ein eine zu im auf bitte uhr sie')),
  ],
];
/** Fewer common words tell no language. */
const MIN_COMMON = 2;

/** The language whose commonest words it holds most of; null: it is too short to tell, or between two. */
export function languageOf(words: readonly string[]): Language | null {
  const counted = COMMON.map(([language, common]) => {
    let count = 0;
    for (const word of words) if (word !== EDGE && common.has(word)) count++;
    return { language, count };
  }).sort((a, b) => b.count - a.count);
  const [first, second] = counted;
  if (first === undefined || first.count < MIN_COMMON || first.count === second?.count) return null;
  return first.language;
}

/** Places and persons stand behind these. */
const INTRODUCING: ReadonlySet<string> = new Set(
  list(
    'mr mrs ms dr family village town mount station exit road street hotel ' +
      'señor señora sr sra don doña familia pueblo calle estacion en ' +
      'm mme mlle monsieur madame famille village ville gare rue commune col a ' +
      'herr herrn frau familie ort dorf gemeinde stadt ausfahrt bahnhof haltestelle talstation gasthof berg strasse in nach bei am',
  ),
);
const WORD = /\p{L}+/gu;
const CAPITALISED = /^\p{Lu}\p{Ll}+$/u;

/** Folded words that are written as a name, behind a word that introduces one, wherever they come in the text. */
export function namesIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  const others = new Set<string>();
  let before = '';
  for (const [word] of text.normalize('NFC').matchAll(WORD)) {
    const folded = fold(word);
    (CAPITALISED.test(word) && INTRODUCING.has(before) ? names : others).add(folded);
    before = folded;
  }
  return names.difference(others);
}
