// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what an attack holds
/**
 * Bad input to every action (C09): each text field × each kind of attack, and every property × what is of the wrong type,
 * too long, half a character or not asked for. Derived from the catalogue, so that no later field is left out.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import type { FieldKind } from '../../src/guard/input/fields.ts';
import type { Outcome } from '../../src/guard/perform.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { CONTACT, EXAMPLES, nextMinute, validCall } from './examples.ts';
import { reasonsIn, verdictOf } from './outcome.ts';
import { put, type Step, spelled } from './places.ts';
import { openTenant, type Tenant } from './tenant.ts';

const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  'SQL injection': ["' OR 'a'='a", "Robert'); DROP TABLE Students;--", "1' union/**/select/**/1,2,3"],
  XSS: ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', 'javascript:alert(1)'],
  'header injection': ['Hi\r\nBcc: eve@example.com', 'Hi%0d%0aBcc: eve@example.com'],
  'path traversal': ['../../etc/passwd', '..%2f..%2fetc%2fpasswd'],
  'command injection': ['; rm -rf /', '$(cat /tmp/x)', '${jndi:ldap://evil}'],
};
const EVERY_ATTACK = Object.values(ATTACKS).flat();

/** Ordinary writing that filters of this kind have refused. */
const INNOCENT = [
  'choose a time; drop by anytime',
  'kill the lights',
  'will the injection hurt?',
  'Dick',
  "O'Brien; Sons",
  'AT&T | T-Mobile',
  'Select a union rep; update me',
];

const DELIVERED_INTACT: readonly FieldKind[] = ['prose', 'inbound', 'search'];
const ITS_OWN: readonly FieldKind[] = ['html', 'secret', 'source'];
const FREE_TEXT: readonly FieldKind[] = ['name', 'subject', 'prose', 'inbound', 'search'];

/** Free text that this action's one whole example can't show: the house's own words, and what WhatsApp alone has. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  'comms.confirm_opt_out body', // test/rules/answers.test.ts
  'comms.confirm_opt_out subject',
  'comms.send_message templateVars.*', // test/rules/whatsapp.test.ts
]);

let t: TestHouse;
let strict: TestHouse;
beforeAll(async () => {
  t = await openHouse();
  strict = await openHouse({ environment: { INPUT_POLICY: 'strict' } });
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await strict[Symbol.asyncDispose]();
  expect(t.faults).toEqual([]);
});

type Call = (input: unknown) => Promise<Outcome>;

/** The action's valid call with some of its input exchanged, under a limit of reads that is out of the way. */
async function caller(
  house: TestHouse,
  name: string,
): Promise<{ readonly entry: CatalogueEntry; readonly input: object; readonly call: Call }> {
  nextMinute(house);
  const at = await openTenant(house);
  const { by, input } = await validCall(name, at, 'whole');
  let calls = 0;
  const call: Call = (changed) => {
    if (++calls % 100 === 0) nextMinute(house);
    return house.call(name, by, changed);
  };
  return { entry: house.house.catalogue.byName(name)!, input, call };
}

const warnedOf = (outcome: Outcome): readonly string[] =>
  outcome.is !== 'explained'
    ? [verdictOf(outcome)]
    : outcome.checks.flatMap(({ guard, findings }) => findings.filter(({ is }) => is === 'warn').map(() => guard));

/** Every refusal is one of these two and says where; neither repeats what was sent. */
function expectRefused(outcome: Outcome, field: string, sent: string): void {
  expect(['unsafe_input', 'invalid_input'], `${field}: ${sent.slice(0, 60)}`).toContain(verdictOf(outcome));
  if (outcome.is !== 'refused') return;
  const said = outcome.why.map(({ say }) => say).join();
  expect(said).toContain(field.split('.')[0]);
  expect(said.length).toBeLessThan(1_000);
  if (sent.length > 8) expect(said).not.toContain(sent);
}

