/**
 * Proves the table of `test/doubles/resend-contract.ts`, and every request and answer of a run through the whole adapter, against
 * Resend's own OpenAPI description. That file is not in the repository: without it this says that it was skipped, and in CI fails.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { eventData, type Recorded } from '../doubles/resend.ts';
import {
  ENDPOINTS,
  type Endpoint,
  EVENTS,
  type FieldRule,
  matchEndpoint,
  UNDESCRIBED_EVENT_FIELDS,
} from '../doubles/resend-contract.ts';
import { FROM, mailPermit } from '../providers/mail-permit.ts';
import { credentials, NOW, setUp, signal } from '../providers/resend-fixture.ts';

type Schema = { readonly [name: string]: unknown };

const FILE = resolve(
  process.env['SALLYPORT_CONTRACTS'] ?? resolve(import.meta.dirname, '../../../shared/contracts'),
  'resend.json',
);
const present = existsSync(FILE);
if (!present) {
  process.stderr.write(
    `Skipped: Resend's requests against its OpenAPI description, for want of ${FILE} (SALLYPORT_CONTRACTS names the folder)\n`,
  );
  test.runIf(process.env['CI'] !== undefined)('the description is there in CI', () => expect(present).toBe(true));
}

const spec = present ? (JSON.parse(readFileSync(FILE, 'utf8')) as Schema) : {};

/** A member deep within, whatever its type. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
const at = (from: any, ...path: readonly string[]): any => path.reduce((value, name) => value?.[name], from);

/** With every `$ref` written out, `allOf` merged, and OpenAPI 3.0's `nullable` as JSON Schema has it. */
function written(schema: unknown): Schema {
  if (Array.isArray(schema)) return schema.map(written) as never;
  if (typeof schema !== 'object' || schema === null) return schema as never;
  const { $ref, allOf, nullable, ...rest } = schema as Schema;
  if (typeof $ref === 'string') return written(at(spec, ...$ref.slice(2).split('/')));
  const own = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, name === 'example' ? null : written(value)]),
  ) as Schema;
  const parts = [own, ...((allOf as unknown[]) ?? []).map(written)];
  const merged: Schema =
    parts.length === 1
      ? own
      : {
          ...Object.assign({}, ...parts),
          properties: Object.assign({}, ...parts.map((one) => at(one, 'properties'))),
          required: parts.flatMap((one) => at(one, 'required') ?? []),
        };
  return nullable === true && typeof merged['type'] === 'string'
    ? { ...merged, type: [merged['type'], 'null'], enum: undefined }
    : merged;
}

/** Objects that describe their members have no others. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const all = Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]) =>
      value === undefined || name === 'format' || name === 'example' ? [] : [[name, strict(value)]],
    ),
  );
  return 'properties' in all && !('additionalProperties' in all) ? { ...all, additionalProperties: false } : all;
}

const faultsOf = (schema: unknown, value: unknown): unknown => {
  const parsed = z.fromJSONSchema(strict(schema) as never).safeParse(value);
  return parsed.success ? null : parsed.error.issues;
};

const operation = ({ path, method }: Endpoint) => at(spec, 'paths', path, method.toLowerCase());
const requestSchema = (endpoint: Endpoint) =>
  written(at(operation(endpoint), 'requestBody', 'content', 'application/json', 'schema'));
const answerSchema = (endpoint: Endpoint) =>
  written(at(operation(endpoint), 'responses', String(endpoint.status), 'content', 'application/json', 'schema'));

/** What of our rule their schema does not have. */
function disagreements(rule: FieldRule, schema: Schema, where: string): readonly string[] {
  const choices = (schema['oneOf'] as Schema[] | undefined) ?? [schema];
  const fitting = choices.find((one) => [one['type']].flat().includes(rule.type));
  if (fitting === undefined) return [`${where} is ${JSON.stringify(schema['type'])} there`];
  const found: string[] = [];
  const allowed = fitting['enum'] as readonly string[] | undefined;
  if (rule.enum !== undefined && JSON.stringify([...rule.enum].sort()) !== JSON.stringify([...(allowed ?? [])].sort()))
    found.push(`${where} has other values there`);
  if (rule.maxItems !== undefined && rule.maxItems !== fitting['maxItems'])
    found.push(`${where} has another most there`);
  if (rule.maxLength !== undefined && rule.maxLength !== fitting['maxLength'])
    found.push(`${where} has another length there`);
  if (rule.items !== undefined) found.push(...disagreements(rule.items, fitting['items'] as Schema, `${where}[]`));
  return [...found, ...memberDisagreements(rule.fields ?? {}, fitting, where)];
}

function memberDisagreements(
  fields: Readonly<Record<string, FieldRule>>,
  schema: Schema,
  where: string,
): readonly string[] {
  return Object.entries(fields).flatMap(([name, rule]) => {
    const theirs = at(schema, 'properties', name) as Schema | undefined;
    return theirs === undefined ? [`${where}.${name} is not there`] : disagreements(rule, theirs, `${where}.${name}`);
  });
}

