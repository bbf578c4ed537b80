/** A person decides first: what is held, who may release it, and that an approval overrules no rule. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/guard/perform.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { reasonsIn, verdictOf } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { openHouse, type TestHouse } from '../support/house.ts';

const CONTACT = '+14155550101';
const OTHER = '+14155550105';
const TTL_MS = 15 * MINUTE_MS;

const send = ({ t, agent }: Tenant, to = CONTACT, more: object = {}) =>
  t.call('comms.send_message', agent.by, { to, body: 'Hello', ...more });
const decide = ({ t, admin }: Tenant, verb: 'approve' | 'deny', actionId: string, more: object = {}) =>
  t.call(`comms.${verb}`, admin, { actionId, ...more });
const outputOf = (outcome: Outcome) => (outcome.is === 'done' ? outcome.output : outcome);

/** A tenant whose agent is under a policy and may write to two contacts. */
async function under(t: TestHouse, policy: string): Promise<Tenant> {
  const at = await openTenant(t);
  for (const contact of [CONTACT, OTHER]) await t.consent(at.agent, contact);
  await t.done('comms.set_approval_policy', at.admin, { agentId: at.agent.id, policy });
  return at;
}
async function heldId(sent: Promise<Outcome>): Promise<string> {
  const outcome = await sent;
  if (outcome.is !== 'held') throw new Error(JSON.stringify(outcome));
  return outcome.id;
}
const sentTo = async ({ t, agent }: Tenant): Promise<readonly string[]> => {
  const { messages } = await t.done('comms.get_messages', agent.by, { direction: 'outbound' });
  return messages.map(({ to, status }: { to: string; status: string }) => `${to} ${status}`);
};

describe('the policy', () => {
  it('never: nothing is held', async () => {
    await using t = await openHouse();
    expect((await send(await under(t, 'never'))).is).toBe('done');
  });

  it('first_contact: the first message to each contact is held, and none after it was approved', async () => {
    await using t = await openHouse();
    const at = await under(t, 'first_contact');
    await decide(at, 'approve', await heldId(send(at)));
    expect((await send(at, '+1 (415) 555-0101')).is).toBe('done');
    expect((await send(at, OTHER)).is).toBe('held');
  });

  it('first_contact: a contact who wrote first has not been written to yet', async () => {
    await using t = await openHouse();
    const at = await under(t, 'first_contact');
    await t.inbound(at.agent, CONTACT, 'Hello?');
    expect((await send(at, CONTACT, { purpose: 'conversational' })).is).toBe('held');
  });

  it('always: every message is held, to a known contact too', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    await decide(at, 'approve', await heldId(send(at)));
    expect((await send(at)).is).toBe('held');
  });

  it('is an administrator’s to set', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const outcome = await t.call('comms.set_approval_policy', at.agent.by, { agentId: at.agent.id, policy: 'never' });
    expect(verdictOf(outcome)).toBe('forbidden');
  });
});

describe('a held message', () => {
  it('is shown to administrators exactly as it would be sent, with the reason and the time left', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const body = 'Word for word <b>&amp;</b> "so" 🙂';
    const id = await heldId(send(at, '+1 (415) 555-0101', { body }));
    const { held } = await t.done('comms.list_held', at.admin);
    expect(held).toEqual([
      {
        actionId: id,
        name: 'comms.send_message',
        agentId: at.agent.id,
        requestedBy: at.agent.by.id,
        threadId: null,
        until: new Date(t.clock.now() + TTL_MS).toISOString(),
        approved: false,
        input: { to: '+1 (415) 555-0101', body, channel: 'sms', purpose: 'transactional' },
        argsHash: expect.stringMatching(/^[\w-]{43}$/),
        salt: expect.stringMatching(/^[\w-]{43}$/),
        why: ['An administrator must approve every message of this agent.'],
      },
    ]);
  });

  it('has not left and reserves nothing: others may use up the limit, and then it is refused', async () => {
    await using t = await openHouse();
    const at = await under(t, 'first_contact');
    await decide(at, 'approve', await heldId(send(at, OTHER)));
    await t.done('comms.set_agent_limits', at.admin, { agentId: at.agent.id, limits: { perMinute: 2 } });
    const id = await heldId(send(at));
    expect(await sentTo(at)).toEqual([`${OTHER} sent`]);
    expect((await send(at, OTHER)).is).toBe('done');
    const output = outputOf(await decide(at, 'approve', id));
    expect(output).toMatchObject({ outcome: 'refused', reasons: [{ guard: 'rates', code: 'rate_limited' }] });
    expect(await sentTo(at)).toHaveLength(2);
  });

  it('is not held at all when a limit is used up already: it is refused', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    await t.done('comms.set_agent_limits', at.admin, { agentId: at.agent.id, limits: { perMinute: 0 } });
    expect(reasonsIn(await send(at))).toEqual(['rates:rate_limited']);
  });

  it('is not held when a rule says no: it is refused', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    expect(reasonsIn(await send(at, '+14155550120'))).toEqual(['consent:consent_required']);
  });

  it('is one message under one idempotency key, and the key takes no other text', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const id = await heldId(send(at, CONTACT, { idempotencyKey: 'k' }));
    expect(await heldId(send(at, CONTACT, { idempotencyKey: 'k' }))).toBe(id);
    const other = await send(at, CONTACT, { idempotencyKey: 'k', body: 'Other' });
    expect(reasonsIn(other)).toEqual(['idempotency:idempotency_conflict']);
    await decide(at, 'approve', id);
    expect(await send(at, CONTACT, { idempotencyKey: 'k' })).toMatchObject({
      is: 'done',
      id,
      output: { status: 'sent' },
    });
    expect(await sentTo(at)).toEqual([`${CONTACT} sent`]);
  });
});

