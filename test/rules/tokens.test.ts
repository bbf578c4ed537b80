/** Who gets in, and for how long: agents' tokens (C01, C02, C04) and the orchestrator's (C05). */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { compose } from '../../src/main/compose.ts';
import { loadSettings } from '../../src/main/settings.ts';
import type { Engine } from '../../src/store/engine.ts';
import { reasonsIn, verdictOf } from '../matrix/outcome.ts';
import { rowsOf } from '../matrix/rows.ts';
import { openTenant } from '../matrix/tenant.ts';
import { bearerAlone } from '../support/credentials.ts';
import { engines } from '../support/engines.ts';
import { openHouse, testKeys } from '../support/house.ts';

const CONTACT = '+14155550101';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

it('without a token nobody is anybody: none, empty, made up, cut off, or a hash in the place of a token', async () => {
  await using t = await openHouse();
  const { token } = await t.agent();
  for (const bearer of [
    null,
    '',
    'x',
    `${token} `,
    token.slice(0, -1),
    token.toUpperCase(),
    sha256(token),
    'spa_',
    'undefined',
  ]) {
    expect(await t.house.authenticate(bearer), JSON.stringify(bearer)).toBeNull();
  }
  expect(await t.house.authenticate(token)).not.toBeNull();
});

it("an agent's token stands for exactly the agent and organisation that it was made for", async () => {
  await using t = await openHouse();
  const at = await openTenant(t);
  expect(at.agent.by).toMatchObject({ kind: 'agent', org: at.org, agent: at.agent.id });
  expect([...at.agent.by.scopes]).toEqual(['agent:read', 'agent:act']);
  await t.consent(at.agent, CONTACT);
  await t.done('comms.send_message', at.agent.by, { to: CONTACT, body: 'mine' });
  const { agents } = await t.done('comms.get_usage_dashboard', at.admin);
  const count = (id: string) => agents.find(({ agentId }: { agentId: string }) => agentId === id).channels[0]?.messages;
  expect([count(at.agent.id), count(at.colleague.id)]).toEqual([1, undefined]);
});

it('provisioning makes an agent and a token, which is shown once and stored as SHA-256 in agent_tokens alone', async () => {
  const { engine } = await engines[0]!.open();
  await using t = await openHouse({ engine });
  const { admin } = await t.organization();
  const input = { displayName: 'Front desk', capabilities: { sms: true }, idempotencyKey: 'once' };
  const { securityToken, agentId } = await t.done('comms.provision_channels', admin, input);
  expect(securityToken).toMatch(/^spa_[0-9A-Za-z]{49}$/);

  const again = await t.call('comms.provision_channels', admin, input);
  expect(reasonsIn(again)).toEqual(['idempotency:already_shown']);
  expect(JSON.stringify(await t.done('identity.list_agent_tokens', admin, { agentId }))).not.toContain(securityToken);

  const rows = await rowsOf(engine);
  const holding = (text: string) =>
    Object.entries(rows).flatMap(([name, all]) => (JSON.stringify(all).includes(text) ? [name] : []));
  expect(holding(securityToken)).toEqual([]);
  expect(holding(securityToken.slice(4, -6))).toEqual([]);
  expect(holding(sha256(securityToken))).toEqual(['agent_tokens']);
  expect(rows['agent_tokens']).toMatchObject([{ hash: sha256(securityToken), agent: agentId }]);
});

it("no organisation's, agent's or orchestrator's token stands in any row or entry of the log", async () => {
  const { engine } = await engines[0]!.open();
  await using t = await openHouse({ engine });
  const { id, admin, token } = await t.organization();
  const agent = await t.agent(admin);
  const { securityToken } = await t.done('identity.rotate_agent_token', admin, { agentId: agent.id });
  await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hello', agentId: id });
  const everything = JSON.stringify(await rowsOf(engine));
  for (const secret of [token, agent.token, securityToken]) expect(everything).not.toContain(secret);
  const { entries } = await t.done('audit.query_log', t.orchestrator, { everyOrganization: true, limit: 500 });
  for (const secret of [token, agent.token, securityToken]) expect(JSON.stringify(entries)).not.toContain(secret);
});

it('a revoked token ends at once: for the next request, for one under way, and for what it has not sent yet', async () => {
  await using t = await openHouse({ overrides: { maxInFlight: 0 } }); // nothing is claimed until the test does
  const { agent, admin } = await openTenant(t);
  await t.consent(agent, CONTACT);
  const pending = await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'too late' });
  expect(pending.is).toBe('pending');
  await t.done('identity.revoke_agent_token', admin, { agentId: agent.id });
  expect(await t.house.authenticate(agent.token)).toBeNull();
  expect(reasonsIn(await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'no' }))).toEqual(['fence:stale']);
  expect(reasonsIn(await t.call('comms.get_messages', agent.by))).toEqual(['fence:stale']);
  expect(await t.house.ledger.claim(10)).toEqual([]);
  const { messages } = await t.done('comms.get_messages', admin, { agentId: agent.id });
  expect(messages).toMatchObject([{ body: 'too late', status: 'failed', errorCode: 'stale' }]);
});

