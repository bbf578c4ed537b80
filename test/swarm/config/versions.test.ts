/** A swarm's configuration in a house: versions, agents, rights by section, two people at once, over the engines. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Outcome } from '../../../src/guard/perform.ts';
import { swarmConfig } from '../../../src/swarm/config/schema.ts';
import { verdictOf } from '../../matrix/outcome.ts';
import { dump } from '../../support/dump.ts';
import { engines } from '../../support/engines.ts';
import { openHouse, testKeys } from '../../support/house.ts';
import { type Desk, deskIn, openDesk } from './house.ts';
import { PROMPT, small, text, whole } from './swarms.ts';

const desk = async (): Promise<Desk> => {
  const opened = await openDesk();
  onTestFinished(() => opened[Symbol.asyncDispose]());
  return opened;
};
// biome-ignore lint/suspicious/noExplicitAny: tests look into outputs of every shape
const outputOf = (outcome: Outcome): any => {
  if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.output;
};
const saysOf = (outcome: Outcome) =>
  outcome.is === 'refused' ? outcome.why.map(({ say }) => say).join('\n') : outcome.is;
/** Without the handler, which no module gave. */
const two = () => ({
  ...whole(),
  agents: whole()
    .agents.filter(({ kind }) => kind !== 'handler')
    .map((a) => ({ ...a, peers: a.peers?.filter((p) => p !== 'sums') })),
});

describe.each(engines)('a configuration on $name', (engine) => {
  test('becomes live as a version, is there after a restart, and is sealed at rest', async () => {
    const { engine: at, again, dispose } = await engine.open();
    const keys = testKeys();
    const first = await openHouse({ engine: at, keys });
    const { t, org, person, put } = await deskIn(first);
    const owner = await person('owner');
    expect(await t.house.store.swarms.live(org)).toBeNull();
    expect(outputOf(await put(owner, two(), { note: 'CANARY-note', expectedVersion: 0 }))).toMatchObject({
      version: 1,
      changed: true,
      proposal: null,
    });
    expect(outputOf(await put(owner, two()))).toMatchObject({ version: 1, changed: false });
    expect(outputOf(await put(owner, small('Another prompt.'), { expectedVersion: 1 }))).toMatchObject({
      version: 2,
      changed: true,
    });
    const live = (await t.house.store.swarms.live(org))!;
    expect(live).toMatchObject({ version: 2, config: swarmConfig.parse(small('Another prompt.')) });
    expect(await t.house.store.swarms.live(org)).toBe(live);
    expect([...live.agents.keys()]).toEqual(['front-desk']);
    expect(await t.house.store.swarms.at(org, 1)).toEqual(swarmConfig.parse(two()));
    expect(await t.house.store.swarms.at(org, 3)).toBeNull();
    expect([...(await dump(at)).values()].join('\n')).not.toContain('CANARY');
    if (engine.name === 'memory') return first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await using later = await openHouse({ engine: again(), keys });
    onTestFinished(dispose);
    expect(await later.house.store.swarms.live(org)).toMatchObject({ version: 2, agents: live.agents });
    expect(await later.house.store.swarms.versions(org, { limit: 5 })).toMatchObject([
      { version: 2, live: true, source: 'put', by: owner.id, note: null },
      { version: 1, live: false, note: 'CANARY-note' },
    ]);
  });

  test('of two that are put at once one is refused, and nothing is lost', async () => {
    const { engine: at, again, dispose } = await engine.open();
    const keys = testKeys();
    const one = await openHouse({ engine: at, keys });
    const other = engine.name === 'postgres' ? await openHouse({ engine: again(), keys }) : one;
    const { org, person } = await deskIn(one);
    const owner = await person('owner');
    const put = (t: typeof one, i: number) =>
      t.call('swarm.put_config', owner, { source: text(small(`Prompt ${i}.`)), expectedVersion: 0 });
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, i) => put(i % 2 === 0 ? one : other, i)));
    expect(outcomes.map(verdictOf).toSorted()).toEqual(['allow', ...Array(5).fill('conflict')]);
    // without saying from where: all are made, one after the other
    const free = await Promise.all(
      [1, 2, 3].map((i) =>
        (i % 2 === 0 ? one : other).call('swarm.put_config', owner, { source: text(small(`Free ${i}.`)) }),
      ),
    );
    expect(free.map(verdictOf)).toEqual(['allow', 'allow', 'allow']);
    expect(await one.house.store.swarms.versions(org, { limit: 9 })).toHaveLength(4);
    expect(await other.house.store.swarms.live(org)).toMatchObject({ version: 4 });
    if (other !== one) await other[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    await dispose();
  });
});

