import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filenameProblem,
  isHeaderSafe,
  isPlainMailbox,
  listUnsubscribe,
  mustListUnsubscribe,
  safeFilename,
  subjectProblem,
} from './mail-headers.ts';

describe('a header value', () => {
  it.each(['\r', '\n', '\0', '\r\nBcc: x@example.com', '\u0085', '\u2028', '\u2029', '\t', '\u001b[2J', '\ud800'])(
    'refuses %j anywhere',
    (bad) => {
      for (const value of [bad, `a${bad}`, `${bad}b`, `a${bad}b`]) {
        expect(isHeaderSafe(value)).toBe(false);
        expect(subjectProblem(value)).toMatch(/^subject: /);
        expect(filenameProblem(value)).not.toBeNull();
        expect(isPlainMailbox(`bob${value}@example.com`)).toBe(false);
      }
    },
  );

  it('keeps what people write', () => {
    for (const subject of ['', 'Re: 5 > 3; really? "yes"', 'Grüße 👋 от нас', 'x'.repeat(998)])
      expect(subjectProblem(subject)).toBeNull();
    expect(subjectProblem('ü'.repeat(500))).toMatch(/^subject: at most/);
  });
});

describe('a mailbox', () => {
  it.each(['desk@mail.example.com', "o'neill+tag@example.com"])('%s', (mailbox) =>
    expect(isPlainMailbox(mailbox)).toBe(true),
  );
  it.each([
    'Desk <desk@example.com>',
    'Desk@example.com',
    'a@b.example, c@d.example',
    '<a@b.example>',
    'a@localhost',
    '"a b"@c.example',
    '',
  ])('not %j', (mailbox) => expect(isPlainMailbox(mailbox)).toBe(false));
});

describe('a file name', () => {
  it.each([
    ['../../etc/passwd', 'a_path'],
    ['a\\b', 'a_path'],
    ['C:evil', 'a_path'],
    ['a"; filename="b.exe', 'a_path'],
    ['', 'no_name'],
    ['.', 'no_name'],
    ['..', 'no_name'],
    [' . ', 'no_name'],
    ['photo\u202egpj.exe', 'not_one_line'],
    ['ü'.repeat(128), 'too_long'],
  ])('%j is refused: %s', (name, problem) => {
    expect(filenameProblem(name)).toBe(problem);
    expect(filenameProblem(safeFilename(name, 'attachment'))).toBeNull();
  });

  it.each(['report.pdf', '.gitignore', 'Grüße (1).docx', 'x'.repeat(255)])('%s is kept', (name) => {
    expect(filenameProblem(name)).toBeNull();
    expect(safeFilename(name, 'attachment')).toBe(name);
  });

  it('from outside is made safe, whatever it is, and keeps its extension', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        (name) => filenameProblem(safeFilename(name, 'attachment')) === null,
      ),
    );
    expect(safeFilename('../../a.pdf', 'attachment')).toBe('.._.._a.pdf');
    expect(safeFilename(`${'ü'.repeat(400)}.pdf`, 'attachment')).toMatch(/ü\.pdf$/);
  });
});

describe('one-click unsubscribing', () => {
  it('has one HTTPS address and the line that makes it one click', () => {
    expect(listUnsubscribe('https://desk.example/unsubscribe/tok_1')).toEqual({
      'List-Unsubscribe': '<https://desk.example/unsubscribe/tok_1>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it.each([
    'http://desk.example/u',
    'mailto:out@desk.example',
    'https://desk.example/u>, <https://evil.example',
    'https://desk.example/u,https://evil.example',
    'https://desk.example/u\r\nBcc: x@example.com',
    'https://desk.example/ u',
    'https://',
    '',
    `https://desk.example/${'x'.repeat(1_000)}`,
  ])('not %j', (url) => expect(listUnsubscribe(url)).toBeNull());

  it('is a must for marketing by mail, and for what asks for it', () => {
    expect(mustListUnsubscribe({ channel: 'email', purpose: 'marketing' })).toBe(true);
    expect(mustListUnsubscribe({ channel: 'email', purpose: 'transactional', unsubscribe: true })).toBe(true);
    expect(mustListUnsubscribe({ channel: 'email', purpose: 'transactional' })).toBe(false);
    expect(mustListUnsubscribe({ channel: 'sms', purpose: 'marketing', unsubscribe: true })).toBe(false);
  });
});