describe.each(Object.keys(EXAMPLES))('%s', (name) => {
  it('refuses each attack in each structural field, and says in which', async () => {
    const { entry, input, call } = await caller(t, name);
    for (const { path, kind } of entry.fields.filter((field) => !DELIVERED_INTACT.includes(field.kind))) {
      if (ITS_OWN.includes(kind)) continue; // may look like anything and is shown to nobody by us
      for (const attack of EVERY_ATTACK) expectRefused(await call(put(input, path, attack)), spelled(path), attack);
    }
  });

  it('takes each attack in prose as it is and flags it', async () => {
    const { entry, input, call } = await caller(t, name);
    for (const { path } of entry.fields.filter((field) => DELIVERED_INTACT.includes(field.kind))) {
      for (const attack of EVERY_ATTACK) {
        const outcome = await call({ ...(put(input, path, attack) as object), dryRun: true });
        expect(warnedOf(outcome), `${spelled(path)}: ${attack}`).toContain('input-safety');
        expect(outcome).toMatchObject({ verdict: 'allow' });
      }
    }
  });

  it('refuses each attack in prose too under the strict policy', async () => {
    const { entry, input, call } = await caller(strict, name);
    if (entry.action.access === 'provider:deliver') return; // what people write to us is never turned away: see below
    for (const { path } of entry.fields.filter((field) => DELIVERED_INTACT.includes(field.kind))) {
      for (const attack of EVERY_ATTACK) {
        const outcome = await call(put(input, path, attack));
        expect(reasonsIn(outcome), `${spelled(path)}: ${attack}`).toEqual(['input-safety:unsafe_input']);
      }
    }
  });

  it('takes ordinary writing in every free field, also under the strict policy', async () => {
    for (const house of [t, strict]) {
      const { entry, input, call } = await caller(house, name);
      for (const { path } of entry.fields.filter((field) => FREE_TEXT.includes(field.kind))) {
        if (SHOWN_ELSEWHERE.has(`${name} ${spelled(path)}`)) continue;
        for (const text of INNOCENT) {
          const outcome = await call({ ...(put(input, path, text) as object), dryRun: true });
          expect(outcome, `${spelled(path)}: ${text}`).toMatchObject({ is: 'explained', verdict: 'allow' });
          expect(warnedOf(outcome)).toEqual([]);
        }
      }
    }
  });

  it('refuses half a character, NUL and a megabyte in every text, and controls in structural ones', async () => {
    const { entry, input, call } = await caller(t, name);
    for (const { path, kind } of entry.fields) {
      if (kind === 'inbound') continue; // what people write to us is never turned away: see below
      const huge = kind === 'bytes' ? [] : ['x'.repeat(1_000_000)]; // how much fits is for the guard and the door
      const everywhere = ['\ud800', 'a\udc00b', 'a\0b', ...huge];
      const structural = [...DELIVERED_INTACT, ...ITS_OWN].includes(kind)
        ? []
        : ['a\nb', 'a\r\nb', 'a\x1bb', 'a\u2028b', 'a\u202eb'];
      for (const text of [...everywhere, ...structural]) {
        const outcome = await call(put(input, path, text));
        expect(verdictOf(outcome), `${spelled(path)}: ${JSON.stringify(text.slice(0, 20))}`).toBe('invalid_input');
        expectRefused(outcome, spelled(path), text);
      }
    }
  });

  it('refuses a value of the wrong type in every place', async () => {
    const { entry, input, call } = await caller(t, name);
    for (const { path, types } of placesOf(z.toJSONSchema(entry.schema, { io: 'input' }))) {
      if (spelled(path) === 'payload') continue; // of any type: the agent that it is for says which
      for (const wrong of WRONG.filter((value) => !types.includes(typeOf(value)))) {
        const outcome = await call(put(input, path, wrong));
        expect(verdictOf(outcome), `${spelled(path)}: ${String(wrong)}`).toBe('invalid_input');
        expectRefused(outcome, spelled(path), '');
      }
    }
  });

  it('refuses what was not asked for, and names it to the caller alone', async () => {
    const { entry, input, call } = await caller(t, name);
    for (const unknown of UNKNOWN.filter((name) => !Object.hasOwn(entry.schema.shape, name))) {
      const outcome = await call({ ...input, ...JSON.parse(`{${JSON.stringify(unknown)}:{"org":"org_platform"}}`) });
      expect(verdictOf(outcome), unknown).toBe('invalid_input');
      if (outcome.is !== 'refused') continue;
      expect(outcome.issues.map(({ message }) => message).join()).toContain(unknown);
      expect(outcome.why[0]!.say).not.toContain(unknown); // anybody's words: the record does not keep them
    }
    for (const { path, types } of placesOf(z.toJSONSchema(entry.schema, { io: 'input' }))) {
      if (!types.includes('object')) continue;
      expect(verdictOf(await call(put(input, [...path, { member: 'nonsense' }], 1))), spelled(path)).toBe(
        'invalid_input',
      );
    }
    for (const whole of ['text', 7, true, [], [input]])
      expect(verdictOf(await call(whole)), String(whole)).toBe('invalid_input');
  });
});

const UNKNOWN = ['nonsense', 'constructor', 'toString', '__proto__', 'agentid', 'by', 'approvedBy', 'label'];
const WRONG: readonly unknown[] = [
  null,
  7,
  0.5,
  -1e300,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  true,
  'yes',
  [],
  [7],
  { a: 1 },
];