/** One run through everything that the adapter asks for. */
async function everything(): Promise<readonly Recorded[]> {
  const { double, resend } = await setUp({ download: async () => new Uint8Array(4) });
  for (let i = 0; i < 120; i++) double.addDomain(`d${i}.example`);
  double.addDomain('mail.example.com');
  const attachments = [{ filename: 'a.pdf', contentType: 'application/pdf', content: btoa('%PDF') }];
  const delivery = await resend.carrier.send(
    mailPermit(
      'resend',
      { purpose: 'marketing', html: '<p>x</p>', attachments },
      { context: { unsubscribe: 'tok_1' } },
    ),
  );
  const ref = delivery.state === 'ok' ? delivery.ref : null;
  await resend.account.verify(credentials, signal);
  for (let i = 0; i < 2; i++) await resend.account.mailDomain!(credentials, 'new.example.com', signal); // made, then found
  const sender = {
    channel: 'email',
    address: FROM,
    hooks: { inbound: 'https://desk.example/webhooks/resend/agt_1', status: '' },
  } as const;
  await resend.account.bindSender(credentials, sender, signal);
  const bound = await resend.account.bindSender(credentials, sender, signal);
  await resend.account.lookUp!(
    credentials,
    { channel: 'email', ref, from: FROM, to: 'bob@example.org', body: '', at: NOW },
    signal,
  );
  const file = {
    id: '660e8400-e29b-41d4-a716-446655440000',
    filename: 'a.pdf',
    content_type: 'application/pdf',
    content_disposition: 'attachment',
    content_id: 'c',
    size: 4,
  };
  const { id } = double.takeIn(
    {
      from: 'bob@example.org',
      to: [FROM],
      subject: 'Hi',
      message_id: '<m@example.org>',
      text: 'Hi',
      html: null,
      created_at: '2026-11-20T12:00:00.000Z',
    },
    [file],
  );
  await resend.receive(credentials, id, signal);
  await resend.account.unbindSender(
    credentials,
    { channel: 'email', address: FROM, ref: bound.state === 'ok' ? bound.value.ref : '' },
    signal,
  );
  return double.recorded;
}

describe('the adapter and the double', () => {
  it('use every row of the table, and nothing else', async () => {
    const used = new Set((await everything()).map(({ method, path }) => matchEndpoint(method, path)?.endpoint.name));
    expect([...used].sort()).toEqual(ENDPOINTS.map(({ name }) => name).sort());
  });
});

describe.runIf(present)("Resend's own description", () => {
  it.each(ENDPOINTS)('has what we ask for and read: $name', (endpoint) => {
    expect(operation(endpoint)).toBeDefined();
    expect(answerSchema(endpoint)).toBeDefined();
    const parameters = ((at(operation(endpoint), 'parameters') ?? []) as unknown[]).map(written);
    for (const [place, rules] of [
      ['query', endpoint.query ?? {}],
      ['header', endpoint.headers ?? {}],
    ] as const) {
      for (const [name, rule] of Object.entries(rules)) {
        const theirs = parameters.find((one) => one['in'] === place && String(one['name']).toLowerCase() === name);
        expect(theirs, `${place} ${name}`).toBeDefined();
        expect(disagreements(rule, theirs?.['schema'] as Schema, name)).toEqual([]);
      }
    }
    if (endpoint.json !== undefined) {
      const schema = requestSchema(endpoint);
      expect(memberDisagreements(endpoint.json, schema, '')).toEqual([]);
      for (const name of (schema['required'] as string[] | undefined) ?? [])
        expect(endpoint.json[name]?.required, name).toBe(true);
    }
    const answered = answerSchema(endpoint);
    const read = endpoint.answer.list === true ? (at(answered, 'properties', 'data', 'items') as Schema) : answered;
    expect(memberDisagreements(endpoint.answer.fields, read, '')).toEqual([]);
    // once described, a row of the table has to say so
    for (const name of endpoint.undescribed ?? []) expect(at(read, 'properties', name), name).toBeUndefined();
  });

  it('takes every request and answer of a run, and would see what does not fit', async () => {
    const recorded = await everything();
    expect(recorded.length).toBeGreaterThan(10);
    for (const { method, path, body, status, answer } of recorded) {
      const { endpoint } = matchEndpoint(method, path)!;
      if (endpoint.json !== undefined) expect(faultsOf(requestSchema(endpoint), body), `${method} ${path}`).toBeNull();
      else expect(body).toBeNull();
      expect(status).toBe(endpoint.status);
      expect(faultsOf(answerSchema(endpoint), answer), `answer of ${method} ${path}`).toBeNull();
    }
    const send = requestSchema(ENDPOINTS.find(({ name }) => name === 'send mail')!);
    const { from, ...rest } = recorded.find(({ path }) => path === '/emails')!.body as { from: string };
    expect(faultsOf(send, rest)).not.toBeNull();
    expect(faultsOf(send, { ...rest, from, Subject: 'x' })).not.toBeNull();
    expect(faultsOf(send, { ...rest, from, to: [1] })).not.toBeNull();
  });

  it.each(Object.entries(EVENTS))('has the event %s as we read it', (type, fields) => {
    const schema = written(at(spec, 'webhooks', type, 'post', 'requestBody', 'content', 'application/json', 'schema'));
    const data = at(schema, 'properties', 'data') as Schema;
    expect(memberDisagreements(fields, data, type)).toEqual([]);
    for (const [name, rule] of Object.entries(fields))
      if (rule.required === true) expect(data['required'], `${type} ${name}`).toContain(name);
    for (const name of UNDESCRIBED_EVENT_FIELDS) expect(at(data, 'properties', name)).toBeUndefined();
    const detail = {
      'email.bounced': { bounce: { type: 'Permanent', subType: 'NoEmail', message: '', diagnosticCode: [] } },
      'email.failed': { failed: { reason: 'reached_daily_quota' } },
      'email.suppressed': {
        suppressed: { reason: 'previous_bounce', type: 'Suppressed', message: '', diagnosticCode: [] },
      },
      'email.received': {
        message_id: '<m>',
        cc: [],
        bcc: [],
        attachments: [{ id: 'a-1', filename: 'a', content_type: 'text/plain' }],
      },
    }[type];
    const event = {
      type,
      created_at: '2026-11-20T12:00:00.000Z',
      data: eventData({ ...(type === 'email.received' ? {} : { tags: { agent: 'agt_1' } }), ...detail }),
    };
    expect(faultsOf(schema, event)).toBeNull();
  });
});