it('one token of several is revoked by its id, and the others work on', async () => {
  await using t = await openHouse();
  const { agent, admin } = await openTenant(t);
  const { securityToken, tokenId } = await t.done('identity.rotate_agent_token', admin, {
    agentId: agent.id,
    keepOldFor: 60,
  });
  await t.done('identity.revoke_agent_token', admin, { agentId: agent.id, tokenId });
  expect(await t.house.authenticate(securityToken)).toBeNull();
  expect(await t.house.authenticate(agent.token)).not.toBeNull();
  const { tokens } = await t.done('identity.list_agent_tokens', admin, { agentId: agent.id });
  expect(tokens.map(({ works }: { works: boolean }) => works)).toEqual([false, true]);
});

it('rotating ends the old token at once, or after an overlap in which both work', async () => {
  await using t = await openHouse();
  const { agent, admin } = await openTenant(t);
  const rotate = async (more: object) =>
    (await t.done('identity.rotate_agent_token', admin, { agentId: agent.id, ...more })).securityToken as string;
  const works = async (token: string) => (await t.house.authenticate(token)) !== null;

  const second = await rotate({ keepOldFor: 60 });
  expect([await works(agent.token), await works(second)]).toEqual([true, true]);
  t.clock.pass(MINUTE_MS - 1);
  expect([await works(agent.token), await works(second)]).toEqual([true, true]);
  t.clock.pass(1);
  expect([await works(agent.token), await works(second)]).toEqual([false, true]);

  const third = await rotate({});
  expect([await works(second), await works(third)]).toEqual([false, true]);
});

it('an overlap does not lengthen the life of a token that ends earlier', async () => {
  await using t = await openHouse();
  const { agent, admin } = await openTenant(t);
  const short = (await t.done('identity.rotate_agent_token', admin, { agentId: agent.id, expiresIn: 60 }))
    .securityToken;
  await t.done('identity.rotate_agent_token', admin, { agentId: agent.id, keepOldFor: 3_600 });
  t.clock.pass(MINUTE_MS);
  expect(await t.house.authenticate(short)).toBeNull();
});

it('a token expires at the second that was asked for, and works for ever when none was', async () => {
  await using t = await openHouse();
  const { admin } = await t.organization();
  const provision = (more: object) =>
    t.done('comms.provision_channels', admin, { displayName: 'Desk', capabilities: { sms: true }, ...more });
  const [hour, ever] = [await provision({ expiresIn: 3_600 }), await provision({})];
  expect(hour.expiresAt).toBe(new Date(t.clock.now() + HOUR_MS).toISOString());
  expect(ever.expiresAt).toBeNull();
  t.clock.pass(HOUR_MS - 1);
  expect(await t.house.authenticate(hour.securityToken)).not.toBeNull();
  t.clock.pass(1);
  expect(await t.house.authenticate(hour.securityToken)).toBeNull();
  t.clock.pass(10_000 * HOUR_MS);
  expect(await t.house.authenticate(ever.securityToken)).not.toBeNull();
});

it('deprovisioning kills every token of the agent at once, and no other', async () => {
  await using t = await openHouse();
  const { agent, colleague, admin } = await openTenant(t);
  const second = await t.done('identity.rotate_agent_token', admin, { agentId: agent.id, keepOldFor: 60 });
  await t.done('comms.deprovision_channels', admin, { agentId: agent.id });
  for (const token of [agent.token, second.securityToken]) expect(await t.house.authenticate(token)).toBeNull();
  expect(await t.house.authenticate(colleague.token)).not.toBeNull();
});

it('an agent can neither renew, list nor revoke tokens: an administrator of its organisation does', async () => {
  await using t = await openHouse();
  const { agent } = await openTenant(t);
  for (const name of ['rotate', 'revoke', 'list'] as const) {
    const action = name === 'list' ? 'identity.list_agent_tokens' : `identity.${name}_agent_token`;
    expect(verdictOf(await t.call(action, agent.by, { agentId: agent.id })), name).toBe('forbidden');
  }
});

