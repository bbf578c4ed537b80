/** Grants at work: what they give and take, from when on they hold, and who may give them. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { TRUSTED } from '../../src/guard/label.ts';
import type { Principal } from '../../src/guard/principal.ts';
import type { OrgId } from '../../src/kernel/ids.ts';
import { verdictOf } from '../matrix/outcome.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestAgent, type TestHouse } from '../support/house.ts';
import { visit } from './fixture.ts';

const CONTACT = '+14155550101';
const MESSAGE = { to: CONTACT, body: 'Hello' } as const;

interface Desk {
  readonly t: TestHouse;
  readonly org: OrgId;
  readonly admin: Principal;
  readonly token: string;
  readonly agent: TestAgent;
  readonly other: TestAgent;
}
async function furnished(t: TestHouse): Promise<Desk> {
  const { id: org, admin, token } = await t.organization();
  const [agent, other] = [await t.agent(admin), await t.agent(admin)];
  for (const one of [agent, other]) await t.consent(one, CONTACT);
  return { t, org, admin, token, agent, other };
}
async function desk(): Promise<Desk> {
  const t = await openHouse();
  onTestFinished(() => t[Symbol.asyncDispose]());
  return furnished(t);
}
/** By the orchestrator unless said. */
const grant = ({ t, org }: Desk, more: object, by: Principal = t.orchestrator) =>
  t.call('identity.create_grant', by, {
    ...{ action: 'comms.send_message', effect: 'deny', resource: { kind: 'any' } },
    ...(by === t.orchestrator ? { organizationId: org } : {}),
    ...more,
  });
const on = ({ id }: TestAgent) => ({ resource: { kind: 'agent', id } });
const send = ({ t }: Desk, by: Principal, { id }: TestAgent) =>
  t.call('comms.send_message', by, { ...MESSAGE, agentId: id });
const idOf = (outcome: Awaited<ReturnType<TestHouse['call']>>): string => {
  if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
  return (outcome.output as { readonly grantId: string }).grantId;
};

describe.each(engines)('a grant on $name', (engine) => {
  const opened = async () => {
    const { engine: at, dispose } = await engine.open();
    const t = await openHouse({ engine: at });
    const it = await furnished(t);
    return {
      ...it,
      async [Symbol.asyncDispose]() {
        await t[Symbol.asyncDispose]();
        await dispose();
      },
    };
  };

  test('holds at the next request, not for what is under way, and until it is removed', async () => {
    await using at = await opened();
    const { t, admin, token, agent, other } = at;
    expect(verdictOf(await send(at, admin, agent))).toBe('allow');
    const id = idOf(await grant(at, { principal: admin.id, ...on(agent) }));
    expect(verdictOf(await send(at, admin, agent))).toBe('stale'); // it was somebody who could
    const cut = (await t.house.authenticate(token))!;
    expect(verdictOf(await send(at, cut, agent))).toBe('forbidden');
    expect(verdictOf(await send(at, cut, other))).toBe('allow');
    expect(await t.house.store.grants.list(at.org, { limit: 5 })).toMatchObject([{ id, principal: admin.id }]);
    await t.done('identity.remove_grant', t.orchestrator, { grantId: id, organizationId: at.org });
    expect(verdictOf(await send(at, cut, other))).toBe('stale');
    expect(verdictOf(await send(at, (await t.house.authenticate(token))!, agent))).toBe('allow');
    expect(await t.house.store.grants.of(at.org, admin.id)).toEqual([]);
  });

  test('is there once, and removed once, however many try at once', async () => {
    await using at = await opened();
    const { t, org, admin, agent } = at;
    const made = await Promise.all([1, 2, 3].map(() => grant(at, { principal: admin.id, ...on(agent) })));
    expect(made.map(verdictOf).toSorted()).toEqual(['allow', 'conflict', 'conflict']);
    const grantId = idOf(made.find(({ is }) => is === 'done')!);
    const removed = await Promise.all(
      [1, 2].map(() => t.call('identity.remove_grant', t.orchestrator, { grantId, organizationId: org })),
    );
    expect(removed.map(verdictOf)).toContain('allow');
    expect(removed.map(verdictOf).filter((verdict) => verdict === 'allow')).toHaveLength(1);
  });
});