test('new agents are made without a channel, one that comes back is who it was, one that was ended is made anew', async () => {
  const { t, org, admin, person, put } = await desk();
  const owner = await person('owner');
  outputOf(await put(owner, two()));
  const first = (await t.house.store.swarms.live(org))!.agents;
  expect(await t.house.store.tenancy.agent(org, first.get('orders')!)).toMatchObject({
    name: 'orders',
    status: 'active',
    senders: {},
  });
  outputOf(await put(owner, small()));
  expect((await t.house.store.swarms.live(org))!.agents).toEqual(new Map([['front-desk', first.get('front-desk')]]));
  outputOf(await put(owner, two()));
  expect((await t.house.store.swarms.live(org))!.agents).toEqual(first);
  outputOf(await put(owner, small()));
  await t.done('comms.deprovision_channels', admin, { agentId: first.get('orders') });
  outputOf(await put(owner, two()));
  expect((await t.house.store.swarms.live(org))!.agents.get('orders')).not.toBe(first.get('orders'));
});

test('an agent is bound by id within the organisation alone, and while it has not ended', async () => {
  const { t, org, admin, person, put } = await desk();
  const owner = await person('owner');
  const elsewhere = await t.agent((await t.organization()).admin);
  const own = await t.agent(admin);
  const bound = (agentId: string) => ({ ...small(), agents: [{ ...small().agents[0], agentId }] });
  expect(verdictOf(await put(owner, bound(elsewhere.id)))).toBe('not_found');
  expect(verdictOf(await put(owner, bound('agt_nobody')))).toBe('not_found');
  outputOf(await put(owner, bound(own.id)));
  expect((await t.house.store.swarms.live(org))!.agents.get('front-desk')).toBe(own.id);
  await t.done('comms.deprovision_channels', admin, { agentId: own.id });
  expect(verdictOf(await put(owner, { ...bound(own.id), swarm: { name: 'other' } }))).toBe('not_found');
});

test('the pool of agents holds', async () => {
  const { t, org, person, put } = await desk();
  await t.done('comms.expand_agent_pool', t.orchestrator, { organizationId: org, maxAgents: 2 });
  const owner = await person('owner');
  expect(verdictOf(await put(owner, two()))).toBe('agent_pool_full');
  expect(await t.house.store.tenancy.activeAgents(org)).toBe(0);
  expect(verdictOf(await put(owner, small()))).toBe('allow');
});

test('a configuration that is wrong changes nothing, and says where', async () => {
  const { t, org, person, put } = await desk();
  const owner = await person('owner');
  outputOf(await put(owner, small()));
  const refused = await put(owner, { ...small(), agents: [{ ...small().agents[0], model: 'none', peers: ['x'] }] });
  expect(verdictOf(refused)).toBe('invalid_input');
  expect(saysOf(refused)).toMatch(/^1:\d+ agents\.0\.model: is no model.*\n1:\d+ agents\.0\.peers\.0: is no agent/);
  expect(await t.house.store.swarms.live(org)).toMatchObject({ version: 1 });
});

test('going back is one call: a new version with the old content, judged like any other', async () => {
  const { t, org, person, put } = await desk();
  const owner = await person('owner');
  outputOf(await put(owner, small('First.')));
  outputOf(await put(owner, small('Second.')));
  const back = outputOf(await t.call('swarm.rollback_config', owner, { version: 1, expectedVersion: 2 }));
  expect(back).toMatchObject({ version: 3, changed: true, sections: ['prompts'] });
  expect(await t.house.store.swarms.live(org)).toMatchObject({ config: { agents: [{ prompt: 'First.' }] } });
  expect(verdictOf(await t.call('swarm.rollback_config', owner, { version: 9 }))).toBe('not_found');
  expect(verdictOf(await t.call('swarm.rollback_config', owner, { version: 1, expectedVersion: 1 }))).toBe('conflict');
  expect((await t.done('swarm.list_config_versions', owner)).versions).toMatchObject([{ source: 'rollback' }, {}, {}]);
});

