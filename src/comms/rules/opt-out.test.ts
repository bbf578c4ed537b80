import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInbound } from './opt-out.ts';

// biome-ignore format: a corpus, packed
const CORPUS = {
  stop: [
    'STOP', 'Stop.', ' stop! ', 'ＳＴＯＰ', 'S T O P', 'S.T.O.P', 'S-T-O-P', 'ARRÊT', 'arret', 'opt-out', 'Opt out.',
    'OPTOUT', 'stop all', 'STOP STOP', 'Stop, unsubscribe', '*STOP*', '🛑 stop', 'st\u200bop', '> stop',
    '"Unsubscribe"', 'CANCEL!', 'end', 'Remove', 'REVOKE', 'stop\n', 'Quit…',
  ],
  'stop-intent': [
    'please stop texting me', 'Please stop', 'stop texting', 'Stop calling!', 'remove me from your list', 'REMOVE ME',
    "don't contact me again", 'dont ever text me again', 'Do not contact me.', 'take me off',
    'Take me off your mailing list please', 'unsubscribe me', 'Please unsubscribe', 'no more texts',
    'No more messages please', 'Not interested. Stop.', 'Stop. I mean it.', 'Stop, please', 'No, stop',
    'please remove me from\nyour list', 'STOP\n\nSent from my phone', 'Stop it now', 'stop sending me these emails',
    'stop sending these messages', 'I no longer want to receive your emails', "I don't want any more texts",
    'I don’t want you to text me', 'opt me out', 'How do I unsubscribe?', 'I want to opt out', 'leave me alone',
    'lose my number', "If you don't stop texting me I will sue", "why won't you stop calling me",
    "I told you don't call me", 'stop with the spam', 'Please take my number off this list', 'I revoke my consent',
    'get me off this list', 'Stop emailing us', 'stop\u00a0texting\u00a0me', 'please delete my number', 'Do not call',
    'stop spamming', 'Hello, please stop contacting this number.', 'remove my number from your database',
    'please stop!! texting me', 'I do not wish to be contacted', 'quit texting me', 'Ｐlease ｓtop ｔexting me',
    'I am opting out', "please don't text me anymore", 'please stop all messages', "Don't send me any more messages",
  ],
  mention: [
    'meet me at the bus stop', "don't stop", 'the end of the month', 'cancel my 3pm appointment',
    "please don't stop texting me", 'Did you stop texting me?', "I don't want to unsubscribe", 'This stop?',
    'Stop by anytime', 'stop, look and listen', 'can you cancel it', 'I quit my job', 'Please remove the second item',
    'end of story', 'He told Bob to stop calling Mary names at school', "Don't unsubscribe me",
    'stop sending the invoices to accounting', 'see you at the bus\nstop.', 'cancel the call at 3',
    'how do I unsubscribe from Netflix', 'I would like to revoke the offer', 'opt out of the pension plan',
    'non-stop', 're: move it and then stop by',
  ],
  none: [
    'hello', 'take me off speaker', 'call me tomorrow', "don't call me Bob", "don't call me, text me",
    "don't call me, I'll call you", 'you never call me', "don't call me before 10", 'stopping by',
    'I have no more messages for you', 'unstoppable', 'weekend', '', '   ', '👍', 'Re: move', 'take me off the team',
    '> Reply STOP to unsubscribe\nThanks!', 'yes please', 'I need help with my order',
  ],
  start: ['START', 'yes', 'Yes!', 'unstop', 'ＳＴＡＲＴ'],
  help: ['help', 'INFO?', 'Help!'],
} as const;