test('what somebody asked for before a grant took it from them does not leave', async () => {
  const t = await openHouse({ overrides: { maxInFlight: 0 } });
  onTestFinished(() => t[Symbol.asyncDispose]());
  const at = await furnished(t);
  const waiting = await send(at, at.admin, at.agent);
  if (waiting.is !== 'pending') throw new Error(waiting.is);
  await grant(at, { principal: at.admin.id, ...on(at.agent) });
  await t.house.ledger.claim(10);
  expect(await t.done('audit.why', t.orchestrator, { actionId: waiting.id })).toMatchObject({
    state: 'cancelled',
    code: 'stale',
  });
});

describe('people', () => {
  test('are given one agent’s right over HTTP, and lose it with the grant', async () => {
    const { t, browser, person } = await visit();
    const at = await furnished(t);
    const [viewer, owner] = [await person('viewer', at.org), await person('owner', at.org)];
    const page = browser();
    const asked = async (agent: TestAgent) => {
      const { status, body } = await page.post(
        '/api/v1/comms/send-message',
        { ...MESSAGE, agentId: agent.id },
        viewer.signed.accessToken,
      );
      return status === 200 ? 'allow' : body.code;
    };
    expect(await asked(at.agent)).toBe('forbidden');
    const given = await page.post(
      '/api/v1/identity/create-grant',
      { principal: viewer.id, action: 'comms.send_message', effect: 'allow', ...on(at.agent) },
      owner.signed.accessToken,
    );
    expect(given).toMatchObject({ status: 200, body: { principal: viewer.id, effect: 'allow' } });
    expect([await asked(at.agent), await asked(at.other)]).toEqual(['allow', 'forbidden']);
    const { grantId } = given.body;
    const removed = await page.post('/api/v1/identity/remove-grant', { grantId }, owner.signed.accessToken);
    expect(removed.status).toBe(200);
    expect(await asked(at.agent)).toBe('forbidden');
  });

  test('keep it for what waited for approval, and no longer than the grant', async () => {
    const { t, person } = await visit();
    const at = await furnished(t);
    const { id: principal, signed } = await person('viewer', at.org);
    await t.done('comms.set_approval_policy', at.admin, { agentId: at.agent.id, policy: 'always' });
    const allow = { principal, effect: 'allow', ...on(at.agent) };
    const ask = async (): Promise<string> => {
      const held = await send(at, (await t.house.authenticate(signed.accessToken))!, at.agent);
      if (held.is !== 'held') throw new Error(held.is);
      return held.id;
    };
    const grantId = idOf(await grant(at, allow));
    const approved = await t.done('comms.approve', at.admin, { actionId: await ask() });
    expect(approved).toMatchObject({ outcome: 'done' });
    const late = await ask();
    await t.done('identity.remove_grant', t.orchestrator, { grantId, organizationId: at.org });
    expect(await t.done('comms.approve', at.admin, { actionId: late })).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'stale' }],
    });
  });

  test('who are Owners lose nothing by a grant, also by one from before they were', async () => {
    const { t, person } = await visit();
    const at = await furnished(t);
    const { id: principal, signed } = await person('owner', at.org);
    expect(verdictOf(await grant(at, { principal }))).toBe('forbidden');
    const by = (await t.house.authenticate(signed.accessToken))!;
    const earlier: Principal = {
      ...by,
      grants: [{ id: 'grt_1', effect: 'deny', action: '*', resource: { kind: 'any' } }],
    };
    expect(verdictOf(await send(at, earlier, at.agent))).toBe('allow');
    expect(verdictOf(await send(at, { ...earlier, kind: 'service' }, at.agent))).not.toBe('allow');
  });

  test('must have shown a factor within five minutes to give or take', async () => {
    const { t, person } = await visit();
    const at = await furnished(t);
    const { signed } = await person('owner', at.org);
    const owner = async () => (await t.house.authenticate(signed.accessToken))!;
    expect(verdictOf(await grant(at, { principal: at.admin.id }, await owner()))).toBe('allow');
    t.clock.pass(5 * 60_000);
    expect(verdictOf(await grant(at, { principal: at.admin.id, ...on(at.agent) }, await owner()))).toBe(
      'step_up_required',
    );
    expect(verdictOf(await t.call('identity.list_grants', await owner()))).toBe('allow');
  });
});

