/** Approving with a passkey, over HTTP with an independent authenticator; and the log that proves it, checked offline. */
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { approvalFault, type SignedApproval } from '../../src/audit/approval.ts';
import { headerLine, leafLine } from '../../src/audit/export.ts';
import { exportVerifier } from '../../src/audit/verify-export.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { fromBase64 } from '../../src/kernel/encoding.ts';
import type { SessionId } from '../../src/kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/kernel/time.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { emulatedAuthenticator } from '../support/emulated-passkey.ts';
import type { SignedIn } from '../support/enrol.ts';
import { COOKIE, ORIGIN, type Visit, visit } from './fixture.ts';

const AUTH = '/api/v1/auth';
const CONTACT = '+14155550101';
type Answer = { readonly id: string; readonly response: Readonly<Record<string, string>> };

interface Desk extends Tenant {
  readonly at: Visit;
  /** Held messages, oldest first. */
  readonly held: readonly string[];
}
async function withHeld(count: number): Promise<Desk> {
  const at = await visit();
  const tenant = await openTenant(at.t);
  const { t, agent, admin } = tenant;
  await t.consent(agent, CONTACT);
  await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
  const held: string[] = [];
  for (let n = 0; n < count; n++) {
    const outcome = await t.call('comms.send_message', agent.by, { to: CONTACT, body: `Text ${n}` });
    if (outcome.is === 'held') held.push(outcome.id);
  }
  return { ...tenant, at, held };
}

/** An administrator with a passkey and what it does at its browser. */
async function approver({ at, org }: Desk, given?: SignedIn) {
  const person = given ?? (await at.person('admin', org));
  const bearer = person.signed.accessToken;
  const page = at.browser();
  page.jar.set(COOKIE, person.signed.refreshToken);
  const device = emulatedAuthenticator();
  const asked = await page.post(`${AUTH}/webauthn/register/options`, {}, bearer);
  const response = device.createJSON(ORIGIN, asked.body.options);
  const made = { ceremony: asked.body.ceremony, response, name: 'Key' };
  const added = await page.post(`${AUTH}/webauthn/register/verify`, made, bearer);
  expect(added.status).toBe(200);
  const challenge = async (id: string, as = bearer) => (await page.get(`/api/v1/approvals/${id}/challenge`, as)).body;
  const sign = (of: { ceremony: string; options: unknown }) => {
    const answer = device.getJSON(ORIGIN, of.options as never) as unknown as Answer;
    const { authenticatorData, clientDataJSON, signature } = answer.response;
    return { ceremony: of.ceremony, credential: answer.id, authenticatorData, clientDataJSON, signature };
  };
  const approve = async (id: string, body: object, as = bearer) => {
    const reply = await page.post(`/api/v1/approvals/${id}/approve`, body, as);
    return reply.status === 200 ? reply.body : reply.body.code;
  };
  return { person, bearer, page, challenge, sign, approve, passkey: added.body.passkey.id as string };
}

/** The organisation's export, line by line. */
async function exported({ t, org }: Desk): Promise<string[]> {
  const page = await t.done('audit.export_log', t.orchestrator, { organizationId: org, limit: 500 });
  const leaves = page.leaves as readonly { index: number; leaf: string; body: string | null }[];
  const lines = leaves.map(({ index, leaf, body }) =>
    leafLine(index, { leaf: fromBase64(leaf)!, ...(body === null ? {} : { body }) }),
  );
  return [headerLine({ ...page, org }), ...lines];
}
const verified = (lines: readonly string[]) => {
  const verifier = exportVerifier();
  for (const line of lines) verifier.line(line);
  return verifier.report();
};

test('whoever has a passkey approves with it alone; the log proves offline what was approved, and by which key', async () => {
  const desk = await withHeld(1);
  const [id] = desk.held as [string];
  const me = await approver(desk);
  const listed = (await me.page.get('/api/v1/approvals', me.bearer)).body.held[0];
  expect(await me.approve(id, { argsHash: listed.argsHash })).toBe('signature_required');
  const asked = await me.challenge(id);
  expect(asked).toMatchObject({ required: true, argsHash: listed.argsHash });
  const assertion = me.sign(asked);
  expect(await me.approve(id, { assertion })).toBe('invalid_input'); // says not what it was shown
  expect(await me.approve(id, { argsHash: listed.argsHash, assertion })).toMatchObject({
    signed: true,
    outcome: 'done',
  });

  const lines = await exported(desk);
  expect(verified(lines)).toMatchObject({ ok: true, problems: [] });
  const at = lines.findIndex((line) => line.includes('\\"type\\":\\"approval\\"'));
  const leaf = JSON.parse(lines[at]!) as { body: string };
  const entry = JSON.parse(leaf.body) as { signed: SignedApproval; input: string; by: object };
  expect(entry).toMatchObject({ action: id, by: { kind: 'person', id: me.person.id }, input: listed.argsHash });
  expect(leaf.body).not.toContain(me.person.email);

  const of = { action: id, input: entry.input };
  const { signed } = entry;
  expect(approvalFault(signed, of)).toBeNull();
  const other = Buffer.alloc(32, 7).toString('base64url');
  for (const [changed, what] of [
    [signed, { ...of, input: other }],
    [signed, { ...of, action: 'act_other' }],
    [{ ...signed, nonce: other }, of],
    [{ ...signed, rpId: 'evil.example' }, of],
    [{ ...signed, signature: `${signed.signature.slice(0, -4)}AAAA` }, of],
    [{ ...signed, authenticatorData: `${signed.authenticatorData.slice(0, 44)}AAAAAA` }, of],
    [{ ...signed, publicKey: other }, of],
  ] as const)
    expect(approvalFault(changed, what)).toEqual(expect.any(String));

  // whoever rewrites the entry, and its leaf with it, is found by the signature already
  const body = leaf.body.replace(signed.nonce, other);
  const forged = { ...leaf, body, leaf: hash('sha256', Buffer.concat([Buffer.of(0), Buffer.from(body)]), 'base64') };
  const codes = verified(lines.with(at, JSON.stringify(forged))).problems.map(({ code }) => code);
  expect(codes).toEqual(['bad_approval', 'root_mismatch']);
});

