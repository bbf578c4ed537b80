/** The log over the API: who may read it, what it tells, and that what it gives out proves itself offline. */
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../src/audit/entry.ts';
import { headerLine, leafLine } from '../../src/audit/export.ts';
import { exportVerifier } from '../../src/audit/verify-export.ts';
import { canonicalJson, type Json } from '../../src/kernel/canonical-json.ts';
import { fromBase64 } from '../../src/kernel/encoding.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { checkProof, proofFileOf } from '../../src/main/proof-file.ts';
import { engines } from '../support/engines.ts';
import { type HouseOptions, ORCHESTRATOR_TOKEN } from '../support/house.ts';
import { type Browser, visit } from './fixture.ts';

const AUDIT = '/api/v1/audit';
type Entry<Type extends LogEntry['type']> = Extract<LogEntry, { type: Type }>;

/** Entries of a page, the newest first. */
async function entries<Type extends LogEntry['type'] = LogEntry['type']>(page: Browser, bearer: string, query: string) {
  const { status, body } = await page.get(`${AUDIT}${query}`, bearer);
  expect(status, JSON.stringify(body)).toBe(200);
  const found = (body.entries as { index: number; body: string }[]).map((line) => JSON.parse(line.body) as Entry<Type>);
  return { found, nextBefore: body.nextBefore as number | null, lines: body.entries as { index: number }[] };
}

type Page = Awaited<ReturnType<typeof entries>>;

async function audited(options: HouseOptions = {}) {
  const visited = await visit(options);
  const { t } = visited;
  const page = visited.browser();
  const { id: org, admin } = await t.organization();
  const agent = await t.agent(admin);
  const of = { agentId: agent.id };
  await t.done('comms.set_agent_limits', t.orchestrator, { ...of, limits: { perDay: 7 } });
  await t.call('comms.send_message', agent.by, { to: '+14155550120', body: 'Hello.' });
  await t.house.store.checkpoint();
  const { signed } = await visited.person('auditor', org);
  await visited.person('owner'); // the platform's
  return { ...visited, page, org, admin, agent, auditor: signed.accessToken };
}