/** All of these suppress, as `stop` or as `stop-intent`: clear to a person who reads them. */
// biome-ignore format: a corpus, packed
const OPT_OUTS = [
  'Stop sms', 'STOP - John', 'STOP, John Smith', 'STOP (Acme)', 'Stop John', 'stop this', 'stop these', 'STOP EVERYTHING', 'Stop msgs', 'stop msg',
  'put me on your do not call list', 'Add my number to the do not contact list', 'Do not call list!', 'please place me on your DNC', 'DNC list please', 'no call list',
  'cancel all texts', 'END TEXTS', 'End all messages', 'Cancel SMS', 'cancel text alerts', 'please end these texts', 'I want to cancel all messages', 'Please stop texts to my phone',
  'stop text messages from you please', 'cease all messages', 'discontinue these emails', 'Can you stop sms', 'Hello, cancel all your messages.', 'Stop texts now',
  'I said stop', 'I SAID STOP!!!', 'I already said stop, thanks', 'I want you to stop', 'I need you to please stop', 'I told you to stop', "I've asked you guys to stop", 'I am asking you people to stop now',
  'make these stop', 'I would like you to stop.', 'I want to stop', 'Yes stop', 'Yes, stop.', 'yeah stop', 'Not interested stop', "I'm not interested, please stop", 'No longer interested, stop',
  'Wrong number stop', 'Wrong number. Please stop.', 'Seriously, stop', 'Enough! Stop!', 'Can you stop?', 'could you please stop', 'you need to stop', 'For the last time: stop', 'I told you, stop', 'text stop', 'Reply STOP',
  'stop wasting my time', 'quit wasting our time', 'stop bugging me', 'Stop annoying me please', 'quit hassling us',
  'STOPP', 'stoppp', 'STOOOP', 'sstop', 'Stpo', 'ST0P', 'S T O P P', 'STOP2END', 'stop 2 end', 'Stop to end', 'StopSMS', 'STOPTEXTS', 'stop 🛑 stop',
  'unsub', 'Unsub me', 'Please unsub', 'Un-subscribe', 'un subscribe', 'unsuscribe', 'UNSUBCRIBE ME', 'please unsubscibe', 'Unsubscribed', 'unsubscribe john@example.com', 'Unsubscribe John Smith', 'Unsubscribe all please',
  'cease and desist', 'Cease & desist all contact', 'This is a cease and desist notice.', 'Remove from list', 'please remove from your list', 'removeme', 'opt-me-out', 'Please delete my address',
  'Please delete my address. I am not a customer.', 'remove my number and never call again', 'Remove me, I have a new phone',
  'STОP', 'ЅТОР', 'ЅTОР ALL', 'SΤΟΡ', 'ՍNSՍBSCRIBE', 'plеase stоp tехting mе', 'ＳТОＰ', 'STOP\ufffd', 'STOP\0', '\ud83dSTOP',
];

/** None of these suppresses: everyday writing with the same words. */
// biome-ignore format: a corpus, packed
const INNOCENT = [
  'Please delete my address, the new one is 5 Elm St', 'Please delete my address. My new one is bob@x.com', 'delete my number, I have a new one', 'Please remove my phone, use this one instead',
  'meet me at the bus stop', "don't stop", 'stop by at five', 'Stop by', 'Stop by tomorrow', 'stop in later', 'stop sign', 'The stop sign on Main', 'Stop light is out', 'stop watch', 'stop the car', 'stop the press!',
  'the end of the month', 'cancel my 3pm appointment', "I can't stop laughing", 'stop laughing', 'Stop crying lol', 'non-stop', 'a non stop flight please', 'stop me if you heard this', 'stop me', 'Stop 14',
  'which stop?', 'next stop please', 'last stop on the line', "don't ever stop", "can't stop won't stop", "I didn't ask you to stop", "I don't want you to stop", 'I never asked you to stop', 'We never said stop',
  'Did you stop texting me?', "please don't cancel my alerts", "don't end the messages", "I don't want to cancel my texts", 'In the end texts were fine', 'my bus stop texts me updates', 'At the end, messages came in',
  'can you stop at the store', 'Could you stop by', 'Will you stop in', 'turn left and then stop.', 'The rain will stop soon', 'it would not stop raining', 'one-stop shop', 'full stop', 'stop and go traffic', 'stop or go', 'stop over in Boston', 'stop loss', 'stop motion',
  'cancel the call at 3', 'Can I cancel', 'cancel my order', 'Cancel the reservation for Friday', 'please cancel my email order', 'cancel my phone plan', 'when does it end', 'end of story', 'weekend plans', 'the end is near', 'Endless fun', 'dead end road', 'open ended',
  'I quit my job', 'quit smoking today', "quit it, you're funny", "don't quit on me", 'remove the second item please', 'Please remove my name from the waiting list', 'take me off the guest list', 'remove pickles', 'revoke the offer', 'remove my name from the order',
  'opt out of the pension plan', "Don't unsubscribe me", "I don't want to unsubscribe", 'how do I unsubscribe from Netflix', 'I did not unsubscribe', 'the UN sub committee', 'subscribe me', 'Subscription renewal?',
  'leave it on the stoop', 'stoop', 'stops at noon', 'Stopping by later', 'unstoppable', 'stopped already, thanks', "Who's on the call list?", 'call list for Monday', 'do you call Lists?', 'the letter to desist arrived', 'it will cease at noon',
  'text me when you stop', 'I said go', 'I told you to go', 'He wants to know', 'wasting my time at the bus stop again', 'Yes please', 'not interested in the blue one', 'wrong number, sorry', 'Can you text me the address?', 'new address: 5 Stop St', 'Привет, как дела', 'καλημέρα σας',
];

