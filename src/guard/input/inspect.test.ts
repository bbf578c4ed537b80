import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FIELD_KINDS, type FieldKind, field } from './fields.ts';
import { inspectInput, textFields } from './inspect.ts';

const SCHEMA = z.strictObject({
  to: field.phone(),
  body: field.prose(2_000),
  subject: field.subject().optional(),
  channel: z.enum(['sms', 'email']).default('sms'),
  limits: z.object({ perDay: z.int().nullable() }).optional(),
  attachments: z.array(z.object({ name: field.filename(), url: field.url() })).default([]),
  vars: z.record(field.code(), field.prose(200)).optional(),
  sender: z.union([z.object({ agent: field.id('agt') }), z.object({ label: field.name() }), z.null()]).optional(),
  password: field.secret().optional(),
});
const FIELDS = textFields(SCHEMA);
const GOOD = { to: '+1 555 123 0002', body: 'Hello', channel: 'sms', attachments: [] };
const inspect = (more: object, policy: 'standard' | 'strict' = 'standard') =>
  inspectInput(FIELDS, { ...GOOD, ...more }, policy);

const SQL = "' OR 'a'='a";

describe('the walk over a schema', () => {
  it('finds every text and its kind', () => {
    const found = FIELDS.map(
      ({ path, kind }) =>
        `${path.map((step) => ('member' in step ? step.member : `<${step.each}>`)).join('.')}: ${kind}`,
    );
    expect(found).toEqual([
      'to: address',
      'body: prose',
      'subject: subject',
      'attachments.<value>.name: filename',
      'attachments.<value>.url: url',
      'vars.<key>: code',
      'vars.<value>: prose',
      'sender.agent: id',
      'sender.label: name',
      'password: secret',
    ]);
  });

  it.each<[string, z.ZodType]>([
    ['text without a kind', z.object({ a: z.string() })],
    ['text without a kind in a wrapper', z.object({ a: z.array(z.string().max(3).optional()).nullable() })],
    ['a format without a kind', z.object({ a: z.email() })],
    ['a record with undeclared keys', z.record(z.string(), z.number())],
    ['an unknown kind', z.object({ a: z.string().meta({ field: 'toString' }) })],
    ['anything at all', z.object({ a: z.unknown() })],
    ['any', z.object({ a: z.any() })],
    ['unnamed members', z.looseObject({})],
    ['unnamed members with text', z.object({ a: field.name() }).catchall(field.prose(9))],
    ['what a transform makes of text', z.object({ a: field.name().transform((text) => text.trim()) })],
    ['a custom type', z.object({ a: z.custom<string>() })],
    ['a recursive type', z.object({ a: z.lazy(() => field.name()) })],
    ['a place with two kinds', z.object({ a: z.union([field.name(), field.prose(9)]) })],
  ])('throws at %s, naming the place', (_says, schema) => {
    expect(() => textFields(schema)).toThrow(TypeError);
  });

  it('tells apart places that are spelled alike', () => {
    const schema = z.object({ 'a.b': field.name(), a: z.object({ b: field.name() }) });
    expect(inspectInput(textFields(schema), { 'a.b': SQL, a: { b: SQL } }, 'standard').rejected).toHaveLength(2);
  });

  it('takes a closed object and unnamed members that are no text', () => {
    expect(textFields(z.object({ n: z.number() }).catchall(z.boolean()))).toEqual([]);
  });
});

describe('the standard policy', () => {
  it.each([
    ['to', { to: SQL }],
    ['subject', { subject: '<script>alert(1)</script>' }],
    [
      'attachments.1.name',
      {
        attachments: [
          { name: 'a.pdf', url: 'https://x.y' },
          { name: '; rm -rf ~', url: 'https://x.y' },
        ],
      },
    ],
    ['attachments.0.url', { attachments: [{ name: 'a.pdf', url: 'https://x.y/..%2f..%2fetc' }] }],
    ['sender.label', { sender: { label: '$(whoami)' } }],
    ['vars.{key}', { vars: { [SQL]: 'x' } }],
  ])('rejects an attack in the structural field %s', (path, more) => {
    const { rejected, flagged } = inspect(more);
    expect(rejected.map((issue) => issue.path)).toEqual([path]);
    expect(flagged).toEqual([]);
  });

  it.each([
    ['body', { body: `Try ${SQL} in the form` }],
    ['vars.first', { vars: { first: SQL } }],
  ])('delivers prose and flags it: %s', (path, more) => {
    expect(inspect(more)).toEqual({ rejected: [], flagged: [{ path, pattern: 'sql-injection' }] });
  });

  it('leaves secrets alone, which may look like anything', () => {
    expect(inspect({ password: SQL }, 'strict')).toEqual({ rejected: [], flagged: [] });
  });

  it('lets names of real people and firms pass', () => {
    for (const label of [
      "O'Brien",
      "O'Brien; Sons",
      'Smith & Co | Partners',
      'AT&T | T-Mobile',
      'Barnes; Drop',
      'Q&A <3',
    ]) {
      expect(inspect({ sender: { label } }, 'strict')).toEqual({ rejected: [], flagged: [] });
    }
  });

  it('says nothing of the text itself', () => {
    const { rejected } = inspect({ subject: `hunter2 ${SQL}` });
    expect(JSON.stringify(rejected)).not.toContain('hunter2');
  });
});

describe('the strict policy', () => {
  it('rejects in prose too', () => {
    expect(inspect({ body: `Try ${SQL}` }, 'strict')).toMatchObject({ rejected: [{ path: 'body' }], flagged: [] });
  });

  it('still passes ordinary prose', () => {
    expect(inspect({ body: 'choose a time; drop by anytime' }, 'strict')).toEqual({ rejected: [], flagged: [] });
  });
});

describe('properties', () => {
  const piece = fc.constantFrom(
    SQL,
    '<script>',
    '../',
    '; rm -rf /',
    '$(whoami)',
    'Hello',
    ' ',
    '\r\nBcc: x',
    "O'Brien",
    '日本',
    ';',
    '%2e%2e%2f',
  );
  const prose = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

  it('prose is neither altered nor rejected, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          prose,
          fc.string({ unit: 'grapheme', maxLength: 200 }).filter((text) => !text.includes('\0')),
        ),
        (body) => {
          const input = SCHEMA.parse({ to: GOOD.to, body });
          const { rejected } = inspectInput(FIELDS, input, 'standard');
          expect(input.body).toBe(body);
          expect(rejected).toEqual([]);
        },
      ),
    );
  });

  it('strict rejects exactly where standard flags or rejects, for every kind', () => {
    const kinds = Object.keys(FIELD_KINDS) as FieldKind[];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), prose, (kind, text) => {
        const fields = [{ path: [], kind }];
        const standard = inspectInput(fields, text, 'standard');
        const strict = inspectInput(fields, text, 'strict');
        expect(strict.flagged).toEqual([]);
        expect(strict.rejected.length).toBe(standard.rejected.length + standard.flagged.length);
      }),
    );
  });
});
