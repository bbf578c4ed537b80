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

  it.each([
    'He will never see his tenth birthday unless you pay.', 'Pay or your son doesn\'t come home.', 'Talk and those will be your last words.', 'Testify and nobody will ever find your body.', 'We will break both your legs.', 'Pay tonight or your wife and your kids get the video.',
    'Te vamos a pegar una paliza.', 'Paga o no verás la Navidad.', 'Serán tus últimas palabras.', 'Paga o tu mujer y tus amigos reciben las fotos.', 't3 v0y 4 m4t4r', 't e v o y a m a t a r',
    'Tu ne verras pas ton prochain anniversaire.', 'Paie ou ton fils ne rentrera pas à la maison.', 'Je te mets une balle dans la tête.', 'Paie ou ta femme et tes collègues recevront les photos.',
    'Du erlebst deinen nächsten Geburtstag nicht mehr.', 'Zahl, sonst kommt dein Sohn nicht mehr nach Hause.', 'Wir schlagen dir die Zähne ein.', 'Zahl oder deine Frau und deine Kollegen bekommen die Nacktbilder.',
  ])('hears what is only hinted at or conditional: %s', (text) => expect(told(text)).toEqual(['threat'])); // biome-ignore format: a corpus, packed

  it.each([
    'You won\'t see your next invoice before May.', 'Leave a GPS beacon on, or nobody will ever find you in the snow.', 'Take the last bus or the kids won\'t get home before nine.', 'Pay the deposit and everyone gets the photos of the party.',
    'Si vuelve tarde no llegará a casa antes de las diez.', 'Te pego un grito cuando salga.', 'Tes derniers mots croisés sont prêts à la librairie.', 'Sinon il ne reviendra pas avant lundi, votre plombier.', 'Sonst kommt der Techniker heute nicht mehr zu Ihnen nach Hause.', 'Wir schlagen dich im Schach, bis Sonntag!',
    'Wir wandern auf den Wank und nehmen die Bahn ab Garmisch.', 'Herr Wanker, Ihr Termin ist am Montag um 9 Uhr.', 'Ihr Hotel in Fucking hat die Buchung bestätigt.',
  ])('lets pass what sounds like it: %s', (text) => expect(told(text)).toEqual([])); // biome-ignore format: a corpus, packed

  it.each([
    'Du bist ein Wanker und wir sind mit dir fertig.', 'Das ist Bullshit, und der Chef ist auf dem Weg.', 'Ihr Hotel in Fucking ist der fucking Wahnsinn.', 'We know that you are the Wanker of the village.',
  ])('takes no capital for a name: %s', (text) => expect(told(text)).toEqual(['profanity'])); // biome-ignore format: a corpus, packed

  it.each([
    'We have recorded that he said he would burn your house down.', 'The caller shouted that they would slit your throat.', 'Dijo que te iba a romper las piernas.', 'Er hat gesagt, er bricht dir die Beine.',
  ])('lets pass what a third person said: %s', (text) => expect(told(text)).toEqual([])); // biome-ignore format: a corpus, packed

  it.each([
    'He said he will burn your house down unless you pay.', 'My boss said he will burn your house down.', 'They told me to burn your house down.', 'He said it and I will burn your house down.',
  ])('hears a threat that is brought: %s', (text) => expect(told(text)).toEqual(['threat'])); // biome-ignore format: a corpus, packed

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

describe('what is quoted', () => {
  const ABOUT = ['Our workshop for pupils is about messages such as', 'and how to answer them.'];
  const MARKS = ['""', "''", '“”', '„“', '‘’', '‚‘', '«»', '»«', '‹›', '「」', '＂＂'];
  const gravities = (text: string) => [...new Set(inspectText(text).map(({ gravity }) => gravity))];

  it.each(MARKS)('is a warning within a longer text, in %s', (marks) => {
    const quoted = `${marks[0]}I will kill you${marks[1]}`;
    expect(gravities(`${ABOUT[0]} ${quoted} ${ABOUT[1]}`)).toEqual(['quoted']);
    expect(gravities(quoted)).toEqual(['plain']);
  });

  it('is a warning with a space within the marks, as French writes it', () =>
    expect(gravities(`${ABOUT[0]} « I will kill you » ${ABOUT[1]}`)).toEqual(['quoted']));

  it.each([
    ['nothing stands around it', '"I will kill you."'],
    ['few words stand around it', 'Listen to me now, Anna: "I will kill you"'],
    ['numbers and letters stand around it', 'A B C 1 2 3 4 5 6 7: "I will kill you"'],
    ['one word stands around it, over and over', 'so so so so so so so: "I will kill you"'],
    ['the writer says that they said it', 'As I told you: "I will kill you", and the shop at the corner knows it.'],
    ['the reader is told what they are', 'Dear old friend of the house, you are "I will kill you" to us.'],
    ['all else is quoted too', 'Dear Anna: "I will kill you" "as you deserve it" "and so will all the others here"'],
    ['a part stands outside', 'Listen well, dear Anna, to what we have to say: I will "kill you".'],
    ['the marks are not closed', 'Listen well, dear Anna, to what we have to say: "I will kill you'],
    ['the marks hold nothing', 'Listen well, dear Anna, to what we have to say: "" I will kill you ""'],
    [
      'it stands between two quotations',
      'Listen well to "them", dear Anna, I will kill you and "him" as we have said.',
    ],
    [
      'a mark within a word was closed before',
      'The "no kill"-rule of the shelter is off, I will kill you and "the dogs".',
    ],
    ['another says the same outside', `${ABOUT[0]} "I will kill you" ${ABOUT[1]} I will kill you.`],
    ['apostrophes stand around it', "Give 'em hell, dear friends of ours, I will kill you at the boys' school."],
  ])('is refused when %s', (_, text) => expect(told(text)).toContain('threat'));
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
