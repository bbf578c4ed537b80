import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { MAX_INSPECTED_CHARS } from './detectors.ts';
import { FIELD_KINDS, field } from './fields.ts';
import { textFields } from './inspect.ts';

const MAKE = {
  id: () => field.id('agt'),
  idOf: () => field.idOf('usr', 'tok'),
  name: () => field.name(),
  address: () => field.address(),
  phone: () => field.phone(),
  subject: () => field.subject(),
  url: () => field.url(),
  filename: () => field.filename(),
  code: () => field.code(),
  variable: () => field.variable(),
  time: () => field.time(),
  prose: () => field.prose(1_000),
  inbound: () => field.inbound(1_000),
  search: () => field.search(),
  secret: () => field.secret(),
  html: () => field.html(1_000),
  source: () => field.source(1_000),
  bytes: () => field.bytes(1_000),
} satisfies Record<keyof typeof field, () => z.ZodType>;

const GOOD: Record<keyof typeof field, readonly string[]> = {
  id: ['agt_01J0000000000000000000000', 'agt_default'],
  idOf: ['usr_01J0000000000000000000000', 'tok_1'],
  name: ["O'Brien; Sons", 'Smith & Co | Partners', 'אבי', '\u200fאבי', '日本語', '👨‍👩‍👧'],
  address: ['+1 (555) 123-0002', "o'brien+x@example.com"],
  phone: ['+1 (555) 123-0002'],
  subject: ['', 'Re: a < b & "c"'],
  url: ['https://example.com/a?b=c;d#e', 'HTTP://example.com'],
  filename: ['report 2026 (final).pdf', '.gitignore', 'a..b'],
  code: ['en-US', '123456', 'acme-inc', 'aGk_-=='],
  variable: ['1', '999', 'first_name'],
  time: ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.5+01:00'],
  prose: ['', 'Line one\r\n\tLine two', '‮'],
  inbound: ['', 'Line one\r\n\tLine two', '‮'],
  search: ['select one; drop by'],
  secret: ["' OR 1=1", 'two\nlines'],
  html: ['<p onclick="x()">Hi</p>\n'],
  source: ['agents:\n  - prompt: "<script>; drop table"\n'],
  bytes: ['', 'aGk='],
};

const BAD: Record<keyof typeof field, readonly string[]> = {
  id: ['', 'agt_', 'org_1', 'agt_a b', 'agt_1\n', `agt_${'a'.repeat(41)}`, 'xagt_1'],
  idOf: ['', 'usr_', 'agt_1', 'usr_tok_1', 'usr_a b', 'tok_1\n', `tok_${'a'.repeat(41)}`, 'xusr_1'],
  name: ['', '   ', 'a'.repeat(201)],
  address: ['', 'a'.repeat(255)],
  phone: ['', '1'.repeat(41)],
  subject: ['a'.repeat(201)],
  url: [
    '',
    'example.com',
    '//example.com',
    'javascript:alert(1)',
    'ftp://example.com',
    'https://exa mple.com',
    'https:\\\\example.com',
    'http:example.com',
    'https://',
  ],
  filename: ['', '.', '..', '../x', 'a/b', 'a\\b', 'C:x', 'a|b'],
  code: ['', 'a b', 'é', 'a'.repeat(65)],
  variable: ['', '1000', '+1', 'a-b', 'a'.repeat(33)],
  time: ['2026-11-20', '2026-11-20T10:00:00', 'now'],
  prose: ['a'.repeat(1_001)],
  inbound: [],
  search: ['a'.repeat(201)],
  secret: ['a'.repeat(4_097)],
  html: ['a'.repeat(1_001), 'a\0b'],
  source: ['a'.repeat(1_001), 'a\0b', '\ud800'],
  bytes: ['aGk', 'a b=', `${'aGk='.repeat(251)}`],
};

describe.each(Object.entries(MAKE))('field.%s', (name, make) => {
  const schema: z.ZodType = make();
  const key = name as keyof typeof field;

  it('carries its kind, also through describe', () => {
    const kind = z.globalRegistry.get(schema.describe('what for'))?.['field'];
    expect(Object.keys(FIELD_KINDS)).toContain(kind);
  });

  it('takes what is ordinary, unaltered', () => {
    for (const text of GOOD[key]) expect(schema.parse(text), JSON.stringify(text)).toBe(text);
  });

  it('refuses what is not of its form', () => {
    for (const text of BAD[key]) expect(schema.safeParse(text).success, JSON.stringify(text)).toBe(false);
  });

  it.skipIf(name === 'inbound')('refuses half a character and NUL', () => {
    for (const bad of ['\ud800', '\udc00', '\0']) {
      for (const text of [bad, ...GOOD[key].map((good) => good + bad)])
        expect(schema.safeParse(text).success, JSON.stringify(text)).toBe(false);
    }
  });

  it.skipIf(['prose', 'inbound', 'secret', 'html', 'source'].includes(name))(
    'refuses line breaks, controls and bidi overrides anywhere',
    () => {
      const bad = fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\t',
        '\x1b',
        '\x7f',
        '\x85',
        '\u2028',
        '\u2029',
        '\u202e',
        '\u2066',
      );
      fc.assert(
        fc.property(fc.constantFrom(...GOOD[key]), bad, fc.nat(), (good, char, at) => {
          const i = at % (good.length + 1);
          return !schema.safeParse(good.slice(0, i) + char + good.slice(i)).success;
        }),
      );
    },
  );
});

describe('what people write to us', () => {
  it('is never refused for what it holds: what is parsed can be stored', () => {
    const schema = field.inbound(1_000);
    expect(schema.parse('STOP\0 \ud800')).toBe('STOP\ufffd \ufffd');
    expect(schema.parse(`STOP${'x'.repeat(10_000_000)}`)).toMatch(/^STOPx+\n\[9999064 characters left out\]\nx+$/);
    expect(schema.safeParse(7).success).toBe(false);
  });

  it('is text to JSON Schema, and inspected as any other', () => {
    expect(z.toJSONSchema(field.inbound(), { io: 'input' })).toMatchObject({ type: 'string' });
    expect(textFields(z.object({ body: field.inbound() }))).toEqual([{ path: [{ member: 'body' }], kind: 'inbound' }]);
  });
});

it('a field that could not be inspected whole stops the start', () => {
  expect(() => field.prose(MAX_INSPECTED_CHARS + 1)).toThrow(RangeError);
  expect(() => field.prose(MAX_INSPECTED_CHARS)).not.toThrow();
});
