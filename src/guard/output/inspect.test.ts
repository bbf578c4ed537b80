import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemEntropy } from '../../kernel/entropy.ts';
import { createOutputBook } from './book.ts';
import { allOf, createFingerprinter, type Fingerprints, NO_FINGERPRINTS } from './fingerprints.ts';
import { inspectOutput } from './inspect.ts';

const fingerprinter = createFingerprinter(systemEntropy());
const SECRET = 'Kx7-vQ2mPz9w-Lt4Rb8Yc1Nd';
const SHORT = 'Tr0ub4dor&3';
const PROMPT =
  'You are the front desk of a practice. Offer appointments on weekdays between nine and five, and give https://acme.example/book/your-own-appointment-online to whoever asks. Never speak of other patients.';
const known = [
  allOf([fingerprinter.ofSecret(SECRET), fingerprinter.ofSecret(SHORT, 'canary'), fingerprinter.ofPrompt(PROMPT)]),
];
const leak = (text: string, all: readonly Fingerprints[] = known) => inspectOutput(text, { fingerprinter, known: all });

const bytes = (text: string) => Buffer.from(text);
const rot13 = (text: string) =>
  text.replace(/[a-z]/gi, (c) =>
    String.fromCharCode(((c.charCodeAt(0) - (c <= 'Z' ? 65 : 97) + 13) % 26) + (c <= 'Z' ? 65 : 97)),
  );
const DISGUISES: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'in capitals': (text) => text.toUpperCase(),
  base64: (text) => bytes(text).toString('base64'),
  'base64 for URLs': (text) => bytes(text).toString('base64url'),
  'base64 twice': (text) => bytes(bytes(`x${text}`).toString('base64')).toString('base64'),
  'base64 over lines': (text) => bytes(text).toString('base64').replace(/.{10}/g, '$&\n'),
  hexadecimal: (text) => bytes(text).toString('hex'),
  'hexadecimal with spaces': (text) => bytes(text).toString('hex').replace(/../g, '$& '),
  escapes: (text) => [...bytes(text)].map((byte) => `\\x${byte.toString(16)}`).join(''),
  percent: (text) => [...bytes(text)].map((byte) => `%${byte.toString(16)}`).join(''),
  decimal: (text) => [...bytes(text)].join(', '),
  references: (text) => [...text].map((c) => `&#${c.charCodeAt(0)};`).join(''),
  backwards: (text) => [...text].reverse().join(''),
  rot13,
  spaced: (text) => [...text].join(' '),
  dotted: (text) => [...text].join('.'),
  'zero-width': (text) => [...text].join('\u200b'),
  'full width': (text) => text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
};

describe.each(Object.entries(DISGUISES))('%s', (_, disguise) => {
  test.each([
    ['a long secret', SECRET, 'secret'],
    ['a short canary', SHORT, 'canary'],
    ['a piece of a prompt', PROMPT.slice(20, 80), 'prompt'],
  ])('%s is found wherever it stands', (_name, text, found) => {
    for (const around of ['', 'Hello, here it is: ', 'a', 'ab', 'abc'])
      expect(leak(`${around}${disguise(text)} Bye.`)).toBe(found);
  });
});

test('the half of a long secret is found, the beginning of a short one is not', () => {
  expect(leak(SECRET.slice(4))).toBe('secret');
  expect(leak(SHORT.slice(0, 8))).toBeNull();
});

test('tokens of the house and private keys are found by their form', () => {
  expect(leak(`spa_${'aB3'.repeat(17).slice(0, 49)}`)).toBe('token');
  expect(leak(bytes(`use sps_${'x9Y'.repeat(17).slice(0, 49)}`).toString('base64'))).toBe('token');
  expect(leak('-----BEGIN EC PRIVATE KEY-----')).toBe('token');
  expect(leak('spa_short, special, spoon, begin private talks')).toBeNull();
});

test('of a prompt 40 characters of running text are found, less are not; its links may be given', () => {
  const words = PROMPT.slice(0, 120);
  for (let from = 0; from + 45 <= 80; from += 3) expect(leak(`so: ${words.slice(from, from + 45)}`)).toBe('prompt');
  expect(leak('the front desk of a practice')).toBeNull();
  expect(leak('https://acme.example/book/your-own-appointment-online')).toBeNull();
});

test.each([
  'Hello Ann, your appointment on Friday at ten is confirmed. Please bring your card and come ten minutes early.',
  'Ihr Termin am Freitag um 10 Uhr ist bestätigt. Größere Änderungen teilen wir Ihnen natürlich rechtzeitig mit.',
  '您好,您的预约已确认,星期五上午十点见。',
  '0123456789 '.repeat(30),
  'A'.repeat(1_000),
])('an ordinary text passes: %s', (text) => expect(leak(text)).toBeNull());

test('what is known holds no secret in the clear', () => {
  const kept = JSON.stringify(known, (_key, value) => (value instanceof Map ? [...value] : value));
  for (const part of [SECRET, 'kx7vq2mp', SHORT, 'tr0ub4dor', 'frontdesk']) expect(kept).not.toContain(part);
});

test('a text with nothing of it is never taken for one that has', () => {
  const secrets = fc.stringMatching(/^[A-Za-z0-9]{16,60}$/);
  fc.assert(
    fc.property(secrets, fc.string({ maxLength: 400 }), fc.nat(400), (secret, text, at) => {
      const all = [fingerprinter.ofSecret(secret)];
      const clean = text.replace(/[A-Za-z0-9]{8,}/g, ' ');
      expect(leak(clean, all)).toBeNull();
      expect(leak(`${clean.slice(0, at)} ${secret} ${clean.slice(at)}`, all)).toBe('secret');
    }),
  );
});

test('any text is read in time that grows with its length', () => {
  for (const piece of ['%41', '&#65;', 'QUJD', '41 ', '65, ', '\\x41', 'a', '\u200b', '💡'])
    expect(leak(piece.repeat(10_000))).toBeNull();
}, 4_000);

test('the book knows the server’s and the organisation’s secrets, and an agent’s prompts', () => {
  const book = createOutputBook(fingerprinter);
  book.learn(null, SECRET);
  book.learn('org_1', SHORT);
  book.learnPrompts('agt_1', [PROMPT]);
  const piece = PROMPT.slice(0, 60);
  expect(leak(SECRET, book.known('org_2', null))).toBe('secret');
  expect(leak(SHORT, book.known('org_1', null))).toBe('secret');
  expect(leak(SHORT, book.known('org_2', null))).toBeNull();
  expect(leak(piece, book.known('org_1', 'agt_1'))).toBe('prompt');
  expect(leak(piece, book.known('org_1', 'agt_2'))).toBeNull();
  book.learnPrompts('agt_1', ['Another prompt, long enough to be looked for in a text.']);
  expect(leak(piece, book.known('org_1', 'agt_1'))).toBeNull();
  expect(leak(SECRET, [NO_FINGERPRINTS])).toBeNull();
});