describe('what an inbound message says', () => {
  it.each(OPT_OUTS)('suppresses: %j', (text) => {
    expect(readInbound(text).is).toMatch(/^stop/);
  });

  it.each(INNOCENT)('suppresses nothing: %j', (text) => {
    expect(['mention', 'none']).toContain(readInbound(text).is);
  });

  for (const [is, texts] of Object.entries(CORPUS)) {
    it.each(texts)(`is ${is}: %j`, (text) => {
      expect(readInbound(text).is).toBe(is);
    });
  }

  it('names the keyword or the phrase for the reviewer', () => {
    expect(readInbound('Stop.')).toEqual({ is: 'stop', keyword: 'STOP', language: 'en' });
    expect(readInbound('opt-out')).toEqual({ is: 'stop', keyword: 'OPT OUT', language: 'en' });
    expect(readInbound('Hi Bob, please stop texting me!')).toEqual({
      is: 'stop-intent',
      phrase: 'STOP TEXTING ME',
      language: 'en',
    });
    expect(readInbound('meet me at the bus stop')).toEqual({ is: 'mention', keyword: 'STOP' });
  });
});

// biome-ignore format: a table, packed
const KEYWORDS = {
  fr: {
    stop: ['ARRÊT', 'arrêter', 'Arrêtez !', 'désabonner', 'DESINSCRIPTION', 'résilier', 'Annuler.', 'stop sms', 'STOP PUB', 'ARRET STOP'],
    start: ['Reprendre', 'démarrer', 'RÉABONNEMENT'],
    help: ['Aide', 'AIDE ?', 'infos'],
  },
  es: {
    stop: ['BAJA', 'Alto', 'parar', 'cancelar', 'DETENER', 'No más', 'de baja', '¡Anular!', 'desuscribirme', 'baja baja'],
    start: ['ALTA', 'iniciar', 'Reanudar'],
    help: ['Ayuda', '¿AYUDA?', 'información'],
  },
  de: {
    stop: ['Abmelden', 'ABBESTELLEN', 'austragen', 'Abmeldung!', 'aufhören', 'AUFHOEREN', 'beenden', 'Widerruf', 'stoppen'],
    start: ['Anmelden', 'STARTEN', 'fortsetzen'],
    help: ['Hilfe', 'HILFE!', 'Information'],
  },
} as const;

describe.each(Object.entries(KEYWORDS))('keywords in %s', (language, words) => {
  for (const [is, texts] of Object.entries<readonly string[]>(words)) {
    it.each(texts)(`is ${is}: %j`, (text) => {
      expect(readInbound(text)).toMatchObject({ is, language });
    });
  }
  it('stretched by thumbs, "Stopp" stops too', () => expect(readInbound('Stopp').is).toBe('stop'));
});

describe('the labelled sentences', () => {
  interface Sentence {
    readonly language: string;
    readonly suppresses: boolean;
    readonly half: string;
    readonly text: string;
  }
  const sentences = readFileSync(new URL('../../../test/corpora/opt-out.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): Sentence => {
      const [language = '', label, half = '', text = ''] = line.split('\t');
      return { language, suppresses: label === 'stop', half, text };
    });
  const wrong = (half: string) =>
    sentences
      .filter((one) => one.half === half && readInbound(one.text).is.startsWith('stop') !== one.suppresses)
      .map(({ text }) => text);

  it.each(['en', 'fr', 'es', 'de'])('are at least sixty in %s, half of them held out from tuning', (language) => {
    const own = sentences.filter((one) => one.language === language);
    expect(own.length).toBeGreaterThanOrEqual(60);
    expect(own.filter(({ half }) => half === 'held').length).toBeGreaterThanOrEqual(30);
  });
  it('are all read right where patterns were made with them in sight', () => expect(wrong('tune')).toEqual([]));
  /** 140 sentences: one opt-out of 69 missed, one of 71 everyday ones suppressed. Told as it is, and not tuned away. */
  it('are read as well as measured where they were held out', () =>
    expect(wrong('held')).toEqual(['Stop ou encore ?', 'please quit sending these']));
});