/** As JSON Schema names it; numbers that no JSON has, or that are out of any range, are of no type. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'array' : 'array of numbers';
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? 'integer' : 'no integer';
  return typeof value;
}

interface Place {
  readonly path: readonly Step[];
  readonly types: readonly string[];
}
type JsonSchema = z.core.JSONSchema._JSONSchema;

/** Every property, however deep, with the types that it takes. */
function placesOf(schema: JsonSchema, path: readonly Step[] = []): readonly Place[] {
  if (typeof schema === 'boolean') return [];
  const alternatives = schema.anyOf ?? [schema];
  const types = alternatives.flatMap((one) =>
    typeof one === 'boolean' ? [] : [one.type ?? [], one.enum === undefined ? [] : 'enum'].flat(),
  );
  const deeper = Object.entries(schema.properties ?? {}).flatMap(([member, inner]) =>
    placesOf(inner, [...path, { member }]),
  );
  // an enum and a pattern take some texts only
  const taken = types.filter((type) => type !== 'string');
  const takesText = types.includes('string') && !types.includes('enum');
  const own = path.length === 0 ? [] : [{ path, types: takesText ? [...taken, 'string'] : taken }];
  return [...own, ...deeper];
}

describe('prose', () => {
  const body = EVERY_ATTACK.join('\n');
  const sent = async (house: TestHouse, at: Tenant) => {
    await house.consent(at.agent, CONTACT);
    return house.call('comms.send_message', at.agent.by, { to: CONTACT, body });
  };

  it('is delivered intact, with a warning, and the log tells that it was flagged', async () => {
    const at = await openTenant(t);
    const outcome = await sent(t, at);
    if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
    expect(outcome.warnings.map(({ code }) => code)).toContain('flagged_input');
    const { messages } = await t.done('comms.get_messages', at.agent.by);
    expect(messages[0].body).toBe(body);
    const { entries } = await t.done('audit.query_log', t.orchestrator, { organizationId: at.org });
    const logged = entries.map((entry: { body: string }) => entry.body).join();
    expect(logged).toContain('warn:flagged_input');
    expect(logged).not.toContain('alert(1)');
  });

  it('of a proof and a reason is kept word for word', async () => {
    const { agent, admin } = await openTenant(t);
    await t.done('comms.record_consent', agent.by, { contact: CONTACT, channel: 'sms', proof: body.slice(0, 500) });
    const { history } = await t.done('comms.check_consent', agent.by, { contact: CONTACT, channel: 'sms' });
    expect(history[0].proof).toBe(body.slice(0, 500));
    await t.done('comms.dnc_add', admin, { contact: CONTACT, reason: body.slice(0, 500) });
    expect((await t.done('comms.dnc_list', admin)).entries[0].source).toBe(body.slice(0, 500));
  });

  it.each(['standard', 'strict'] as const)(
    'that people write to an agent is never turned away, nor its opt-out: %s policy',
    async (policy) => {
      const house = policy === 'strict' ? strict : t;
      const at = await openTenant(house);
      const outcome = await house.inbound(at.agent, CONTACT, `please stop texting me <script>alert(1)</script>`);
      expect(verdictOf(outcome), reasonsIn(outcome).join()).toBe('allow');
      await house.consent(at.agent, CONTACT);
      expect(reasonsIn(await house.call('comms.send_message', at.agent.by, { to: CONTACT, body: 'Hello' }))).toEqual([
        'suppression:suppressed',
      ]);
    },
  );
});

it.each([
  'STOP\0',
  '\ud83dSTOP',
  `please stop texting me ${'x'.repeat(1_000_000)}`,
  `${'x '.repeat(500_000)}. stop texting me`,
])('an opt-out is heard and kept in what no store can hold: %.30j', async (body) => {
  const at = await openTenant(t);
  await t.consent(at.agent, CONTACT);
  expect(verdictOf(await t.inbound(at.agent, CONTACT, body))).toBe('allow');
  const { messages } = await t.done('comms.get_waiting_messages', at.agent.by);
  expect(messages[0].optOut).toMatch(/^stop/);
  expect(messages[0].body.length).toBeLessThanOrEqual(20_000);
  expect(reasonsIn(await t.call('comms.send_message', at.agent.by, { to: CONTACT, body: 'Hello' }))).toContain(
    'suppression:suppressed',
  );
});

it('nesting as deep as a parser allows is refused, not followed', async () => {
  const { call, input } = await caller(t, 'comms.send_message');
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
  expect(verdictOf(await call({ ...input, body: deep }))).toBe('invalid_input');
  expect(verdictOf(await call({ ...input, extra: deep }))).toBe('invalid_input');
});