describe('the log', () => {
  test('is read by the orchestrator until the first person is there, and by Auditors from then on', async () => {
    const { t, browser, person } = await visit();
    const page = browser();
    const status = async (bearer: string) => (await page.get(AUDIT, bearer)).status;
    expect(await status(ORCHESTRATOR_TOKEN)).toBe(200);
    const owner = await person('owner');
    expect(await status(ORCHESTRATOR_TOKEN)).toBe(403);
    expect((await t.house.authenticate(ORCHESTRATOR_TOKEN))!.scopes.has('platform:admin')).toBe(true);
    expect(await status(owner.signed.accessToken)).toBe(403);
    expect(await status((await person('auditor')).signed.accessToken)).toBe(200);
  });

  test("is an organisation's own for its Auditor, and whole for the platform's", async () => {
    const { t, page, org, auditor, person } = await audited();
    const { found } = await entries(page, auditor, '?limit=500');
    expect(new Set(found.map((entry) => entry.org))).toEqual(new Set([org]));
    for (const path of ['?everyOrganization=true', '/export?everyOrganization=true'])
      expect(await page.get(`${AUDIT}${path}`, auditor)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await page.get(`${AUDIT}?organizationId=${PLATFORM_ORG}`, auditor)).status).toBe(404);
    const foreign = (await t.house.store.log.entries(PLATFORM_ORG, { limit: 1 })).lines[0]!;
    const refused = await page.get(`${AUDIT}/proof/${foreign.index}`, auditor);
    const absent = await page.get(`${AUDIT}/proof/999999`, auditor);
    expect([refused.status, refused.body.detail]).toEqual([absent.status, absent.body.detail]);
    expect((await page.get(`${AUDIT}/config?what=organization:${PLATFORM_ORG}`, auditor)).status).toBe(404);
    const all = (await person('auditor')).signed.accessToken;
    const { found: whole } = await entries(page, all, '?limit=500&everyOrganization=true');
    expect(new Set(whole.map((entry) => entry.org))).toEqual(new Set([org, PLATFORM_ORG]));
    const { found: ofPlatform } = await entries(page, all, `?limit=500&organizationId=${PLATFORM_ORG}`);
    expect(new Set(ofPlatform.map((entry) => entry.org))).toEqual(new Set([PLATFORM_ORG]));
  });

  test('is filtered by type, event, principal, agent and time, and paged', async () => {
    const { t, page, org, agent, auditor, person } = await audited();
    const of = async (query: string) => (await entries(page, auditor, query)).found;
    expect(await of('?type=authentication')).toMatchObject([{ event: 'invitation' }]);
    expect(await of('?event=comms.send_message')).toMatchObject([
      { type: 'decision', decision: 'deny', agent: agent.id },
    ]);
    const { id } = await person('viewer', org);
    expect(await of(`?principal=${id}`)).toMatchObject([{ type: 'authentication', person: id }]);
    expect((await of(`?agent=${agent.id}`)).length).toBeGreaterThan(1);
    const now = new Date(t.clock.now() + 1).toISOString();
    expect(await of(`?since=${now}`)).toEqual([]);
    t.clock.pass(120_000);
    await t.call('comms.send_message', agent.by, { to: '+14155550120', body: 'Again.' });
    expect(await of(`?since=${now}`)).toHaveLength(1);
    const seen: number[] = [];
    for (let query: string | null = '?limit=2'; query !== null; ) {
      const { lines, nextBefore }: Page = await entries(page, auditor, query);
      seen.push(...lines.map(({ index }) => index));
      query = nextBefore === null ? null : `?limit=2&before=${nextBefore}`;
    }
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
    expect(seen).toHaveLength((await of('?limit=500')).length);
  });

  test('gives a checkpoint, a proof of each entry, and an export, that hold without the server', async () => {
    const { t, page, org, auditor } = await audited();
    const { body: head } = await page.get(`${AUDIT}/checkpoint?since=1`, auditor);
    expect(head).toMatchObject({ vkey: t.house.vkey, consistency: expect.any(Array) });
    const { lines } = await entries(page, auditor, '?limit=3');
    for (const { index } of lines) {
      const { body } = await page.get(`${AUDIT}/proof/${index}`, auditor);
      const file = proofFileOf(null, body);
      expect(checkProof(file, t.house.vkey)).toMatchObject({ ok: true });
      expect(checkProof({ ...file, proofs: [{ ...file.proofs[0]!, index: index - 1 }] }, t.house.vkey).ok).toBe(false);
    }
    const verifier = exportVerifier({ vkey: t.house.vkey, kept: head.checkpoint });
    let size: number | undefined;
    for (let from: number | null = 0; from !== null; ) {
      const at = `${AUDIT}/export?limit=5&from=${from}${size === undefined ? '' : `&size=${size}`}`;
      const { body } = await page.get(at, auditor);
      if (size === undefined) verifier.line(headerLine({ ...body, org }));
      size ??= body.size as number;
      for (const { index, leaf, body: text } of body.leaves)
        verifier.line(leafLine(index, { leaf: fromBase64(leaf)!, ...(text === null ? {} : { body: text }) }));
      from = body.nextFrom;
    }
    expect(verifier.report()).toMatchObject({ ok: true, size, problems: [] });
  });

  test('is checked by the server against what it signed', async () => {
    const { page, auditor } = await audited();
    const verify = () => page.get(`${AUDIT}/verify`, auditor);
    expect((await verify()).body).toMatchObject({ ok: true, from: 0, problems: [], nextFrom: null });
    expect((await page.get(`${AUDIT}/verify?from=1`, auditor)).status).toBe(400);
  });
});