it('a token for another agent is refused whatever the tool, and acts for its own only', async () => {
  await using t = await openHouse();
  const at = await openTenant(t);
  for (const { action } of t.house.catalogue.entries) {
    const outcome = await t.call(action.name, at.colleague.by, { agentId: at.agent.id });
    expect(['agent_mismatch', 'invalid_input'], action.name).toContain(verdictOf(outcome));
  }
  await t.consent(at.agent, CONTACT);
  await t.done('comms.send_message', at.agent.by, { to: CONTACT, body: 'Hello' });
  expect((await t.done('comms.get_messages', at.colleague.by)).messages).toEqual([]);
});

const CHOSEN = 'a-token-that-an-operator-chose-0123456789';

it.each(['ORCHESTRATOR_SECURITY_TOKEN', 'MASTER_SECURITY_TOKEN'])(
  '%s names the orchestrator, who alone runs the platform',
  async (name) => {
    const { engine } = await engines[0]!.open();
    const keys = testKeys();
    await using house = await compose({
      settings: loadSettings({ [name]: CHOSEN }),
      dataDir: { path: '', encryptionKey: () => keys.encryption, logKey: () => keys.log },
      onFault: (fault) => expect.fail(String(fault)),
      overrides: { engine },
    });
    expect(house.newOrchestratorToken).toBeNull();
    const by = (await house.authenticate(bearerAlone(CHOSEN)))!;
    expect(by).toMatchObject({ kind: 'orchestrator', agent: null });
    const make = house.catalogue.byName('comms.create_organization')!;
    expect((await house.perform(make, by, { name: 'Acme', slug: 'acme' })).is).toBe('done');
    expect(JSON.stringify(await rowsOf(engine))).not.toContain(CHOSEN);
  },
);

it('without a chosen token the first start makes one; nothing is ever open, and a new one ends the old', async () => {
  const { engine, again, dispose } = await engines[1]!.open();
  const keys = testKeys();
  const start = (environment: Record<string, string>, on: Engine) =>
    compose({
      settings: loadSettings(environment),
      dataDir: { path: '', encryptionKey: () => keys.encryption, logKey: () => keys.log },
      onFault: (fault) => expect.fail(String(fault)),
      overrides: { engine: on },
    });
  let made: string;
  {
    await using first = await start({}, engine);
    made = first.newOrchestratorToken!;
    expect(made).toMatch(/^sps_/);
    expect((await first.authenticate(bearerAlone(made)))!.kind).toBe('orchestrator');
    expect(await first.authenticate(bearerAlone(''))).toBeNull();
  }
  {
    await using second = await start({}, again());
    expect(second.newOrchestratorToken).toBeNull();
    expect(await second.authenticate(bearerAlone(made))).not.toBeNull();
  }
  {
    await using third = await start({ ORCHESTRATOR_SECURITY_TOKEN: CHOSEN }, again());
    expect(await third.authenticate(bearerAlone(made))).toBeNull();
    expect(await third.authenticate(bearerAlone(CHOSEN))).not.toBeNull();
  }
  await dispose();
});

it('the orchestrator grants limits above the tier and sees every organisation, which no administrator may', async () => {
  await using t = await openHouse();
  const { agent, admin } = await openTenant(t);
  const above = { agentId: agent.id, limits: { perMinute: 1_000 } };
  expect(reasonsIn(await t.call('comms.set_agent_limits', admin, above))).toEqual(['tier-limits:limits_above_tier']);
  expect((await t.done('comms.set_agent_limits', t.orchestrator, above)).limits.perMinute).toBe(1_000);
  expect((await t.done('comms.list_organizations', t.orchestrator)).organizations.length).toBe(2);
  expect(verdictOf(await t.call('comms.list_organizations', admin))).toBe('forbidden');
});

it('the orchestrator that names an organisation or agent that is not there is told so', async () => {
  await using t = await openHouse();
  const { agent, org } = await openTenant(t);
  const send = { to: CONTACT, body: 'Hello' };
  const asked = async (names: object) =>
    verdictOf(await t.call('comms.send_message', t.orchestrator, { ...send, ...names }));
  expect(await asked({ agentId: 'agt_none' })).toBe('not_found');
  expect(await asked({ agentId: 'agt_none', organizationId: org })).toBe('not_found');
  expect(await asked({ agentId: agent.id, organizationId: 'org_none' })).toBe('not_found');
  expect(await asked({ agentId: agent.id, organizationId: 'org_platform' })).toBe('not_found');
  for (const [name, input] of [
    ['comms.dnc_list', {}],
    ['comms.dnc_add', { contact: CONTACT }],
    ['comms.list_held', {}],
    ['comms.provision_channels', { displayName: 'x', capabilities: { sms: true } }],
  ] as const) {
    expect(verdictOf(await t.call(name, t.orchestrator, { ...input, organizationId: 'org_none' })), name).toBe(
      'not_found',
    );
  }
});
