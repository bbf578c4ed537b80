/** SWARM_FILE: what a start and a reload make of it, and what they leave alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Principal } from '../../../src/guard/principal.ts';
import type { Role } from '../../../src/identity/rules/roles.ts';
import { configContext } from '../../../src/main/actions.ts';
import { createHandlers } from '../../../src/swarm/config/handlers.ts';
import { swarmConfig } from '../../../src/swarm/config/schema.ts';
import type { HandlerContext } from '../../../src/swarm/index.ts';
import { verdictOf } from '../../matrix/outcome.ts';
import { engines } from '../../support/engines.ts';
import { signedIn } from '../../support/enrol.ts';
import { openHouse, testKeys } from '../../support/house.ts';
import { PROMPT, small, text } from './swarms.ts';

const SWARM = JSON.stringify(new URL('../../../src/swarm/index.ts', import.meta.url).href);
const ZOD = JSON.stringify(import.meta.resolve('zod'));

/** A file that a test writes, and houses over one database that start with it. */
function place(name = 'swarm.yaml') {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  const keys = testKeys();
  const opened = engines[1]!.open();
  let first = true;
  return {
    path,
    write: (content: string) => writeFileSync(path, content),
    async start() {
      const { engine, again } = await opened;
      const t = await openHouse({ engine: first ? engine : again(), keys, environment: { SWARM_FILE: path } });
      first = false;
      const org = t.house.defaultOrganization;
      const person = async (role: Role): Promise<Principal> =>
        (await t.house.authenticate((await signedIn(t.house, role, org)).signed.accessToken))!;
      const live = () => t.house.store.swarms.live(org);
      const versions = () => t.house.store.swarms.versions(org, { limit: 50 });
      return { t, org, person, live, versions, stop: () => t[Symbol.asyncDispose]() };
    },
  };
}

test('the first start applies it in the server’s own name, the next one leaves it, also after a rollback', async () => {
  const file = place();
  file.write(text(small('First.')));
  const first = await file.start();
  expect(await first.versions()).toMatchObject([{ version: 1, source: 'file', by: 'system:swarm-file', live: true }]);
  expect([...(await first.live())!.agents.keys()]).toEqual(['front-desk']);
  await first.stop();

  file.write(text(small('Second.')));
  const second = await file.start();
  expect(await second.versions()).toMatchObject([{ version: 2, source: 'file' }, { version: 1 }]);
  await second.t.done('swarm.rollback_config', await second.person('owner'), { version: 1 });
  await second.stop();

  const third = await file.start();
  expect(await third.live()).toMatchObject({ version: 3, config: { agents: [{ prompt: 'First.' }] } });
  await third.stop();
});

test('a broken file stops a start that has nothing else, in a sentence that says what to do', async () => {
  const file = place();
  file.write(text({ ...small(), agents: [{ ...small().agents[0], model: 'none' }] }));
  await expect(file.start()).rejects.toThrow(
    /SWARM_FILE=.*swarm\.yaml is not in use: 1:\d+ agents\.0\.model: is no model[\s\S]*sallyport swarm check/,
  );
  const missing = place();
  await expect(missing.start()).rejects.toThrow(/There is no file/);
  const broken = place();
  broken.write(`swarm: [${PROMPT}`);
  await expect(broken.start()).rejects.toThrow(expect.not.stringContaining('CANARY'));
});

test('a broken file leaves what was live, as a fault and an alert that say no word of it', async () => {
  const file = place();
  file.write(text(small('First.')));
  await (await file.start()).stop();
  file.write(`${text(small(PROMPT))}]`);
  const { t, org, live, stop } = await file.start();
  expect(await live()).toMatchObject({ version: 1, config: { agents: [{ prompt: 'First.' }] } });
  expect(t.faults.map(String)).toEqual([expect.stringMatching(/SWARM_FILE=.* is not in use/)]);
  const { alerts } = await t.done('comms.list_alerts', t.orchestrator, { organizationId: org });
  expect(alerts).toMatchObject([{ kind: 'swarm_file_not_in_use', severity: 'HIGH' }]);
  expect(JSON.stringify([t.faults.map(String), alerts])).not.toContain('CANARY');
  await stop();
});

test('a reload reads it again; who may not change a section is told which, and nothing changes', async () => {
  const file = place();
  file.write(text(small('First.')));
  const { t, org, person, live, versions, stop } = await file.start();
  const [owner, admin, operator] = [await person('owner'), await person('admin'), await person('operator')];
  expect(await t.done('swarm.reload', admin)).toMatchObject({ version: 1, changed: false });
  file.write(text({ ...small('Second.'), swarm: { name: 'bakery', limits: { depth: 2 } } }));
  expect(verdictOf(await t.call('swarm.reload', operator))).toBe('forbidden');
  const refused = await t.call('swarm.reload', admin);
  expect(refused).toMatchObject({
    is: 'refused',
    why: [{ guard: 'config-sections', code: 'forbidden', fact: 'sections prompts' }],
  });
  expect(await t.call('swarm.reload', admin, { dryRun: true })).toMatchObject({ is: 'explained', verdict: 'deny' });
  expect(await versions()).toHaveLength(1);
  expect(await t.done('swarm.reload', owner, { note: 'a better prompt' })).toMatchObject({ version: 2, changed: true });
  expect(await live()).toMatchObject({ config: { agents: [{ prompt: 'Second.' }] } });
  file.write(text({ ...small('Second.'), swarm: { name: 'bakery', limits: { depth: 1 } } }));
  expect(await t.done('swarm.reload', admin)).toMatchObject({ version: 3, sections: ['limits'] });
  rmSync(file.path);
  expect(verdictOf(await t.call('swarm.reload', owner))).toBe('invalid_input');
  const elsewhere = await t.organization();
  expect(verdictOf(await t.call('swarm.reload', elsewhere.admin))).toBe('not_found');
  expect(await t.house.store.swarms.live(elsewhere.id)).toBeNull();
  expect(await t.house.store.swarms.live(org)).toMatchObject({ version: 3 });
  await stop();
});

