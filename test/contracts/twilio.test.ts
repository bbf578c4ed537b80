/**
 * Our table of Twilio's interface, and every request that the adapter makes, against Twilio's own OpenAPI description. The
 * Senders API is not in it: its rows are held against Twilio's npm package.
 */
import twilio from 'twilio';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Recorded } from '../doubles/twilio-books.ts';
import { ENDPOINTS, type FieldRule, type Fields, MESSAGE_STATUSES } from '../doubles/twilio-contract.ts';
import { HOOKS, permitTo, RECIPIENT, SENDER, twilioHouse } from '../support/twilio-house.ts';
import { contractTitle, hasContract, readContract } from './contracts-folder.ts';

const FILE = 'twilio_api_v2010.json';
// biome-ignore lint/suspicious/noExplicitAny: Twilio's description, looked into
type Described = any;

/** Every request that the adapter makes, each way of asking at least once. */
async function recordAll(): Promise<readonly Recorded[]> {
  await using house = await twilioHouse();
  const { account, carrier, credentials, double, clock } = house;
  const { signal } = new AbortController();
  const sms = double.own(SENDER);
  const sender = double.register(SENDER);
  double.shop.push({ address: '+14155550160', country: 'US', free: true });
  await account.verify(credentials, signal);
  for (const channel of ['sms', 'whatsapp'] as const) {
    await carrier.send(permitTo({ input: { channel } }));
    await account.bindSender(credentials, { channel, address: SENDER, hooks: HOOKS }, signal);
    const question = { channel, ref: null, from: SENDER, to: RECIPIENT, body: 'Hello', at: clock.now() };
    await account.lookUp!(credentials, question, signal);
    await account.lookUp!(credentials, { ...question, ref: double.messages[0]!.sid }, signal);
  }
  const template = { templateId: `HX${'0'.repeat(32)}`, templateVars: { 1: 'Bob' } };
  await carrier.send(permitTo({ input: { channel: 'whatsapp', ...template } }));
  await carrier.send(permitTo({ context: { from: `MG${'0'.repeat(32)}` } }));
  await account.unbindSender(credentials, { channel: 'sms', address: SENDER, ref: sms.sid }, signal);
  await account.unbindSender(credentials, { channel: 'whatsapp', address: SENDER, ref: sender.sid }, signal);
  double.account.senders = 403;
  await account.bindSender(credentials, { channel: 'whatsapp', address: '+15002000009', hooks: HOOKS }, signal);
  const wanted = { country: 'US', areaCode: '415', tag: 'sallyport act_1', hooks: HOOKS };
  const bought = await account.buyNumber!(credentials, wanted, signal);
  await account.findNumber!(credentials, wanted.tag, signal);
  if (bought.state === 'ok') await account.releaseNumber!(credentials, bought.value.ref, signal);
  return [...double.requests];
}

describe('the suite', () => {
  test('asks every endpoint of the table', async () => {
    const asked = new Set((await recordAll()).map(({ endpoint }) => endpoint.name));
    expect([...asked].sort()).toEqual(ENDPOINTS.map(({ name }) => name).sort());
  });
});

