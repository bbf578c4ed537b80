/**
 * What a call by an AI says before anything else: that it is one and for whom it calls, that it is recorded, how to be left
 * alone. Words that we know to be right in a few languages; in any other the greeting has to tell it by itself.
 */
import type { Purpose } from '../message.ts';

interface Words {
  readonly disclosure: (caller: string) => string;
  readonly recording: string;
  readonly optOut: string;
}

/** By the primary language subtag (BCP 47). */
const WORDS: ReadonlyMap<string, Words> = new Map([
  [
    'en',
    {
      disclosure: (caller) => `Hello, this is an AI assistant calling for ${caller}.`,
      recording: 'This call is recorded. Say so if you do not want that, and recording stops.',
      optOut: 'If you want no more such calls, say stop at any time.',
    },
  ],
  [
    'fr',
    {
      disclosure: (caller) => `Bonjour, je suis une intelligence artificielle et j’appelle pour ${caller}.`,
      recording: 'Cet appel est enregistré. Dites-le si vous ne le voulez pas, et l’enregistrement s’arrête.',
      optOut: 'Si vous ne voulez plus de tels appels, dites stop à tout moment.',
    },
  ],
  [
    'es',
    {
      disclosure: (caller) => `Hola, soy una inteligencia artificial y llamo en nombre de ${caller}.`,
      recording: 'Esta llamada se graba. Si no lo desea, dígalo y se detiene la grabación.',
      optOut: 'Si no desea recibir más llamadas como esta, diga stop en cualquier momento.',
    },
  ],
  [
    'de',
    {
      disclosure: (caller) => `Guten Tag, ich bin eine künstliche Intelligenz und rufe für ${caller} an.`,
      recording:
        'Dieser Anruf wird aufgezeichnet. Sagen Sie es, wenn Sie das nicht wollen, dann endet die Aufzeichnung.',
      optOut: 'Wenn Sie keine solchen Anrufe mehr wollen, sagen Sie jederzeit Stopp.',
    },
  ],
]);

export const OPENING_LANGUAGES: readonly string[] = [...WORDS.keys()];

/** Who hears what first: the language (BCP 47) and the caller's own first words. */
export interface FirstWords {
  readonly language?: string | undefined;
  readonly greeting?: string | undefined;
}

/** Nothing for no language: nobody's words are guessed. */
const wordsFor = ({ language = '' }: FirstWords): Words | undefined =>
  WORDS.get(language.toLowerCase().split('-')[0] ?? '');

/** `AI` as it is written in many languages, or in full in those that we know. */
const TELLS_AI =
  /(?<!\p{Script=Latin})(?:AI|A\.I\.|KI|IA)(?!\p{Script=Latin})|artificial intelligence|intelligence artificielle|inteligencia artificial|künstliche[rn]? intelligenz/u;
/** Of any script. */
const SENTENCE_END = /[.!?。！？]/u;

const ownFirstSentence = ({ greeting = '' }: FirstWords): string => greeting.split(SENTENCE_END, 1)[0] ?? '';

/** Whether the person will hear in the first sentence that an AI speaks: our words, or the greeting's own. */
export const disclosesAi = (call: FirstWords): boolean =>
  wordsFor(call) !== undefined || TELLS_AI.test(ownFirstSentence(call));

/** Whether there are words to announce a recording and the way out in. */
export const canAnnounce = (call: FirstWords): boolean => wordsFor(call) !== undefined;

/**
 * What is said before the greeting; empty where the greeting has to do it.
 * @param caller the business that calls, by name.
 */
export function openingOf(
  call: FirstWords & { readonly purpose: Purpose; readonly record: boolean },
  caller: string,
): string {
  const words = wordsFor(call);
  if (words === undefined) return '';
  return [
    words.disclosure(caller),
    ...(call.purpose === 'marketing' ? [words.optOut] : []),
    ...(call.record ? [words.recording] : []),
  ].join(' ');
}
