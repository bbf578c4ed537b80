/** The life of an account, by Owners of an organisation and of the platform: what is done, what is refused and in which words. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../src/guard/principal.ts';
import type { Role } from '../../src/identity/rules/roles.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { type OrgId, type PersonId, PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { enrol } from '../support/enrol.ts';
import { testKeys } from '../support/house.ts';
import { openVisit, type Visit } from './fixture.ts';

interface Someone {
  readonly id: PersonId;
  readonly by: Principal;
  readonly token: string;
}

let house: Visit;
beforeAll(async () => {
  house = await openVisit();
});
afterAll(() => house.t[Symbol.asyncDispose]());

/** An organisation with an Owner, and whoever else is asked for. */
async function acme(at = house) {
  const { id: org, admin } = await at.t.organization();
  const join = async (role: Role, of: OrgId = org): Promise<Someone> => {
    const { id, signed } = await at.person(role, of);
    return { id, by: (await at.t.house.authenticate(signed.accessToken))!, token: signed.accessToken };
  };
  return { ...at, org, admin, join, owner: await join('owner') };
}
const call = ({ t }: Pick<Visit, 't'>, name: string, by: Principal, input: object) =>
  t.call(`identity.${name}`, by, by.org === PLATFORM_ORG ? { organizationId: PLATFORM_ORG, ...input } : input);
async function done(at: Pick<Visit, 't'>, name: string, by: Principal, input: object) {
  const outcome = await call(at, name, by, input);
  if (outcome.is !== 'done') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  // biome-ignore lint/suspicious/noExplicitAny: outputs of every shape
  return outcome.output as any;
}
const refusal = (guard: string, code: string, say: unknown = expect.any(String)) => ({
  is: 'refused',
  why: [{ guard, code, say }],
});
let bobs = 0;
const bob = () => ({ email: `bob-${bobs++}@example.com`, name: 'Bob' });