describe.skipIf(!hasContract(FILE))(contractTitle(FILE), () => {
  let spec: Described;
  beforeAll(() => {
    spec = readContract(FILE);
  });
  const described = ENDPOINTS.filter((endpoint) => endpoint.spec !== null);

  /** A schema with its reference followed. */
  const schema = (one: Described): Described =>
    one?.$ref === undefined ? one : spec.components.schemas[String(one.$ref).split('/').at(-1) ?? ''];
  const operation = ({ path, method }: { path: string; method: string }): Described =>
    spec.paths[path]?.[method.toLowerCase()];
  const formOf = (op: Described): Described =>
    schema(op?.requestBody?.content?.['application/x-www-form-urlencoded']?.schema);

  /** A rule of ours says what Twilio's schema says: the same type, pattern and values. */
  function expectSame(rule: FieldRule, theirs: Described, what: string): void {
    const { type, pattern, enum: values, maximum, properties } = schema(theirs) ?? {};
    expect({ what, type }).toEqual({ what, type: rule.type });
    if (rule.pattern !== undefined) expect({ what, pattern }).toEqual({ what, pattern: rule.pattern });
    if (rule.enum !== undefined) expect({ what, values }).toEqual({ what, values: rule.enum });
    if (rule.maximum !== undefined) expect({ what, maximum }).toEqual({ what, maximum: rule.maximum });
    for (const [name, inner] of Object.entries(rule.fields ?? {}))
      expectSame(inner, properties[name], `${what}.${name}`);
  }

  test.each(described)('$name is a request that Twilio describes', (endpoint) => {
    const op = operation(endpoint);
    expect(op).toBeDefined();
    const query = new Map<string, Described>(
      op.parameters?.filter((one: Described) => one.in === 'query').map((one: Described) => [one.name, one]),
    );
    for (const [name, rule] of Object.entries(endpoint.query ?? {}))
      expectSame(rule, query.get(name)?.schema, `query ${name}`);
    const form = formOf(op);
    for (const [name, rule] of Object.entries(endpoint.form ?? {}))
      expectSame(rule, form.properties[name], `form ${name}`);
    const required = (fields: Fields = {}) => Object.keys(fields).filter((name) => fields[name]?.required);
    expect(required(endpoint.form)).toEqual(form?.required ?? []);
    expect(required(endpoint.query)).toEqual([...query.values()].filter((one) => one.required).map((one) => one.name));
  });

  test.each(described)('$name answers what we read', (endpoint) => {
    const { responses } = operation(endpoint);
    expect(Object.keys(responses)).toContain(String(endpoint.status));
    if (endpoint.answer === undefined) return;
    const answer = schema(responses[endpoint.status].content['application/json'].schema);
    const { list, fields } = endpoint.answer;
    const one = list === undefined ? answer : schema(answer.properties[list].items);
    for (const [name, rule] of Object.entries(fields)) expectSame(rule, one.properties[name], name);
    if (list !== undefined && list !== 'available_phone_numbers')
      expect(answer.properties).toHaveProperty('next_page_uri');
  });

  test('we know every status that a message can have', () => {
    expect(spec.components.schemas['message_enum_status'].enum).toEqual(MESSAGE_STATUSES);
  });

  test('each request of the adapter is one that Twilio describes, field by field', async () => {
    const fits = (theirs: Described, text: string): boolean => {
      const { type, pattern, enum: values, minimum, maximum } = schema(theirs);
      if (type === 'integer')
        return /^\d+$/.test(text) && Number(text) >= (minimum ?? 0) && Number(text) <= (maximum ?? Infinity);
      if (type === 'boolean') return text === 'true' || text === 'false';
      return (pattern === undefined || new RegExp(pattern).test(text)) && (values?.includes(text) ?? true);
    };
    let looked = 0;
    for (const { endpoint, params, query, form } of await recordAll()) {
      if (endpoint.spec === null) continue;
      const op = operation(endpoint);
      const parameters = (where: string): Map<string, Described> =>
        new Map(
          op.parameters.filter((one: Described) => one.in === where).map((one: Described) => [one.name, one.schema]),
        );
      for (const [name, value] of Object.entries(params))
        expect([endpoint.name, name, fits(parameters('path').get(name), value)]).toEqual([endpoint.name, name, true]);
      for (const [name, value] of query)
        expect([endpoint.name, name, fits(parameters('query').get(name), value)]).toEqual([endpoint.name, name, true]);
      for (const [name, value] of form ?? [])
        expect([endpoint.name, name, fits(formOf(op).properties[name], value)]).toEqual([endpoint.name, name, true]);
      looked++;
    }
    expect(looked).toBeGreaterThan(15);
  });
});

describe("against Twilio's npm package", () => {
  type Request = { readonly method: string; readonly uri: string; readonly params?: object; readonly data?: object };
  /** What the package would send. */
  async function sent(ask: (client: twilio.Twilio) => Promise<unknown>): Promise<Request> {
    const requests: Request[] = [];
    const httpClient = {
      request: async (request: Request) => {
        requests.push(request);
        return { statusCode: 200, body: { senders: [], meta: {} } };
      },
    };
    const client = twilio(`AC${'0'.repeat(32)}`, 'token', { httpClient: httpClient as never });
    await ask(client);
    return requests[0]!;
  }
  const ours = (name: string) => ENDPOINTS.find((endpoint) => endpoint.name === name)!;

  test('WhatsApp senders are listed as the package lists them', async () => {
    const { method, path, query } = ours('list WhatsApp senders');
    const theirs = await sent((client) =>
      client.messaging.v2.channelsSenders.page({ channel: 'whatsapp', pageSize: 1 }),
    );
    expect(theirs).toMatchObject({ method: method.toLowerCase(), uri: `https://messaging.twilio.com${path}` });
    expect(Object.keys(query ?? {})).toEqual(expect.arrayContaining(Object.keys(theirs.params ?? {})));
  });

  test('a sender is updated where the package updates it, with the fields that it reads', async () => {
    const sid = `XE${'0'.repeat(32)}`;
    const { method, path, json } = ours('update WhatsApp sender');
    const theirs = await sent((client) => client.messaging.v2.channelsSenders(sid).update({}));
    expect(theirs).toMatchObject({
      method: method.toLowerCase(),
      uri: `https://messaging.twilio.com${path.replace('{Sid}', sid)}`,
    });
    const recorded = (await recordAll()).find(({ endpoint }) => endpoint.name === 'update WhatsApp sender');
    const { webhook } = (recorded?.json ?? {}) as { webhook: Record<string, string> };
    const { default: module } = await import('twilio/lib/rest/messaging/v2/channelsSender.js');
    const read = new module.MessagingV2ChannelsSenderWebhook(webhook);
    expect(
      Object.values(read)
        .filter((value) => value !== undefined)
        .sort(),
    ).toEqual(Object.values(webhook).sort());
    expect(Object.keys(json?.['webhook']?.fields ?? {}).sort()).toEqual(Object.keys(webhook).sort());
  });
});