describe('an answer is refused, and nothing is done', () => {
  test('again, for another action, in another session, too late', async () => {
    const desk = await withHeld(4);
    const me = await approver(desk);
    const [first, second, third, fourth] = desk.held as [string, string, string, string];
    const hashes = new Map<string, string>();
    for (const { actionId, argsHash } of (await me.page.get('/api/v1/approvals', me.bearer)).body.held)
      hashes.set(actionId, argsHash);
    const assertion = me.sign(await me.challenge(first));
    const tries = await Promise.all([1, 2, 3].map(() => me.approve(first, { argsHash: hashes.get(first), assertion })));
    expect(tries.filter((one) => typeof one === 'object')).toHaveLength(1);
    expect(await me.approve(second, { argsHash: hashes.get(second), assertion })).toBe('signature_required');

    const ofFirst = me.sign(await me.challenge(second));
    expect(await me.approve(third, { argsHash: hashes.get(third), assertion: ofFirst })).toBe('signature_required');
    expect(await me.approve(second, { argsHash: hashes.get(second), assertion: ofFirst })).toBe('signature_required'); // used up

    const { people, store, clock } = desk.t.house;
    const of = { org: desk.org, person: me.person.id };
    const { signed, writes } = await people.sessions.begin(of, ['passkey'], 'Another');
    await store.people.commit(desk.org, { event: 'signed_in', person: me.person.id }, [...writes]);
    const elsewhere = me.sign(await me.challenge(third));
    const body = { argsHash: hashes.get(third), assertion: elsewhere };
    expect(await me.approve(third, body, signed.accessToken)).toBe('signature_required');
    expect(clock.now()).toBeGreaterThan(0);

    const late = me.sign(await me.challenge(fourth));
    desk.t.clock.pass(2 * MINUTE_MS + SECOND_MS);
    expect(await me.approve(fourth, { argsHash: hashes.get(fourth), assertion: late })).toBe('signature_required');
    const shown = me.sign(await me.challenge(fourth));
    expect(await me.approve(fourth, { argsHash: hashes.get(third), assertion: shown })).toBe('conflict');
    const left = (await me.page.get('/api/v1/approvals', me.bearer)).body.held;
    expect(left.map(({ actionId }: { actionId: string }) => actionId)).toEqual([second, third, fourth]);
  });

  test('of a passkey that was removed, of a stranger’s, and one whose counter did not rise', async () => {
    const desk = await withHeld(1);
    const [id] = desk.held as [string];
    const me = await approver(desk);
    const { argsHash } = await me.challenge(id);
    const stranger = await approver(desk);
    const asked = await me.challenge(id);
    const theirs = stranger.sign(await stranger.challenge(id));
    expect(await me.approve(id, { argsHash, assertion: { ...theirs, ceremony: asked.ceremony } })).toBe(
      'signature_required',
    );
    const { store } = desk.t.house;
    const [passkey] = await store.people.passkeys(desk.org, me.person.id);
    const high = { id: passkey!.id, from: passkey!.counter, counter: 1_000, backedUp: passkey!.backedUp, at: 0 };
    await store.people.commit(desk.org, { event: 'stepped_up', person: me.person.id, session: sessionOf(me) }, [
      identityWrite('passkey.use', high),
    ]);
    expect(await me.approve(id, { argsHash, assertion: me.sign(await me.challenge(id)) })).toBe('signature_required');
    const last = me.sign(await me.challenge(id));
    const removed = identityWrite('passkey.remove', { id: passkey!.id, person: me.person.id });
    const kept = await approver(desk, me.person); // another one, so that a signature is still asked for
    await store.people.commit(desk.org, { event: 'factor_removed', person: me.person.id }, [removed]);
    expect(await me.approve(id, { argsHash, assertion: last })).toBe('signature_required');
    expect(await me.approve(id, { argsHash, assertion: kept.sign(await me.challenge(id)) })).toMatchObject({
      signed: true,
    });
  });
});

test('who has no passkey approves without a signature, and so does a program; the log says so', async () => {
  const desk = await withHeld(2);
  const [first, second] = desk.held as [string, string];
  const person = await desk.at.person('admin', desk.org);
  const page = desk.at.browser();
  page.jar.set(COOKIE, person.signed.refreshToken);
  const asked = (await page.get(`/api/v1/approvals/${first}/challenge`, person.signed.accessToken)).body;
  expect(asked).toMatchObject({ required: false, ceremony: null, options: null });
  const approved = await page.post(
    `/api/v1/approvals/${first}/approve`,
    { argsHash: asked.argsHash },
    person.signed.accessToken,
  );
  expect(approved.body).toMatchObject({ signed: false, outcome: 'done' });
  await desk.t.done('comms.approve', desk.admin, { actionId: second });
  const entries = (await exported(desk)).slice(1).flatMap((line) => {
    const { body } = JSON.parse(line) as { body?: string };
    const entry = body === undefined ? null : JSON.parse(body);
    return entry?.type === 'approval' ? [entry] : [];
  });
  expect(entries).toMatchObject([
    { action: first, by: { kind: 'person' } },
    { action: second, by: { kind: 'organization' } },
  ]);
  for (const entry of entries) expect(entry).not.toHaveProperty('signed');
});

const sessionOf = ({ person }: { person: SignedIn }) => person.signed.session as SessionId;