describe('an Owner', () => {
  test('gives roles, keeps people out, lets them back and removes them; each holds at their next request', async () => {
    const at = await acme();
    const { owner, join, t } = at;
    const colleague = await join('viewer');
    const isIn = async () => (await t.house.authenticate(colleague.token)) !== null;
    expect(await done(at, 'set_person_role', owner.by, { personId: colleague.id, role: 'operator' })).toEqual({
      ...{ personId: colleague.id, role: 'operator' },
    });
    expect(await isIn()).toBe(false);
    await done(at, 'suspend_person', owner.by, { personId: colleague.id });
    await done(at, 'reinstate_person', owner.by, { personId: colleague.id });
    expect((await done(at, 'list_people', owner.by, { role: 'operator' })).people).toMatchObject([
      {
        id: colleague.id,
        status: 'active',
        organizationName: expect.stringMatching(/^org-/),
        platform: false,
        factors: { passkeys: 0 },
      },
    ]);
    await done(at, 'remove_person', owner.by, { personId: colleague.id });
    expect((await done(at, 'list_people', owner.by, {})).people.map(({ id }: Someone) => id)).toEqual([owner.id]);
    expect(await call(at, 'reinstate_person', owner.by, { personId: colleague.id })).toMatchObject(
      refusal('known-person', 'not_found'),
    );
  });

  test('sees where somebody is signed in, and signs them out everywhere', async () => {
    const at = await acme();
    const { owner, join, t } = at;
    const colleague = await join('admin');
    const { sessions } = await done(at, 'list_sessions', owner.by, { personId: colleague.id });
    expect(sessions).toMatchObject([{ current: false, device: 'Firefox on Linux', factors: ['passkey'] }]);
    expect((await done(at, 'list_sessions', owner.by, { personId: owner.id })).sessions).toMatchObject([
      { current: true },
    ]);
    expect(JSON.stringify(sessions)).not.toMatch(/sp[ur]_/);
    expect(await done(at, 'end_sessions', owner.by, { personId: colleague.id })).toEqual({ ended: 1 });
    expect(await t.house.authenticate(colleague.token)).toBeNull();
    expect(await done(at, 'end_sessions', owner.by, { personId: colleague.id })).toEqual({ ended: 0 });
  });

  test('goes through people page by page', async () => {
    const at = await acme();
    for (let i = 0; i < 4; i++) await at.join('viewer');
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await done(at, 'list_people', at.owner.by, { limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.people.map(({ id }: Someone) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(5);
    expect(seen).toEqual(seen.toSorted());
    expect((await done(at, 'list_people', at.owner.by, { status: 'invited' })).people).toEqual([]);
  });
});

describe('refused, with a reason,', () => {
  test('is everybody who is no Owner, an Admin and an organisation’s token too', async () => {
    const at = await acme();
    const { admin, join, owner } = at;
    const others = [admin, (await join('admin')).by, (await join('auditor')).by];
    for (const by of others) {
      expect(await call(at, 'invite_person', by, { ...bob(), role: 'viewer' })).toMatchObject(
        refusal('authority', 'forbidden'),
      );
      expect(await call(at, 'end_sessions', by, { personId: owner.id })).toMatchObject(
        refusal('authority', 'forbidden'),
      );
    }
    expect((await call(at, 'list_people', admin, {})).is).toBe('done');
    expect(await call(at, 'list_people', others[2]!, {})).toMatchObject(refusal('authority', 'forbidden'));
  });

  test('is whatever is done to the last Owner', async () => {
    const at = await acme();
    const { owner, t, join } = at;
    const last = refusal('last-owner', 'conflict', expect.stringContaining('make somebody else an Owner first'));
    const self = { personId: owner.id };
    for (const by of [owner.by, t.orchestrator]) {
      const input = { ...self, organizationId: at.org };
      expect(await t.call('identity.set_person_role', by, { ...input, role: 'admin' })).toMatchObject(last);
      expect(await t.call('identity.suspend_person', by, input)).toMatchObject(last);
      expect(await t.call('identity.remove_person', by, input)).toMatchObject(last);
    }
    await done(at, 'invite_person', owner.by, { ...bob(), role: 'owner' }); // who has not accepted is none yet
    expect(await call(at, 'remove_person', owner.by, self)).toMatchObject(last);
    const second = await join('owner');
    await done(at, 'suspend_person', owner.by, { personId: second.id }); // nor is who is kept out
    expect(await call(at, 'remove_person', owner.by, self)).toMatchObject(last);
    await done(at, 'reinstate_person', owner.by, { personId: second.id });
    expect((await call(at, 'remove_person', owner.by, self)).is).toBe('done');
  });

  test('is a role that there is not on the platform', async () => {
    const at = await acme();
    const { by } = await at.join('owner', PLATFORM_ORG);
    for (const role of ['viewer', 'operator', 'admin'])
      expect(await call(at, 'invite_person', by, { ...bob(), role })).toMatchObject(
        refusal('givable-role', 'invalid_input', expect.stringContaining('Owners and Auditors alone')),
      );
    const made = await done(at, 'invite_person', by, { ...bob(), role: 'auditor' });
    expect(await call(at, 'set_person_role', by, { personId: made.personId, role: 'admin' })).toMatchObject(
      refusal('givable-role', 'invalid_input'),
    );
  });

  test('is recovering oneself; another Owner and the orchestrator may', async () => {
    const at = await acme();
    const { owner, t, org } = at;
    expect(await call(at, 'recover_person', owner.by, { personId: owner.id })).toMatchObject(
      refusal('another-owner', 'forbidden', expect.stringContaining('ask another Owner')),
    );
    const byOrchestrator = { organizationId: org, personId: owner.id };
    expect((await t.call('identity.recover_person', t.orchestrator, byOrchestrator)).is).toBe('done');
    const second = await at.join('owner');
    expect((await call(at, 'recover_person', second.by, { personId: owner.id })).is).toBe('done');
  });

  test('is what a grant gave to somebody who is less than the other, and what outlives the other’s role', async () => {
    const at = await acme();
    const { owner, t, join } = at;
    const [helper, viewer] = [await join('admin'), await join('viewer')];
    const allow = (principal: PersonId, action: string) =>
      done(at, 'create_grant', owner.by, { principal, action, effect: 'allow', resource: { kind: 'any' } });
    await allow(helper.id, 'identity.recover_person');
    const by = async () => (await t.house.authenticate(helper.token))!;
    const { link } = await done(at, 'recover_person', await by(), { personId: viewer.id });
    await done(at, 'set_person_role', owner.by, { personId: viewer.id, role: 'owner' });
    expect(await t.house.people.links.read(link.split('token=')[1])).toBeNull();
    await done(at, 'set_person_role', owner.by, { personId: viewer.id, role: 'viewer' });
    expect((await call(at, 'recover_person', await by(), { personId: viewer.id })).is).toBe('done');
    await allow(viewer.id, 'comms.*');
    expect(await call(at, 'recover_person', await by(), { personId: viewer.id })).toMatchObject(
      refusal('within-own-rights', 'forbidden'),
    );
  });

  test.each([
    ['suspend_person', 'invited', 'has not accepted'],
    ['suspend_person', 'suspended', 'suspended already'],
    ['reinstate_person', 'invited', 'has not accepted'],
    ['reinstate_person', 'active', 'is not suspended'],
    ['recover_person', 'invited', 'invite them again'],
    ['recover_person', 'suspended', 'reinstate them first'],
  ])('is %s of somebody who is %s', async (name, status, say) => {
    const at = await acme();
    const invited = await done(at, 'invite_person', at.owner.by, { ...bob(), role: 'viewer' });
    const { personId } = invited;
    if (status !== 'invited') await enrol(at.t.house, invited.link);
    if (status === 'suspended') await done(at, 'suspend_person', at.owner.by, { personId });
    expect(await call(at, name, at.owner.by, { personId })).toMatchObject(
      refusal('person-standing', 'conflict', expect.stringContaining(say)),
    );
  });

  test('is inviting by an address that is in use, in the same words wherever that is', async () => {
    const at = await acme();
    const { owner, t, join, org } = at;
    const { id: elsewhere } = await t.organization();
    const stranger = await join('owner', elsewhere);
    const mails = ['here@example.com', 'elsewhere@example.com'];
    for (const [i, [of, by]] of (
      [
        [org, owner.by],
        [elsewhere, stranger.by],
      ] as const
    ).entries()) {
      const { link } = await done(at, 'invite_person', by, { email: mails[i], name: `At ${of}`, role: 'viewer' });
      await enrol(t.house, link);
    }
    await done(at, 'invite_person', stranger.by, { email: 'waiting@example.com', name: 'W', role: 'viewer' });
    const say: unknown[] = [];
    for (const email of ['HERE@example.com', ' elsewhere@EXAMPLE.com', 'waiting@example.com']) {
      const outcome = await call(at, 'invite_person', owner.by, { email, name: 'X', role: 'viewer' });
      expect(outcome).toMatchObject(refusal('mail-address-free', 'conflict'));
      if (outcome.is === 'refused') say.push(outcome.why);
    }
    expect(new Set(say.map((why) => JSON.stringify(why))).size).toBe(1);
  });

  test('is leaving out the organisation, of who is of none', async () => {
    const { t, join } = await acme();
    for (const by of [t.orchestrator, (await join('owner', PLATFORM_ORG)).by])
      expect(await t.call('identity.list_people', by, {})).toMatchObject({
        is: 'refused',
        issues: [{ path: 'organizationId', message: expect.stringContaining('org_platform') }],
      });
  });

  test('is whatever changes something, five minutes after the last factor was shown', async () => {
    const at = await acme();
    at.t.clock.pass(5 * MINUTE_MS);
    expect((await call(at, 'list_people', at.owner.by, {})).is).toBe('done');
    expect(await call(at, 'invite_person', at.owner.by, { ...bob(), role: 'viewer' })).toMatchObject({
      why: [{ code: 'step_up_required' }],
    });
  });
});

test('an invitation repeated under its idempotency key shows no link twice', async () => {
  const at = await acme();
  const input = { ...bob(), role: 'viewer', idempotencyKey: 'k' };
  expect((await call(at, 'invite_person', at.owner.by, input)).is).toBe('done');
  expect(await call(at, 'invite_person', at.owner.by, input)).toMatchObject({ why: [{ code: 'already_shown' }] });
});

test('what was asked for before a role changed is not done after', async () => {
  const at = await acme();
  const second = await at.join('owner');
  await done(at, 'set_person_role', at.owner.by, { personId: second.id, role: 'admin' });
  expect(await call(at, 'invite_person', second.by, { ...bob(), role: 'owner' })).toMatchObject({
    is: 'refused',
    why: [{ code: 'stale' }],
  });
});

describe.each(engines)('on $name', (on) => {
  let opened: Awaited<ReturnType<typeof on.open>>;
  let its: Visit;
  beforeAll(async () => {
    opened = await on.open();
    its = await openVisit({ engine: opened.engine });
  });
  afterAll(async () => {
    await its.t[Symbol.asyncDispose]();
    await opened.dispose();
  });

  test('two Owners who demote each other leave one', async () => {
    const at = await acme(its);
    const second = await at.join('owner');
    const both = await Promise.all([
      call(at, 'set_person_role', at.owner.by, { personId: second.id, role: 'admin' }),
      call(at, 'remove_person', second.by, { personId: at.owner.id }),
    ]);
    expect(both.map(({ is }) => is).toSorted()).toEqual(['done', 'refused']);
    const owners = await done(at, 'list_people', at.admin, { role: 'owner', status: 'active' });
    expect(owners.people).toHaveLength(1);
  });

  test('two invitations by one address make one person, in one organisation', async () => {
    const at = await acme(its);
    const { id: elsewhere } = await at.t.organization();
    const stranger = await at.join('owner', elsewhere);
    const input = { ...bob(), role: 'viewer' };
    const both = await Promise.all([at.owner.by, stranger.by].map((by) => call(at, 'invite_person', by, input)));
    expect(both.map(({ is }) => is).toSorted()).toEqual(['done', 'refused']);
    expect(both.find(({ is }) => is === 'refused')).toMatchObject({ why: [{ code: 'conflict' }] });
  });

  test.each(['role', 'status', 'remove'] as const)('the write itself keeps the last Owner: %s', async (kind) => {
    const at = await acme(its);
    const { id } = at.owner;
    const write = {
      role: identityWrite('person.role', { id, role: 'viewer' }),
      status: identityWrite('person.status', { id, status: 'suspended' }),
      remove: identityWrite('person.remove', { id }),
    }[kind];
    await expect(at.t.house.store.found(at.org, 'test', [write])).rejects.toMatchObject({ code: 'conflict' });
  });

  test('nothing that is kept or logged tells an address or a name, and a removal forgets both', async () => {
    const { engine } = opened;
    const at = await acme(its);
    const page = at.browser();
    const invite = { email: 'carol.unmistakable@example.com', name: 'Carol Unmistakable', role: 'viewer' };
    const made = await page.post('/api/v1/identity/invite-person', invite, at.owner.token);
    expect(made.status).toBe(200);
    const { personId, link } = made.body;
    await page.post('/api/v1/identity/invite-person', { ...invite, email: 'carol.unmistakable' }, at.owner.token);
    const signed = await enrol(at.t.house, link);
    expect((await page.post('/api/v1/identity/invite-person', invite, at.owner.token)).status).toBe(409);
    await done(at, 'recover_person', at.owner.by, { personId });
    await at.t.house.store.checkpoint();
    const everything = async () => [...(await dump(engine)), ...at.log].join('\n');
    expect(await everything()).not.toMatch(/unmistakable/i);
    expect(await everything()).not.toContain(signed.accessToken);
    expect(await everything()).not.toContain(link.split('token=')[1]);
    await done(at, 'remove_person', at.owner.by, { personId });
    const row = await engine.db.selectFrom('person').selectAll().where('id', '=', personId).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ status: 'removed', email_ref: null, password: null, totp: null });
    for (const table of ['passkey', 'recovery_code', 'oidc_link', 'link'] as const)
      expect(await engine.db.selectFrom(table).selectAll().where('person', '=', personId).execute()).toEqual([]);
    expect(await at.t.house.store.people.person(at.org, personId)).toMatchObject({ email: '', name: '' });
    expect((await done(at, 'invite_person', at.owner.by, invite)).personId).not.toBe(personId);
  });
});

const postgres = engines.filter(({ name }) => name === 'postgres');
describe.each(postgres)('from two servers on $name', (on) => {
  test('one Owner stays, and an address is of one person', async () => {
    const { engine, again, dispose } = await on.open();
    const keys = testKeys();
    const servers = [await openVisit({ engine, keys }), await openVisit({ engine: again(), keys })] as const;
    for (let round = 0; round < 5; round++) {
      const { owner, join, org } = await acme(servers[0]);
      const second = await join('owner');
      const demoted = await Promise.all([
        call(servers[0], 'set_person_role', owner.by, { personId: second.id, role: 'admin' }),
        call(servers[1], 'set_person_role', second.by, { personId: owner.id, role: 'admin' }),
      ]);
      expect(demoted.filter(({ is }) => is === 'done')).toHaveLength(1);
      const inOrganization = { organizationId: org, ...bob(), role: 'viewer' };
      const invited = await Promise.all(
        servers.map(({ t }) => t.call('identity.invite_person', t.orchestrator, inOrganization)),
      );
      expect(
        new Set(invited.flatMap((one) => (one.is === 'done' ? [(one.output as { personId: string }).personId] : [])))
          .size,
      ).toBe(1);
    }
    for (const { t } of servers) await t[Symbol.asyncDispose]();
    await dispose();
  });
});