test.each([
  { kind: 'thread', id: 'thr_1' },
  { kind: 'section', id: 'prompts' },
  { kind: 'tool', id: 'files.read' },
])('a grant may be on a $kind, and is nothing on anything else', async (resource) => {
  const at = await desk();
  const made = await grant(at, { principal: at.admin.id, action: 'comms.*', resource });
  expect(made).toMatchObject({ is: 'done', output: { resource } });
  expect(await at.t.done('identity.list_grants', at.t.orchestrator, { organizationId: at.org })).toMatchObject({
    grants: [{ resource }],
  });
  const again = (await at.t.house.authenticate(at.token))!;
  expect(verdictOf(await send(at, again, at.agent))).toBe('allow');
});

describe('a grant is refused', () => {
  const cases: Readonly<Record<string, [code: string, more: (at: Desk) => object | Promise<object>]>> = {
    'for a principal of another organisation': [
      'not_found',
      async ({ t }) => ({ principal: (await t.organization()).admin.id }),
    ],
    'for an agent’s token': ['not_found', ({ agent }) => ({ principal: agent.by.id })],
    'for nobody': ['not_found', () => ({ principal: 'usr_1' })],
    'for what is no principal': ['invalid_input', ({ org }) => ({ principal: org })],
    'of an action that there is not': ['not_found', () => ({ action: 'comms.send_fax' })],
    'of a room that there is not': ['not_found', () => ({ action: 'rooms.*' })],
    'of what is no action': ['invalid_input', () => ({ action: 'comms.*_message' })],
    'on an agent of another organisation': ['not_found', async ({ t }) => on(await t.agent())],
    'on a section that there is not': ['invalid_input', () => ({ resource: { kind: 'section', id: 'secrets' } })],
    'on what is no thread': ['invalid_input', () => ({ resource: { kind: 'thread', id: 'agt_1' } })],
    'on what is no tool': ['invalid_input', () => ({ resource: { kind: 'tool', id: '; rm' } })],
    'on one of a kind that is not named': ['invalid_input', () => ({ resource: { kind: 'section' } })],
    'with an effect that is none': ['invalid_input', () => ({ effect: 'perhaps' })],
    'of the platform’s own actions': ['forbidden', () => ({ action: 'comms.set_billing_config', effect: 'allow' })],
    'of a provider’s deliveries': ['forbidden', () => ({ action: 'comms.receive_message', effect: 'allow' })],
    'of the log, which is a role': ['forbidden', () => ({ action: 'audit.query_log', effect: 'allow' })],
  };
  test('as it says', async () => {
    const at = await desk();
    for (const [what, [code, more]] of Object.entries(cases))
      expect(verdictOf(await grant(at, { principal: at.admin.id, ...(await more(at)) })), what).toBe(code);
  });

  test('for the orchestrator, and beyond a hundred of one principal', async () => {
    const at = await desk();
    const { t, admin } = at;
    const ofPlatform = { principal: t.orchestrator.id, organizationId: 'org_platform' };
    expect(verdictOf(await grant(at, ofPlatform))).toBe('forbidden');
    const names = t.house.catalogue.entries.map(({ action }) => action.name);
    const twice = names.flatMap((action) => [
      { action, resource: { kind: 'any' } },
      { action, ...on(at.agent) },
    ]);
    for (const one of twice.slice(0, 100)) await grant(at, { principal: admin.id, ...one });
    expect(verdictOf(await grant(at, { principal: admin.id, action: '*' }))).toBe('conflict');
  });
});

