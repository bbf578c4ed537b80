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

describe('what an inbound message says', () => {
  for (const [is, texts] of Object.entries(CORPUS)) {
    it.each(texts)(`is ${is}: %j`, (text) => {
      expect(readInbound(text).is).toBe(is);
    });
  }

  it('names the keyword or the phrase for the reviewer', () => {
    expect(readInbound('Stop.')).toEqual({ is: 'stop', keyword: 'STOP' });
    expect(readInbound('opt-out')).toEqual({ is: 'stop', keyword: 'OPT OUT' });
    expect(readInbound('Hi Bob, please stop texting me!')).toEqual({ is: 'stop-intent', phrase: 'STOP TEXTING ME' });
    expect(readInbound('meet me at the bus stop')).toEqual({ is: 'mention', keyword: 'STOP' });
  });
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

  it('reads a megabyte of anything in bounded work', () => {
    const nasty = [
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
    ];
    for (const piece of nasty) {
      const startedAt = performance.now();
      readInbound(`remove me${piece.repeat(Math.ceil(1_000_000 / piece.length))}`);
      expect(performance.now() - startedAt, JSON.stringify(piece)).toBeLessThan(2_000); // a tenth of this in practice; quadratic work takes minutes
    }
  });
});
