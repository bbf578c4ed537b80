import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseEntry } from '../../src/audit/entry.ts';
import type { Principal } from '../../src/guard/principal.ts';
import type { ActionId } from '../../src/kernel/ids.ts';
import { CONFIG_WRITES } from '../../src/store/config-writes.ts';
import type { Engine } from '../../src/store/engine.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { committed } from './committed.ts';
import { EXAMPLES, exampleOf, isByNoDoor, nextMinute, validCall } from './examples.ts';
import { reasonsIn, verdictOf } from './outcome.ts';
import { leastOf, naming, openTenant } from './tenant.ts';

let t: TestHouse;
/** By action, the kinds of configuration that its example changed. */
const configured = new Map<string, readonly string[]>();
let engine: Engine;
beforeAll(async () => {
  ({ engine } = await engines[0]!.open());
  t = await openHouse({ engine });
});
afterAll(async () => {
  // every action was called, well and badly: nothing that was handed out is kept anywhere
  for (const [table, rows] of await dump(engine)) t.canaries.lookHard(`the table ${table}`, rows);
  await t[Symbol.asyncDispose]();
  expect(t.faults).toEqual([]);
});

it('which writes configure something is that of config.txt', () => {
  const writes = Object.entries(CONFIG_WRITES).map(([kind, of]) => `${kind.padEnd(26)}${of === null ? '-' : 'config'}`);
  const text = [
    '# Which writes change the configuration: the log has its hash before and after for each. Derived from the code by',
    '# test/matrix/examples.test.ts.',
    ...['', '## Writes', ...writes.sort(), ''],
  ].join('\n');
  committed(new URL('config.txt', import.meta.url), text, 'UPDATE_MATRIX');
});

it('every action has an example, and every example its action', () => {
  const known = t.house.catalogue.entries.filter((entry) => !isByNoDoor(entry));
  const names = known.map(({ action }) => action.name);
  const without = names.filter((name) => EXAMPLES[name] === undefined);
  expect(without, 'add a valid and a refused call of each to test/matrix/examples.ts').toEqual([]);
  expect(Object.keys(EXAMPLES).filter((name) => !names.includes(name as (typeof names)[number]))).toEqual([]);
});

it.for(Object.keys(EXAMPLES))('%s succeeds and answers in the shape that it declares', async (name) => {
  nextMinute(t);
  const { by, input } = await validCall(name, await openTenant(t));
  const outcome = await t.call(name, by, input);
  if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
  const { output, effect } = t.house.catalogue.byName(name)!.action;
  if (effect !== 'read') await expectLogged(outcome.id!, name, by);
  expect(output.parse(outcome.output)).toEqual(outcome.output);
});

/** Who, when, what and how it ended; and every configuration that it changed. */
async function expectLogged(id: ActionId, name: string, by: Principal): Promise<void> {
  const report = await t.house.store.log.action(null, id);
  const entries = report!.entries.map(({ body }) => parseEntry(body)!);
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const who = { kind: by.kind, id: by.id };
  expect(entries[0]).toMatchObject({ type: 'decision', action: id, name, at, by: who, decision: 'allow' });
  if (t.house.catalogue.byName(name)!.action.effect === 'world')
    expect(entries.filter(({ type }) => type === 'result')).toMatchObject([{ at, state: 'ok' }]);
  const kinds = entries.flatMap((entry) => (entry.type === 'config' ? [entry.what.split(':')[0]!] : []));
  configured.set(name, [...new Set(kinds)].sort());
}

it.for(Object.keys(EXAMPLES))('%s is refused where it must be, with a code and a sentence', async (name) => {
  nextMinute(t);
  const at = await openTenant(t);
  const entry = t.house.catalogue.byName(name)!;
  const { code, input } = exampleOf(name).refused;
  const by = leastOf(entry, at);
  const outcome = await t.call(name, by, { ...(await input(at)), ...naming(entry, by, at) });
  expect(verdictOf(outcome), reasonsIn(outcome).join()).toBe(code);
  if (outcome.is === 'refused') for (const { say } of outcome.why) expect(say.length).toBeGreaterThan(10);
});

it('what changes the configuration has said so, whichever action it was', () => {
  const says = (name: string) => configured.get(name);
  expect(says('comms.set_agent_limits')).toEqual(['agent']);
  expect(says('comms.provision_channels')).toEqual(['agent', 'agent-tokens']);
  expect(says('comms.create_organization')).toEqual(['admin-tokens', 'organization']);
  expect(says('comms.register_provider')).toEqual(['provider']);
  expect(says('comms.set_billing_config')).toEqual(['billing', 'organization']);
  expect(says('comms.set_alert_routes')).toEqual(['alert-routes']);
  expect(says('comms.set_registration_status')).toEqual(['registration']);
  expect(says('comms.pause_agent')).toEqual(['agent']);
  expect(says('comms.suspend_organization')).toEqual(['organization']);
  expect(says('identity.rotate_agent_token')).toEqual(['agent-tokens']);
  expect(says('identity.revoke_api_key')).toEqual(['api-key']);
  expect(says('identity.register_service')).toEqual(['service']);
  for (const name of ['comms.send_message', 'comms.record_consent', 'comms.dnc_add']) expect(says(name)).toEqual([]);
});
