import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readInbound } from './opt-out.ts';
import { ownWords } from './own-words.ts';

const OURS = 'Hello Bob,\n> > our autumn offer.\nReply STOP to opt out.';
const quoted = (text: string) => text.replace(/^/gm, '> ');

const THREADS: readonly (readonly [program: string, text: string])[] = [
  ['Gmail', `STOP\n\nOn Mon, 2 Nov 2026 at 10:00, Ada <ada@mail.example.com> wrote:\n\n${quoted(OURS)}`],
  [
    'Gmail, wrapped',
    `STOP\r\n\r\nOn Mon, 2 Nov 2026 at 10:00, Ada Lovelace of the Desk\r\n<ada@mail.example.com> wrote:\r\n\r\n${quoted(OURS)}`,
  ],
  [
    'Gmail in German',
    `STOP\n\nAm Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Ada <\nada@mail.example.com>:\n${quoted(OURS)}`,
  ],
  ['Apple Mail', `Stop.\n\n> On 2 Nov 2026, at 10:00, Ada <ada@mail.example.com> wrote:\n> \n${quoted(OURS)}`],
  [
    'an iPhone',
    `Stop\n\nSent from my iPhone\n\n> On 2 Nov 2026, at 10:00, Ada <ada@mail.example.com> wrote:\n${quoted(OURS)}`,
  ],
  [
    'Outlook',
    `STOP\n\n________________________________\nFrom: Ada <ada@mail.example.com>\nSent: Monday, 2 November 2026 10:00\nTo: Bob <bob@example.org>\nSubject: Autumn\n\n${OURS}`,
  ],
  [
    'Outlook in German',
    `STOP\n\nVon: Ada <ada@mail.example.com>\nGesendet: Montag, 2. November 2026 10:00\nAn: Bob\nBetreff: Herbst\n\n${OURS}`,
  ],
  ['old Outlook', `STOP\n\n-----Original Message-----\nFrom: Ada\nSent: Monday\n\n${OURS}`],
  ['Yahoo', `STOP\n\n    On Monday, November 2, 2026, 10:00 AM, Ada <ada@mail.example.com> wrote:\n\n ${OURS}`],
  ['French Gmail', `STOP\n\nLe lun. 2 nov. 2026 à 10:00, Ada <ada@mail.example.com> a écrit :\n\n${quoted(OURS)}`],
  ['a bottom-poster', `On 2 Nov 2026, Ada <ada@mail.example.com> wrote:\n${quoted(OURS)}\n\nSTOP\n`],
  ['words under the mark', `-----Original Message-----\n${quoted(OURS)}\n\nSTOP`],
  ['a signature', `STOP\n-- \nBob Example\nHead of Nothing\n+1 415 555 0100`],
];

describe('an opt-out over a quoted thread is a whole message', () => {
  it.each(THREADS)('from %s', (_program, text) => {
    expect(readInbound(ownWords(text)).is).toBe('stop');
  });
});

test('what we wrote ourselves is not the wish of the one who quotes it', () => {
  for (const [, thread] of THREADS.slice(0, 11)) {
    const answered = thread.replace(/^STOP$|^Stop\.?$/m, 'Thanks, see you on Friday.');
    expect(ownWords(answered)).toContain('Friday');
    expect(readInbound(ownWords(answered)).is, answered).toBe('none');
  }
});

test('answers between the quoted lines are all kept', () => {
  const text = 'On 2 Nov 2026, Ada <a@b.example> wrote:\n> When?\nFriday.\n> Where?\nAt the station.\n';
  expect(ownWords(text)).toBe('Friday.\nAt the station.');
});

test('a mail without history is kept whole', () => {
  for (const text of [
    'Hello,\n\nFrom: the beginning of time people wrote letters.\n\nBob',
    'My grandmother wrote:\nnever trust a duck.',
    'Date: tomorrow\nSubject: lunch?',
    'Prices > 5 are too high; a > b.',
    '------------\nA table\n------------',
  ])
    expect(ownWords(text)).toBe(text);
});

test('quotes alone leave nothing', () => {
  expect(ownWords('> one\n> two')).toBe('');
  expect(ownWords('')).toBe('');
});

it('never loses a keyword that stands on the first line', () => {
  const history = fc.array(
    fc.oneof(
      fc.constantFrom(
        '> quoted',
        '-----Original Message-----',
        'From: a@b.example',
        'Sent: 2 Nov 2026',
        'To: c',
        'Subject: d',
        '',
        '-- ',
        '________',
        'On 2 Nov 2026, Ada <a@b.example> wrote:',
      ),
      fc.string(),
    ),
    { maxLength: 12 },
  );
  fc.assert(fc.property(history, (lines) => ownWords(['STOP', ...lines].join('\n')).startsWith('STOP')));
});

it.each(['> ', '\n', ' ', '-', '_', 'On 1@2 ', 'wrote:\n', 'From: x\n', 'a.', '--\n', '\n> a\nOn 1@ wrote:'])(
  'reads a megabyte of %j in bounded work',
  (piece) => {
    const startedAt = performance.now();
    ownWords(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    expect(performance.now() - startedAt).toBeLessThan(5_000); // some 20 ms in practice
  },
);