describe('properties', () => {
  const keyword = fc.constantFrom(
    'STOP',
    'STOPALL',
    'UNSUBSCRIBE',
    'CANCEL',
    'END',
    'QUIT',
    'REVOKE',
    'OPTOUT',
    'OPT OUT',
    'OPT-OUT',
    'ARRET',
    'ARRÊT',
    'REMOVE',
  );
  const around = fc.string({
    unit: fc.constantFrom(...' \t\n\u00a0\u200b.,;:!?"\'“”…-–*_()[]<>/\\|#~🙏👍'),
    maxLength: 8,
  });
  const cased = (text: string, upper: readonly boolean[]) =>
    [...text].map((char, i) => (upper[i] ? char.toUpperCase() : char.toLowerCase())).join('');

  it('a whole keyword is a stop whatever its case, width and what punctuation or space stands around it', () => {
    const wide = (text: string) =>
      text.replace(/[A-Za-z]/g, (char) => String.fromCodePoint(char.charCodeAt(0) + 0xfee0));
    fc.assert(
      fc.property(
        keyword,
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        around,
        around,
        fc.boolean(),
        (word, upper, before, after, fullWidth) => {
          const text = cased(word, upper);
          expect(readInbound(before + (fullWidth ? wide(text) : text) + after).is).toBe('stop');
        },
      ),
    );
  });

  it('a keyword anywhere never passes unnoticed', () => {
    const prose = fc.array(fc.constantFrom('the', 'bus', 'meet', 'me', 'please', "don't", 'we', 'for', 'a', 'while'), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(prose, keyword, prose, (before, word, after) => {
        expect(['stop', 'stop-intent', 'mention']).toContain(readInbound([...before, word, ...after].join(' ')).is);
      }),
    );
  });

  it('text without any of the words is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'bcfg  .,!?\n>') }), (text) => readInbound(text).is === 'none'),
    );
  });

  const gap = ' please yes no thanks not interested ';
  const NASTY = [
    ' ',
    '\n',
    '\n ',
    '.',
    '> ',
    ' the',
    "don't ",
    'stop ',
    'please ',
    'remove me from your ',
    'no more ',
    'a.',
    '\u0301',
    'ﷺ',
    'SSSSTTTTOOOO',
    'ЅТОО',
    '. stop to me , ',
    `.${gap}cancel all the these those texts`,
    '. delete my address . it is the',
    'i told you to stop please now ok ',
    'arretez de les vos ces ',
    '. merci de , svp , bonjour ',
    'retirez mon numero svp , ',
    'no quiero recibir mas sus los ',
    '. por favor , no , gracias ',
    'deja de enviar mas otros sus ',
    'horen sie bitte endlich damit ',
    'horen sie auf mir zu ',
    '. bitte , danke , mich hier ',
    'loschen sie meine nummer aus der ',
    'widerspreche der nutzung von ',
    '. put me on your the a do not ',
  ];
  it.each(NASTY)('reads a megabyte of anything in bounded work: %j', (piece) => {
    const startedAt = performance.now();
    readInbound(`remove me${piece.repeat(Math.ceil(1_000_000 / piece.length))}`);
    readInbound(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    expect(performance.now() - startedAt).toBeLessThan(500); // 30 ms in practice
  });

  it('reads as far as 20 000 characters, folded no more than twice as many', () => {
    const read = (padding: string, times: number) => readInbound(`${padding.repeat(times)}. please stop texting me`).is;
    expect(read('x ', 9_900)).toBe('stop-intent');
    expect(read('x ', 10_100)).toBe('none');
    expect(read('ﷺ ', 1_000)).toBe('stop-intent');
    expect(read('ﷺ ', 9_000)).toBe('none');
  });
});