describe('somebody who may give grants, but lacks a right', () => {
  test('gives no more than they have', async () => {
    const at = await desk();
    const viewing: Principal = {
      ...{ id: 'key_1', kind: 'service', org: at.org, agent: null, fences: [] },
      scopes: new Set(['org:own', 'org:view']),
      sensitive: { is: 'by-name', actions: new Set(['identity.create_grant']) },
    };
    const allow = (action: string) => grant(at, { principal: at.admin.id, effect: 'allow', action }, viewing);
    expect(verdictOf(await allow('comms.get_organization'))).toBe('allow');
    for (const action of ['comms.send_message', 'comms.*', '*'])
      expect(verdictOf(await allow(action))).toBe('forbidden');
  });

  test('does not remove what was taken from them', async () => {
    const at = await desk();
    const { t, org, admin, token } = at;
    await grant(at, { principal: admin.id, action: 'identity.*', effect: 'allow' });
    const id = idOf(await grant(at, { principal: admin.id, action: 'comms.send_message', ...on(at.agent) }));
    const cut = (await t.house.authenticate(token))!;
    expect(verdictOf(await t.call('identity.remove_grant', cut, { grantId: id }))).toBe('forbidden');
    const again = { principal: admin.id, effect: 'allow', action: 'comms.send_message', ...on(at.agent) };
    expect(verdictOf(await grant(at, again, cut))).toBe('forbidden');
    expect(await t.house.store.grants.of(org, admin.id)).toHaveLength(2);
  });

  test('makes themselves no token that has it', async () => {
    const at = await desk();
    const { t, admin, token } = at;
    await grant(at, { principal: admin.id, ...on(at.agent) });
    const cut = (await t.house.authenticate(token))!;
    const person: Principal = { ...cut, kind: 'person', sensitive: { is: 'step-up', until: t.clock.now() + 1 } };
    expect(verdictOf(await t.call('identity.rotate_organization_token', person, {}))).toBe('forbidden');
    expect(verdictOf(await t.call('identity.rotate_agent_token', person, { agentId: at.agent.id }))).toBe('forbidden');
    expect(verdictOf(await t.call('identity.rotate_agent_token', person, { agentId: at.other.id }))).toBe('allow');
    // nor somebody to whom just the making of tokens was given
    const given = (kind: 'person' | 'service', on: TestAgent | null, action = 'identity.*'): Principal => ({
      ...{ ...person, kind, scopes: new Set(['org:view', ...(kind === 'service' ? (['org:admin'] as const) : [])]) },
      sensitive:
        kind === 'person' ? person.sensitive! : { is: 'by-name', actions: new Set([rotate, rotateAll, provision]) },
      grants: [
        {
          id: 'grt_1',
          effect: 'allow',
          action,
          resource: on === null ? { kind: 'any' } : { kind: 'agent', id: on.id },
        },
      ],
    });
    const [rotate, rotateAll] = ['identity.rotate_agent_token', 'identity.rotate_organization_token'];
    const provision = 'comms.provision_channels';
    const { id: agentId } = at.agent;
    expect(verdictOf(await t.call(rotate, given('person', null), { agentId }))).toBe('forbidden');
    expect(verdictOf(await t.call(rotate, given('service', null), { agentId }))).toBe('forbidden');
    expect(verdictOf(await t.call(rotateAll, given('person', null), {}))).toBe('forbidden');
    expect(verdictOf(await t.call(rotateAll, given('service', null, '*'), {}))).toBe('forbidden');
    const another = { displayName: 'Another', capabilities: { email: true } };
    expect(verdictOf(await t.call(provision, given('person', null, 'comms.*'), another))).toBe('forbidden');
    expect(verdictOf(await t.call(rotate, given('person', at.agent, '*'), { agentId }))).toBe('allow');
    // the organisation's own token takes its grants along
    const { adminToken } = await t.done('identity.rotate_organization_token', cut, {});
    const anew = (await t.house.authenticate(adminToken))!;
    expect(anew.id).not.toBe(cut.id);
    expect(verdictOf(await send(at, anew, at.agent))).toBe('forbidden');
    expect(verdictOf(await send(at, anew, at.other))).toBe('allow');
  });
});