describe('an approval', () => {
  it('sends exactly what was held, once', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const id = await heldId(send(at, CONTACT, { body: 'as shown' }));
    expect(outputOf(await decide(at, 'approve', id, { note: 'fine' }))).toMatchObject({
      approved: true,
      outcome: 'done',
    });
    const { messages } = await t.done('comms.get_messages', at.agent.by);
    expect(messages).toMatchObject([{ body: 'as shown', status: 'sent' }]);
    expect((await t.done('comms.list_held', at.admin)).held).toEqual([]);
    for (const verb of ['approve', 'deny'] as const)
      expect(reasonsIn(await decide(at, verb, id))).toEqual(['held:not_held']);
    expect(await sentTo(at)).toHaveLength(1);
  });

  it('can’t change what was held: there is no field for it', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const id = await heldId(send(at));
    for (const edit of [{ body: 'Other' }, { to: OTHER }, { input: { body: 'Other' } }]) {
      expect(verdictOf(await decide(at, 'approve', id, edit))).toBe('invalid_input');
    }
    expect(await sentTo(at)).toEqual([]);
  });

  it('given by several at once is given by one', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const id = await heldId(send(at));
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, i) => decide(at, i % 2 === 0 ? 'approve' : 'deny', id)),
    );
    expect(outcomes.filter(({ is }) => is === 'done')).toHaveLength(1);
    expect((await sentTo(at)).length).toBeLessThanOrEqual(1);
  });

  it('is not the requester’s: an agent’s token may neither approve, deny nor list', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const actionId = await heldId(send(at));
    for (const by of [at.agent.by, at.colleague.by]) {
      for (const name of ['comms.approve', 'comms.deny'] as const) {
        expect(reasonsIn(await t.call(name, by, { actionId }))).toContain('authority:forbidden');
      }
      expect(reasonsIn(await t.call('comms.list_held', by))).toEqual(['authority:forbidden']);
    }
    expect(await sentTo(at)).toEqual([]);
  });

  it('is shown to whoever may see it, however many others wait that they may not', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const hidden = await heldId(send(at));
    const actions = t.engine.db.selectFrom('action').selectAll().where('id', '=', hidden);
    const row = await actions.executeTakeFirstOrThrow();
    const more = Array.from({ length: 250 }, (_, n) => ({ ...row, id: `act_${n}` }));
    await t.engine.db.insertInto('action').values(more).execute();
    await t.consent(at.colleague, CONTACT);
    await t.done('comms.set_approval_policy', at.admin, { agentId: at.colleague.id, policy: 'always' });
    t.clock.pass(1_000);
    const actionId = await heldId(send({ ...at, agent: at.colleague }));
    const resource = { kind: 'agent', id: at.agent.id } as const;
    const by = { ...at.admin, grants: [{ id: 'grt_1', effect: 'deny', action: 'comms.list_held', resource } as const] };
    const { held } = await t.done('comms.list_held', by);
    expect(held.map((one: { actionId: string }) => one.actionId)).toEqual([actionId]);
  });

  it('is not another organisation’s', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const actionId = await heldId(send(at));
    const other = await openTenant(t);
    for (const verb of ['approve', 'deny'] as const) {
      expect(reasonsIn(await decide(other, verb, actionId))).toEqual(['held:not_held']);
    }
    expect((await t.done('comms.list_held', other.admin)).held).toEqual([]);
    expect(outputOf(await decide(at, 'approve', actionId))).toMatchObject({ outcome: 'done' });
  });

  it.each<[string, (at: Tenant) => Promise<unknown>, readonly string[]]>([
    [
      'STOP',
      ({ t, agent }) => t.inbound(agent, CONTACT, 'STOP'),
      ['suppression:suppressed', 'consent:consent_required'],
    ],
    [
      'a do-not-contact entry',
      ({ t, admin }) => t.done('comms.dnc_add', admin, { contact: CONTACT }),
      ['suppression:suppressed'],
    ],
    [
      'a revoked consent',
      ({ t, agent }) => t.done('comms.revoke_consent', agent.by, { contact: CONTACT, channel: 'sms' }),
      ['consent:consent_required'],
    ],
    [
      'a lower limit',
      ({ t, admin, agent }) =>
        t.done('comms.set_agent_limits', admin, { agentId: agent.id, limits: { spendPerDay: 0 } }),
      ['fence:stale'],
    ],
    [
      'a revoked token',
      ({ t, admin, agent }) => t.done('identity.revoke_agent_token', admin, { agentId: agent.id }),
      ['fence:stale'],
    ],
    [
      'the end of the agent',
      ({ t, admin, agent }) => t.done('comms.deprovision_channels', admin, { agentId: agent.id }),
      ['fence:stale'],
    ],
  ])('is judged on fresh facts and does not overrule %s', async (_says, change, reasons) => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const id = await heldId(send(at));
    await change(at);
    const output = outputOf(await decide(at, 'approve', id)) as {
      outcome: string;
      reasons: { guard: string; code: string }[];
    };
    expect(output.outcome).toBe('refused');
    expect(output.reasons.map(({ guard, code }) => `${guard}:${code}`)).toEqual(reasons);
    const sent = { agent: at.agent.id, limit: 10, direction: 'outbound' } as const;
    expect((await t.house.store.comms.messages(at.org, sent)).messages).toEqual([]);
    expect(await t.done('audit.why', at.admin, { actionId: id })).toMatchObject({ state: 'refused' });
  });

  it('comes too late after 15 minutes, to the millisecond; the message never leaves', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const [intime, late] = [await heldId(send(at)), await heldId(send(at, OTHER))];
    t.clock.pass(TTL_MS - 1);
    expect(outputOf(await decide(at, 'approve', intime))).toMatchObject({ outcome: 'done' });
    t.clock.pass(1);
    expect(reasonsIn(await decide(at, 'approve', late))).toEqual(['held:approval_expired']);
    expect((await t.done('comms.list_held', at.admin)).held).toEqual([]);
    await t.house.ledger.sweep();
    expect(reasonsIn(await decide(at, 'approve', late))).toEqual(['held:not_held']);
    expect(await t.done('audit.why', at.agent.by, { actionId: late })).toMatchObject({
      state: 'refused',
      code: 'approval_expired',
    });
    expect(await sentTo(at)).toEqual([`${CONTACT} sent`]);
  });
});

