import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './fold.ts';
import { inspectText } from './inspect.ts';
import { read } from './reading.ts';
import { RULES, VOCABULARY } from './rules.ts';
import type { Vocabulary } from './vocabulary.ts';

const told = (text: string) =>
  inspectText(text)
    .filter(({ gravity }) => gravity === 'plain')
    .map(({ category }) => category);

describe('what filters of this kind got wrong', () => {
  // biome-ignore format: a corpus, packed
  it.each([
    'Please kill the lights.', 'kill the lights', 'Will the injection hurt?', 'Hi Dick, see you at 5.', 'Dick', 'Dear Mr Dick Smith',
    'Scunthorpe', 'assassin', 'class', 'cocktail', 'Shoot me an email.', 'bomb calorimeter', 'this is the bomb', 'die Rechnung', 'Frau Fick', 'el vestido negro', 'un con leche', 'a bite to eat', 'une bite-size',
    'constructor', '__proto__', 'toString', 'Moby-Dick', 'A55-401', 's h i p p i n g', 'Cono Sur',
  ])('passes %j', (text) => expect(told(text)).toEqual([]));

  // biome-ignore format: a corpus, packed
  it.each([
    ['I w1ll k1ll y0u', 'threat'], ['Ｉ ｗｉｌｌ ｋｉｌｌ ｙｏｕ', 'threat'], ['i w i l l k i l l y o u', 'threat'], ['k.i.l.l yourself', 'threat'], ['Ι wіll kіll уоu', 'threat'],
    ['n1gg3r', 'hate'], ['ＮＩＧＧＥＲ', 'hate'], ['n i g g e r', 'hate'], ['f4gg0t', 'hate'],
    ['ｆｕｃｋ', 'profanity'], ['f\u200bu\u200bck', 'profanity'], ['fuuuuck', 'profanity'], ['f*ck', 'profanity'], ['fu\u0336c\u0336k', 'profanity'], ['𝒻𝓊𝒸𝓀', 'profanity'], ['🅵🆄🅲🅺', 'profanity'], ['ⓕⓤⓒⓚ', 'profanity'],
  ])('refuses %j as %s', (text, category) => expect(told(text)).toContain(category));
});

describe('who says it to whom', () => {
  it.each([
    ['a refusal to do it', 'We will not hurt you.'],
    ['what has been said of others', 'Immigrants are not criminals.'],
    ['what another said, in quotation marks', 'The accused said "I will kill you" at the door.'],
    ['help', 'If you think about it, do not kill yourself: call the helpline.'],
    ['another sentence', 'I will. Kill the lights. You know where.'],
    ['a photographer', 'Our photographer will shoot you in the park.'],
    ['what anybody might be told', 'If someone tells you "kill yourself", or that he will hurt you, call us.'],
    ['what another is accused of', 'The accused threatened to burn her house down.'],
    ['what is quoted, the word of telling behind it', '"Pay or your family dies" is exhibit 2.'],
    ['what is supposed', 'So that we know where you live, send us your address.'],
    ['an advertisement', "Book now or you'll regret it: last tickets."],
    ['an insurer', 'It would be a shame if something happened to your phone: insure it.'],
  ])('decides: %s passes', (_, text) => expect(told(text)).toEqual([]));

  it.each([
    ['the writer says that he told it', 'I told you: "I will kill you".'],
    ['the writer comes in between', 'If anyone talks, I will kill you.'],
    ['somebody may tell the police', 'If someone tells the police, your family dies.'],
    ['it is said to be no threat', 'This is not a threat, your days are numbered.'],
    ['the writer says what he does not do', 'I am not threatening you, your days are numbered.'],
    ['another did first', 'He threatened me, so I will kill you.'],
  ])('decides: it is meant although %s', (_, text) => expect(told(text)).toEqual(['threat']));

  it.each([
    'I know where you live.', "You'll regret this.", 'Pay or everybody sees the video.', 'Watch your back.', 'Nice family. Be a shame if something happened to them.',
    'Sé dónde vives.', 'Te vas a arrepentir de esto.', 'Paga o todos verán tus fotos.', 'Je sais où tu habites.', 'Tu vas le regretter.', 'Paie ou tout le monde verra la vidéo.',
    'Ich weiß, wo du wohnst.', 'Das wirst du bereuen.', 'Zahl oder alle sehen das Video.',
  ])('needs no violent word: %s', (text) => expect(told(text)).toEqual(['threat'])); // biome-ignore format: a corpus, packed

  it('tells each rule once, however often it is broken', () =>
    expect(inspectText('fuck '.repeat(100))).toEqual([
      { category: 'profanity', gravity: 'plain', rule: 'profanity/word' },
    ]));

  it('tells mild words apart, and takes a doubtful one for meant when it is disguised', () => {
    expect(inspectText('Damn, it broke.')).toMatchObject([{ gravity: 'mild' }]);
    expect(told('The bitch has six puppies.')).toEqual([]);
    expect(told('b1tch please')).toEqual(['profanity']);
  });
});