describe('a change of the configuration', () => {
  test('has an entry with the hash before and after, which whoever has the configuration can make', async () => {
    const { t, page, org, agent, auditor } = await audited();
    const what = `agent:${agent.id}`;
    const changes = async () =>
      (await entries<'config'>(page, auditor, '?type=config&limit=500')).found.filter((entry) => entry.what === what);
    const [latest, ...older] = await changes();
    expect(latest).toMatchObject({ org, what, action: expect.stringMatching(/^act_/) });
    expect(older.at(-1)).toMatchObject({ before: null });
    for (const [i, { before }] of [latest!, ...older].slice(0, -1).entries()) expect(before).toBe(older[i]!.after);

    const shown = (await page.get(`${AUDIT}/config?what=${what}`, auditor)).body;
    expect(shown.config.limits.perDay).toBe(7);
    expect(hash('sha256', canonicalJson(shown.config as Json), 'base64url')).toBe(latest!.after);
    expect(shown.hash).toBe(latest!.after);
    const { found } = await entries<'decision'>(page, auditor, '?type=decision&limit=500');
    expect(found.find(({ action }) => action === latest!.action)).toMatchObject({
      name: 'comms.set_agent_limits',
      decision: 'allow',
      by: { kind: 'orchestrator', id: t.orchestrator.id },
    });
  });

  test('that somebody made behind the server’s back shows; what changed nothing is not told', async () => {
    const { engine } = await engines[0]!.open();
    const { t, page, agent, auditor } = await audited({ engine });
    const hashes = async () => {
      const { found } = await entries<'config'>(page, auditor, '?type=config&limit=500');
      const { body } = await page.get(`${AUDIT}/config?what=agent:${agent.id}`, auditor);
      return {
        told: found.find(({ what }) => what === `agent:${agent.id}`)!.after,
        now: body.hash,
        count: found.length,
      };
    };
    const before = await hashes();
    await t.done('comms.set_agent_limits', t.orchestrator, { agentId: agent.id, limits: { perDay: 7 } });
    expect(await hashes()).toEqual({ ...before, now: before.told });
    const { limits } = (await t.house.store.tenancy.agent(agent.by.org, agent.id))!;
    const raised = JSON.stringify({ ...limits, perDay: 1_000_000 });
    await engine.db.updateTable('agent').set({ limits: raised }).where('id', '=', agent.id).execute();
    const after = await hashes();
    expect(after.told).toBe(before.told);
    expect(after.now).not.toBe(after.told);
  });

  test('of an address or a secret shows, and neither is told', async () => {
    const { t, page, org, admin, auditor } = await audited();
    const set = (email: string) =>
      t.done('comms.set_billing_config', t.orchestrator, { organizationId: org, billingEmail: email });
    await set('bills@acme.example');
    await set('others@acme.example');
    await t.done('comms.set_alert_routes', admin, { email: 'alerts@acme.example' });
    const { found } = await entries<'config'>(page, auditor, '?type=config');
    const names = found.map(({ what }) => what);
    expect(names.filter((what) => what === `billing:${org}`)).toHaveLength(2);
    expect(names).toContain(`alert-routes:${org}`);
    const shown = await page.get(`${AUDIT}/config?what=billing:${org}`, auditor);
    expect(JSON.stringify([found, shown.body])).not.toMatch(/@acme/);
    expect(shown.body.hash).toBe(found.find(({ what }) => what === `billing:${org}`)!.after);
  });

  test('is checked for the server itself too; of what the log has no name for there is none', async () => {
    const { browser, person, t } = await visit();
    const page = browser();
    const [{ id: principal, signed }, owner] = [await person('auditor'), await person('owner')];
    const shown = (what: string) =>
      page.get(`${AUDIT}/config?what=${what}&organizationId=${PLATFORM_ORG}`, signed.accessToken);
    expect((await shown(`person:${owner.id}`)).body.config).toMatchObject({ role: 'owner', status: 'active' });
    expect((await shown('admin-tokens:orchestrator')).body.config).toHaveLength(1);
    await t.done('identity.create_grant', t.orchestrator, {
      ...{ organizationId: PLATFORM_ORG, principal, action: 'comms.ping', effect: 'deny' },
      resource: { kind: 'any' },
    });
    expect((await shown(`grants:${PLATFORM_ORG}`)).body.config).toHaveLength(1);
    expect((await shown('grant:grt_1')).status).toBe(404);
  });

  test('of a person’s role has one, without name or address', async () => {
    const { page, org, auditor, person } = await audited();
    const { id, email } = await person('viewer', org);
    const { found } = await entries<'config'>(page, auditor, '?type=config');
    expect(found[0]).toMatchObject({ what: `person:${id}`, before: null, action: null });
    const { body } = await page.get(`${AUDIT}/config?what=person:${id}`, auditor);
    expect(body.config).toMatchObject({ role: 'viewer', status: 'active' });
    expect(JSON.stringify([found, body])).not.toContain(email);
  });
});