describe('a denial', () => {
  it('ends the message for good, and the agent can see why', async () => {
    await using t = await openHouse();
    const at = await under(t, 'always');
    const id = await heldId(send(at));
    expect(outputOf(await decide(at, 'deny', id, { note: 'not now' }))).toEqual({ actionId: id, denied: true });
    for (const verb of ['approve', 'deny'] as const)
      expect(reasonsIn(await decide(at, verb, id))).toEqual(['held:not_held']);
    expect(await sentTo(at)).toEqual([]);
    expect(await t.done('audit.why', at.agent.by, { actionId: id })).toMatchObject({
      state: 'refused',
      code: 'approval_denied',
    });
  });
});

it('hold, approval and result are entries of the log', async () => {
  await using t = await openHouse();
  const at = await under(t, 'always');
  const id = await heldId(send(at));
  await decide(at, 'approve', id);
  const { entries } = await t.done('audit.query_log', t.orchestrator, { organizationId: at.org, limit: 50 });
  const of = entries
    .map(({ body }: { body: string }) => JSON.parse(body))
    .filter((entry: { action?: string }) => entry.action === id)
    .map((entry: { type: string; decision?: string; state?: string }) =>
      `${entry.type} ${entry.decision ?? entry.state ?? ''}`.trim(),
    );
  expect(of.toReversed()).toEqual(['decision hold', 'approval', 'decision allow', 'result ok']);
  expect(JSON.stringify(entries)).not.toContain('4155550101');
});