test('a section that was granted is all that may be changed; a limit may be lowered by who administers', async () => {
  const at = await desk();
  const { t, org, person, put } = at;
  const [owner, admin] = [await person('owner'), await person('admin')];
  outputOf(await put(owner, two()));
  const prompts = () => ({
    ...two(),
    agents: two().agents.map((a) => (a.name === 'orders' ? { ...a, prompt: 'You know them all.' } : a)),
  });
  expect(verdictOf(await put(admin, prompts()))).toBe('forbidden');
  const grant = (resource: object, effect = 'allow', action = 'swarm.put_config') =>
    t.done('identity.create_grant', owner, { principal: admin.id, action, resource, effect });
  await grant({ kind: 'section', id: 'prompts' });
  const granted = await at.again(admin);
  expect(verdictOf(await put(granted, prompts()))).toBe('allow');
  const tools = { ...prompts(), agents: prompts().agents.map((a) => ({ ...a, tools: [] })), policies: {} };
  const refused = await put(granted, tools);
  expect(verdictOf(refused)).toBe('forbidden');
  expect(saysOf(refused)).toMatch(/This changes policies, tools, which you may not change/);
  const lower = { ...prompts(), swarm: { ...two().swarm, limits: { ...two().swarm.limits, depth: 1 } } };
  expect(verdictOf(await put(granted, lower))).toBe('allow');
  expect(verdictOf(await put(granted, prompts()))).toBe('forbidden'); // and not raised again
  // a denial wins, also over everything else that was given
  await grant({ kind: 'any' });
  await grant({ kind: 'section', id: 'prompts' }, 'deny');
  const cut = await at.again(admin);
  expect(verdictOf(await put(cut, { ...lower, policies: {} }))).toBe('allow');
  expect(verdictOf(await put(cut, { ...lower, agents: two().agents, policies: {} }))).toBe('forbidden');
  expect(await t.house.store.swarms.live(org)).toMatchObject({ version: 4 });
});

test('who is not an Owner and was given nothing puts nothing; another organisation’s is not there', async () => {
  const at = await desk();
  const { t, person, put, admin } = at;
  for (const by of [
    await person('viewer'),
    await person('operator'),
    await person('admin'),
    await person('auditor'),
    admin,
  ])
    expect(verdictOf(await put(by, small()))).toBe('forbidden');
  const owner = await person('owner');
  outputOf(await put(owner, small()));
  const elsewhere = await deskIn(t);
  const stranger = await elsewhere.person('owner');
  expect(verdictOf(await t.call('swarm.show_config', stranger))).toBe('not_found');
  expect(verdictOf(await t.call('swarm.rollback_config', stranger, { version: 1 }))).toBe('not_found');
  expect(await t.done('swarm.list_config_versions', stranger)).toMatchObject({ versions: [] });
  expect(verdictOf(await t.call('swarm.show_agent_config', stranger, { name: 'front-desk' }))).toBe('not_found');
});

