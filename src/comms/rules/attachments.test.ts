import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Attachment } from '../provider-ports.ts';
import { attachmentFaultText, MAX_ATTACHED_BYTES, openAttachments, startsAsProgram } from './attachments.ts';

const file = (change: Partial<Attachment> = {}): Attachment => ({
  filename: 'report.pdf',
  contentType: 'application/pdf',
  content: btoa('%PDF-1.7'),
  ...change,
});
const problem = (...files: Attachment[]) => {
  const opened = openAttachments(files);
  return opened.ok ? null : opened.error.problem;
};

test('documents are decoded', () => {
  const opened = openAttachments([file({ contentType: 'Application/PDF' })]);
  expect(opened).toEqual({
    ok: true,
    value: [{ filename: 'report.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF-1.7') }],
  });
  expect(openAttachments([])).toEqual({ ok: true, value: [] });
});

describe('limits', () => {
  it('ten, not eleven', () => {
    expect(problem(...Array.from({ length: 10 }, () => file()))).toBeNull();
    expect(problem(...Array.from({ length: 11 }, () => file()))).toBe('too_many');
  });

  it('seven megabytes together, to the byte', () => {
    const half = Buffer.alloc(MAX_ATTACHED_BYTES / 2).toString('base64');
    expect(problem(file({ content: half }), file({ content: half }))).toBeNull();
    expect(problem(file({ content: half }), file({ content: half }), file({ content: 'AA==' }))).toBe('too_large');
    expect(problem(file({ content: 'A'.repeat(20_000_000) }))).toBe('too_large');
  });
});

it.each(['', 'JVBERi0xLjc', 'JVBE Ri0xLjc=', 'JVBE\nRi0xLjc=', 'JVBERi0xLjc=\n', '-_-_', 'JVBERi0xLjd=', '*'])(
  'refuses %j as base64',
  (content) => expect(problem(file({ content }))).toMatch(/^(?:not_base64|empty)$/),
);

describe('programs', () => {
  it.each([
    'a.exe',
    'A.EXE',
    'a.exe.',
    'a.exe . ',
    'a.pdf.scr',
    'a.ｅｘｅ',
    'run.bat',
    'x.js',
    'x.vbs',
    'x.ps1',
    'x.jar',
    'x.lnk',
    'x.iso',
    'x.docm',
    'x.hta',
    '.bat',
  ])('%s is refused by name', (filename) => expect(problem(file({ filename }))).toBe('a_program'));

  it.each(['application/x-msdownload', 'APPLICATION/X-SH', 'text/javascript', 'application/java-archive'])(
    '%s is refused by type',
    (contentType) => expect(problem(file({ contentType }))).toBe('a_program'),
  );

  it('are refused by their first bytes', () => {
    const pe = Buffer.alloc(128);
    pe.write('MZ');
    pe.writeUInt32LE(80, 60);
    pe.write('PE\0\0', 80);
    for (const content of [pe, Buffer.from('\x7fELF\x02', 'latin1'), Buffer.from('#!/bin/sh\n')])
      expect(problem(file({ content: content.toString('base64') }))).toBe('a_program');
    expect(
      problem(file({ content: btoa('MZ is where the newspaper comes from, and this is only its text, long enough.') })),
    ).toBeNull();
    pe.writeUInt32LE(0xffffffff, 60);
    expect(startsAsProgram(pe)).toBe(false);
  });

  it.each(['exe', 'report.pdf', 'my.exe.txt', 'Mail.eml', 'archive.zip'])('%s is none', (filename) =>
    expect(problem(file({ filename }))).toBeNull(),
  );
});

it.each([
  '',
  'pdf',
  'message/rfc822',
  'multipart/mixed',
  'text/html; charset=utf-8',
  'text/html\r\nX: y',
  'a/b/c',
  '*/*',
  'text/',
])('refuses %j as a type', (contentType) => expect(problem(file({ contentType }))).toBe('bad_type'));

it('says where the fault is, and never throws', () => {
  const opened = openAttachments([file(), file({ filename: 'a/b' })]);
  expect(opened.ok ? '' : attachmentFaultText(opened.error)).toMatch(
    /^attachments\[1\]: the file name must be a name alone/,
  );
  const any = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(
      any,
      any,
      any,
      (filename, contentType, content) => openAttachments([{ filename, contentType, content }]) !== null,
    ),
  );
});