test('where prompts need a second person, a start proposes the file’s, once', async () => {
  const file = place();
  const guarded = (prompt: string) => text({ ...small(prompt), policies: { promptEdits: 'second-person' } });
  file.write(guarded('First.'));
  await (await file.start()).stop();
  file.write(guarded('Second.'));
  const second = await file.start();
  const waiting = (await second.t.house.store.swarms.proposed(second.org))!;
  expect(waiting).toMatchObject({ source: 'file', by: 'system:swarm-file' });
  expect(await second.live()).toMatchObject({ version: 1 });
  expect(second.t.faults.map(String)).toEqual([expect.stringMatching(/wait for a second person/)]);
  await second.stop();
  const third = await file.start();
  expect(await third.t.house.store.swarms.proposed(third.org)).toMatchObject({ id: waiting.id });
  await third.t.done('swarm.confirm_config', await third.person('owner'), { proposal: waiting.id });
  await third.stop();
  const fourth = await file.start();
  expect(fourth.t.faults).toEqual([]);
  expect(await fourth.versions()).toMatchObject([{ version: 2, source: 'file' }, {}]);
  await fourth.stop();
});

const context = (more: Partial<HandlerContext> = {}): HandlerContext => ({
  call: async () => null,
  tool: async () => null,
  thread: 'thr_1',
  name: 'clerk',
  now: () => 0,
  signal: new AbortController().signal,
  ...more,
});

const moduleText = (answer: string, peers = '[]') => `
  import * as z from ${ZOD};
  import { defineAgent, defineSwarm } from ${SWARM};
  export default defineSwarm({
    swarm: { name: 'sums' },
    agents: [
      defineAgent({
        name: 'adder', description: 'Adds up.', kind: 'handler', peers: ${peers},
        input: z.object({ numbers: z.array(z.number()).max(10), to: z.email().optional() }),
        output: z.object({ sum: z.number() }),
        handler: (context, { numbers }) => (${answer}),
      }),
    ],
  });`;

test('a module brings its handlers; one that is refused leaves configuration and handlers as they were', async () => {
  const file = place('swarm.mts');
  file.write(moduleText('{ sum: numbers.reduce((a, b) => a + b, 0) }'));
  const { t, org, person, live, stop } = await file.start();
  const owner = await person('owner');
  const sum = async () => t.house.handlers.get((await live())!.config, 'adder')!(context(), { numbers: [1, 2] });
  expect(await sum()).toEqual({ sum: 3 });
  expect(t.house.handlers.get((await live())!.config, 'nobody')).toBeNull();
  await expect(t.house.handlers.get((await live())!.config, 'adder')!(context(), { numbers: 'x' })).rejects.toThrow();
  const { input } = await t.done('swarm.show_agent_schema', owner, { name: 'adder' });
  expect(input).toMatchObject({ type: 'object', properties: { numbers: { maxItems: 10 }, to: { format: 'email' } } });

  file.write(moduleText('{ sum: 7 }', "['nobody']"));
  expect(verdictOf(await t.call('swarm.reload', owner))).toBe('invalid_input');
  expect(await sum()).toEqual({ sum: 3 });
  file.write('export default 1; // no swarm');
  expect(verdictOf(await t.call('swarm.reload', owner))).toBe('invalid_input');
  file.write('throw new Error("CANARY");');
  expect(JSON.stringify(await t.call('swarm.reload', owner))).not.toContain('CANARY');
  file.write(moduleText('{ sum: 8 }', "['adder']"));
  await t.done('swarm.reload', owner);
  expect(await sum()).toEqual({ sum: 8 });
  // put through a door: with the handlers that there are
  const put = (name: string) =>
    t.call('swarm.put_config', owner, {
      source: text({ swarm: { name: 'x' }, agents: [{ name, description: 'x', kind: 'handler' }] }),
    });
  expect(verdictOf(await put('adder'))).toBe('allow');
  expect(await t.house.handlers.get((await live())!.config, 'adder')!(context(), { numbers: [] })).toEqual({ sum: 8 });
  expect(verdictOf(await put('nobody'))).toBe('invalid_input');
  expect(await t.house.store.swarms.live(org)).toMatchObject({ version: 3 });
  await stop();
});

test('the handlers of a module that was never used are not those of another configuration', () => {
  const handlers = createHandlers();
  const of = (n: number) => new Map([['adder', async () => n]]);
  const config = (name: string) => swarmConfig.parse({ ...small(), swarm: { name } });
  handlers.offer('one', config('one'), of(1));
  expect(handlers.get(config('one'), 'adder')).not.toBeNull();
  handlers.offer('two', config('two'), of(2));
  expect([...handlers.names('two')]).toEqual(['adder']);
  return expect(handlers.get(config('three'), 'adder')!(context(), null)).resolves.toBe(1);
});

test('what an agent may have as a tool is what its own token may do', async () => {
  const file = place();
  file.write(text(small()));
  const { t, stop } = await file.start();
  const names = configContext(t.house.catalogue).actions;
  expect(names.has('comms.send_message')).toBe(true);
  for (const name of [
    'comms.approve',
    'identity.create_grant',
    'swarm.put_config',
    'swarm.reload',
    'comms.receive_message',
  ])
    expect(names.has(name)).toBe(false);
  await stop();
});