describe('prompts', () => {
  test('are shown to Owners and whoever was granted it, and to nobody else in any answer', async () => {
    const at = await desk();
    const { t, person, put } = at;
    const [owner, operator] = [await person('owner'), await person('operator')];
    outputOf(await put(owner, two()));
    const looks = async (by: typeof owner) =>
      JSON.stringify([
        await t.call('swarm.show_config', by),
        await t.call('swarm.show_config', by, { version: 1 }),
        await t.call('swarm.show_agent_config', by, { name: 'front-desk' }),
        await t.call('swarm.diff_config', by, { source: text(small('Other.')) }),
        await t.call('swarm.show_proposed_config', by),
        await t.call('swarm.list_config_versions', by),
        await t.call('swarm.show_agent_schema', by, { name: 'front-desk' }),
      ]);
    expect(await looks(owner)).toContain(PROMPT);
    expect(await looks(operator)).not.toContain('CANARY');
    expect(await looks(operator)).toContain('"characters":');
    expect(await looks(await person('viewer'))).not.toContain('CANARY');
    await t.done('identity.create_grant', owner, {
      principal: operator.id,
      action: 'swarm.show_config',
      resource: { kind: 'any' },
      effect: 'allow',
    });
    expect(await looks(await at.again(operator))).not.toContain('CANARY');
    await t.done('identity.create_grant', owner, {
      principal: operator.id,
      action: 'swarm.read_prompts',
      resource: { kind: 'section', id: 'prompts' },
      effect: 'allow',
    });
    expect(await looks(await at.again(operator))).toContain(PROMPT);
  });

  test('are in no log entry, no refusal and no fault', async () => {
    const { t, org, person, put } = await desk();
    const owner = await person('owner');
    outputOf(await put(owner, two(), { note: 'CANARY-note' }));
    await put(owner, { ...two(), agents: [{ ...two().agents[0], model: PROMPT, [PROMPT]: 1 }] });
    await t.call('swarm.check_config', owner, { source: `swarm: "${PROMPT}"` });
    await t.call('swarm.diff_config', owner, { source: `swarm: "${PROMPT}"` });
    const { engine: _, ...rest } = { engine: null, faults: t.faults };
    const { entries } = await t.done('audit.query_log', t.orchestrator, { organizationId: org, limit: 100 });
    expect(JSON.stringify([entries, rest])).not.toContain('CANARY');
    const changes = entries.filter((one: { type: string; what?: string }) =>
      JSON.stringify(one).includes(`swarm:${org}`),
    );
    expect(changes.length).toBeGreaterThan(0);
  });

  test('wait for a second person where the policy says so, who is another one and confirms exactly that', async () => {
    const { t, org, person, put } = await desk();
    const [owner, second, operator] = [await person('owner'), await person('owner'), await person('operator')];
    const guarded = (prompt: string) => ({ ...small(prompt), policies: { promptEdits: 'second-person' } });
    outputOf(await put(owner, guarded('First.')));
    const waits = outputOf(await put(owner, guarded(PROMPT), { note: 'better' }));
    expect(waits).toMatchObject({
      changed: false,
      version: 1,
      proposal: expect.stringMatching(/^cfg_/),
      sections: ['prompts'],
    });
    expect(await t.house.store.swarms.live(org)).toMatchObject({ config: { agents: [{ prompt: 'First.' }] } });
    const confirm = (by: typeof owner, proposal = waits.proposal) => t.call('swarm.confirm_config', by, { proposal });
    expect(JSON.stringify(await t.done('swarm.show_proposed_config', operator))).not.toContain('CANARY');
    expect(await t.done('swarm.show_proposed_config', second)).toMatchObject({
      proposal: waits.proposal,
      by: owner.id,
      config: { agents: [{ prompt: PROMPT }] },
    });
    expect(verdictOf(await confirm(owner))).toBe('forbidden');
    expect(verdictOf(await confirm(operator))).toBe('forbidden');
    expect(verdictOf(await confirm(t.orchestrator))).not.toBe('allow');
    expect(verdictOf(await confirm(second, 'cfg_other'))).toBe('not_found');
    // another proposal takes its place: what was looked at is what is confirmed
    const newer = outputOf(await put(second, guarded('Third.')));
    expect(verdictOf(await confirm(second))).toBe('not_found');
    expect(outputOf(await confirm(owner, newer.proposal))).toMatchObject({ version: 2, changed: true });
    expect(await t.house.store.swarms.live(org)).toMatchObject({ config: { agents: [{ prompt: 'Third.' }] } });
    expect(verdictOf(await confirm(owner, newer.proposal))).toBe('not_found');
    // the policy is taken away by two as well, also by going back; other sections need one
    expect(outputOf(await put(owner, small('Third.')))).toMatchObject({ changed: false });
    outputOf(await put(owner, { ...guarded('Third.'), swarm: { name: 'shop' } }));
    expect(await t.house.store.swarms.live(org)).toMatchObject({ version: 3 });
    const { key } = await t.done('identity.create_api_key', owner, {
      name: 'Deploy',
      scopes: ['org:own', 'swarm.put_config'],
    });
    const program = (await t.house.authenticate(key))!;
    expect(saysOf(await put(program, guarded('x')))).toMatch(/one person and confirmed by another/);
  });

  test('a proposal that another version overtook is not confirmed', async () => {
    const { person, put, t } = await desk();
    const [owner, second] = [await person('owner'), await person('owner')];
    const guarded = (prompt: string, name = 'bakery') => ({
      ...small(prompt),
      swarm: { name },
      policies: { promptEdits: 'second-person' },
    });
    outputOf(await put(owner, guarded('First.')));
    outputOf(await put(owner, guarded('Second.')));
    outputOf(await put(owner, guarded('First.', 'shop'))); // ends what was proposed
    expect(await t.done('swarm.show_proposed_config', second)).toMatchObject({ proposal: null });
  });
});