describe('a disguise', () => {
  const BAD = ['I will kill you', 'you stupid nigger', 'fuck you', 'kill yourself', 'Gas the Jews', 'you asshole'];
  const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060', '\u00ad', '\ufeff', '\u0301', '\u0336'];
  const DRAWN: Readonly<Record<string, string>> = { i: '1', e: '3', a: '4', o: '0', s: '$' };
  const wide = (character: string) =>
    /[!-~]/.test(character) ? String.fromCharCode(character.charCodeAt(0) + 0xfee0) : character;
  const bad = fc.constantFrom(...BAD);

  it('of invisible characters, anywhere, does not help', () =>
    fc.assert(
      fc.property(bad, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...INVISIBLE)), { maxLength: 12 }), (text, put) => {
        let hidden = text;
        for (const [at, what] of put)
          hidden = hidden.slice(0, at % hidden.length) + what + hidden.slice(at % hidden.length);
        expect(told(hidden)).not.toEqual([]);
      }),
    ));

  it('of width, case and space does not help', () =>
    fc.assert(
      fc.property(bad, fc.array(fc.nat(3), { minLength: 30, maxLength: 30 }), (text, how) => {
        const drawn = [...text]
          .map((c, i) => [c, wide(c), c.toUpperCase(), c === ' ' ? '   ' : c][how[i]!] ?? c)
          .join('');
        expect(told(drawn)).not.toEqual([]);
      }),
    ));

  it('of one digit in a word does not help', () =>
    fc.assert(
      fc.property(bad, fc.nat(), (text, which) => {
        const words = text.split(' ').map((word) => {
          const at = [...word].findIndex((c, i) => DRAWN[c] !== undefined && i >= which % 2);
          return at === -1 || word.length < 4 ? word : word.slice(0, at) + DRAWN[word[at]!] + word.slice(at + 1);
        });
        expect(told(words.join(' '))).not.toEqual([]);
      }),
    ));

  it('is none in an ordinary text: case, width and space change nothing', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('Please kill the lights', 'Will the injection hurt', 'Your class is at 5', 'Hi Dick and Anna'),
        fc.array(fc.nat(3), { minLength: 40, maxLength: 40 }),
        (text, how) => {
          const drawn = [...text]
            .map((c, i) => [c, wide(c), c.toUpperCase(), c === ' ' ? '  ' : c][how[i]!] ?? c)
            .join('');
          expect(told(drawn)).toEqual([]);
        },
      ),
    ));
});

describe('the work', () => {
  const LONG = 200_000;
  /** Counts the characters that are looked up. */
  function counting(): { readonly vocabulary: Vocabulary; readonly count: () => number } {
    let count = 0;
    const counted =
      <T>(ask: (text: string) => T) =>
      (text: string) => {
        count += text.length;
        return ask(text);
      };
    const { has, mayBeOdd, undrawn, drawn, starred, split } = VOCABULARY;
    return {
      vocabulary: {
        has: counted(has),
        mayBeOdd: counted(mayBeOdd),
        undrawn: counted(undrawn),
        drawn: counted(drawn),
        starred: counted(starred),
        split: counted(split),
      },
      count: () => count,
    };
  }
  const known = [...new Set(RULES.flatMap(({ phrase }) => phrase.slots.flatMap(({ words }) => [...words])))];
  const piece = fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(
      '"',
      '.',
      '*',
      '!',
      "'",
      '-',
      '1',
      'a.',
      'aa-',
      'kiiii',
      'ﷺ',
      '\u0344',
      'f*',
      '$',
      '\n',
      '  ',
      '(',
      'iwillkill',
    ),
    fc.string({ maxLength: 6, unit: 'grapheme' }),
  );

  it('grows with the length alone, and no phrase takes more steps than it may, whatever is repeated', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(piece, fc.constantFrom(' ', '', '.')), { minLength: 1, maxLength: 8 }),
        (pieces) => {
          const once = pieces.flat().join('') || ' ';
          const text = once.repeat(Math.ceil(LONG / once.length)).slice(0, LONG);
          const { vocabulary, count } = counting();
          const folded = fold(text);
          expect(folded.length).toBeLessThanOrEqual(4 * text.length);
          expect(read(text, vocabulary).words.length).toBeLessThanOrEqual(2 * folded.length + 2);
          expect(count()).toBeLessThanOrEqual(4 * folded.length);
          expect(() => inspectText(text)).not.toThrow(); // a phrase that took too many steps would
        },
      ),
      { numRuns: 12 },
    ));
});