describe('a grant on one agent', () => {
  const withAll = ({ t, org }: Desk, { id }: TestAgent): Principal => ({
    ...{ id: 'usr_1', kind: 'person', org, agent: null, fences: [], scopes: new Set(['org:view'] as const) },
    sensitive: { is: 'step-up', until: t.clock.now() + 1 },
    grants: [{ id: 'grt_1', effect: 'allow', action: '*', resource: { kind: 'agent', id } }],
  });
  test('is not one on the organisation, whichever agent is named beside', async () => {
    const at = await desk();
    const { t, org, agent } = at;
    const by = withAll(at, agent);
    const mayBeside = (agentId: TestAgent['id'] | null) =>
      t.house.catalogue.entries
        .filter(({ action }) => action.subject !== 'agent')
        .filter(({ guards }) => {
          const request = { by, org, agent: agentId, input: {}, now: 0, label: TRUSTED, approvedBy: null } as const;
          return guards.find(({ id }) => id === 'authority')!.judge(request, {}).length === 0;
        })
        .map(({ action }) => action.name);
    const anyway = mayBeside(null);
    expect(mayBeside(agent.id).filter((name) => !anyway.includes(name))).toEqual([
      // each does and tells nothing of another agent when one is named
      ...['comms.provision_channels', 'comms.explain_compliance', 'comms.get_usage_dashboard'],
      ...['comms.get_billing_summary', 'comms.list_held'],
      ...['comms.get_approval_challenge', 'comms.approve', 'comms.deny'],
    ]);
    const named = { agentId: agent.id };
    expect(verdictOf(await t.call('identity.rotate_organization_token', by, named))).toBe('forbidden');
    expect(verdictOf(await t.call('comms.list_held', by, named))).toBe('allow');
    expect(verdictOf(await t.call('comms.list_held', by, { agentId: at.other.id }))).toBe('forbidden');
  });
});

describe('the log', () => {
  const auditor = (at: Desk, grants: Principal['grants'] = []): Principal => ({
    ...{ id: 'usr_1', kind: 'person', org: at.org, agent: null, fences: [], scopes: new Set(['audit:read'] as const) },
    grants,
  });
  test('of every organisation is not an organisation’s auditor’s', async () => {
    const at = await desk();
    for (const name of ['audit.query_log', 'audit.export_log'] as const) {
      expect(verdictOf(await at.t.call(name, auditor(at), {}))).toBe('allow');
      expect(verdictOf(await at.t.call(name, auditor(at), { everyOrganization: true }))).toBe('forbidden');
      expect(verdictOf(await at.t.call(name, at.t.orchestrator, { everyOrganization: true }))).toBe('allow');
    }
  });
  test('is read whole or not at all', async () => {
    const at = await desk();
    const hidden = auditor(at, [
      { id: 'grt_1', effect: 'deny', action: 'agents.view', resource: { kind: 'agent', id: at.agent.id } },
    ]);
    for (const name of ['audit.query_log', 'audit.export_log', 'audit.checkpoint'])
      expect(verdictOf(await at.t.call(name, hidden, {}))).toBe('forbidden');
  });
});
