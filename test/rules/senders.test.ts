/** Senders: whose an address is, at every moment of binding, unbinding and buying, whatever happens at once or never ends. */
import { describe, expect, it } from 'vitest';
import type { ProviderAccount, VendorAnswer } from '../../src/comms/provider-ports.ts';
import type { WorldAction } from '../../src/guard/action.ts';
import type { Principal } from '../../src/guard/principal.ts';
import type { ActionId, AgentId } from '../../src/kernel/ids.ts';
import { DAY_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { dump } from '../support/dump.ts';
import { engines, type TestEngine } from '../support/engines.ts';
import type { TestAgent } from '../support/house.ts';
import { intoProduction } from '../support/into-production.ts';
import { houseOn } from '../support/open.ts';
import { testVendors } from '../support/vendors.ts';

const NUMBER = '+14155550100';
const TOKEN = 'a-token-that-nobody-may-read-back';

/** What Twilio answers in place of the test vendors' own answers. */
type Answers = Partial<Pick<ProviderAccount, 'verify' | 'bindSender' | 'unbindSender' | 'buyNumber' | 'findNumber'>>;

/** A house whose organisations are in production with an account at Twilio; its answers may be held back. */
async function production(on: TestEngine, answers: Answers = {}) {
  const vendors = testVendors();
  const t = await houseOn(on, {
    overrides: {
      connectVendors(open) {
        const connected = vendors.connect(open);
        const { accounts } = connected.vendors;
        const twilio = { ...accounts.twilio!, ...answers };
        return { ...connected, vendors: { ...connected.vendors, accounts: { ...accounts, twilio } } };
      },
    },
  });
  const tenant = async () => {
    const { id, admin } = await t.organization();
    await intoProduction(t, id, admin);
    const credentials = { accountSid: 'AC1', authToken: TOKEN };
    await t.done('comms.register_provider', admin, { provider: 'twilio', credentials });
    return { org: id, admin, agent: await t.agent(admin) };
  };
  const bind = (admin: Principal, { id }: Pick<TestAgent, 'id'>, address = NUMBER) =>
    t.call('comms.bind_sender', admin, { agentId: id, channel: 'sms', address });
  const unbind = (admin: Principal, { id }: Pick<TestAgent, 'id'>, address = NUMBER) =>
    t.call('comms.unbind_sender', admin, { agentId: id, channel: 'sms', address });
  /** The address that the agent sends from. */
  const sender = async (agent: TestAgent, admin?: Principal): Promise<string | null> => {
    const by = admin ?? agent.by;
    const input = admin === undefined ? {} : { agentId: agent.id };
    const { channels } = await t.done('comms.get_channel_status', by, input);
    return channels.find(({ channel }: { channel: string }) => channel === 'sms').address;
  };
  const held = async (agent: AgentId) => (await t.house.store.providers.inlets(agent)).map(({ address }) => address);
  return { t, tenant, bind, unbind, sender, held };
}

/** An answer that comes when the test says so. */
function later<T>() {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<VendorAnswer<T>>();
  return {
    verb() {
      asked.resolve();
      return answer.promise;
    },
    asked: asked.promise,
    answer: answer.resolve,
  };
}
const OK = { state: 'ok', value: { ref: 'PN1', secret: '', todo: [] } } as const;
const conflict = { is: 'refused', why: [{ code: 'conflict' }] };

describe.each(engines)('on $name', (on) => {
  describe('an address that is being bound', () => {
    it('can be taken by nobody else, and not be unbound before the provider has answered', async () => {
      const twilio = later<typeof OK.value>();
      const { tenant, bind, unbind, sender } = await production(on, { bindSender: twilio.verb });
      const { admin, agent } = await tenant();
      const other = await tenant();
      const binding = bind(admin, agent);
      await twilio.asked;
      expect(await bind(other.admin, other.agent)).toMatchObject(conflict);
      expect(await unbind(other.admin, other.agent)).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
      expect(await unbind(admin, agent)).toMatchObject(conflict);
      twilio.answer(OK);
      expect(await binding).toMatchObject({ is: 'done', output: { status: 'bound' } });
      expect(await sender(agent)).toBe(NUMBER);
    });

    it('is not bound to an agent that ends meanwhile, and is free again', async () => {
      const twilio = later<typeof OK.value>();
      const { t, tenant, bind, held } = await production(on, { bindSender: twilio.verb });
      const { admin, agent } = await tenant();
      const binding = bind(admin, agent);
      await twilio.asked;
      await t.done('comms.deprovision_channels', admin, { agentId: agent.id, releaseNumbers: true });
      twilio.answer(OK);
      await binding;
      expect(await held(agent.id)).toEqual([]);
      expect(t.faults).toEqual([]);
    });

    it('stays taken when nobody knows how it ended, until it is unbound', async () => {
      const { tenant, bind, unbind, sender } = await production(on, {
        bindSender: () => Promise.reject(new Error('gone')),
      });
      const { admin, agent } = await tenant();
      const other = await tenant();
      expect(await bind(admin, agent)).toMatchObject({ is: 'failed', delivery: { state: 'unknown' } });
      expect(await bind(other.admin, other.agent)).toMatchObject(conflict);
      expect(await sender(agent)).toBeNull();
      expect(await unbind(admin, agent)).toMatchObject({ is: 'done' });
      expect(await bind(other.admin, other.agent)).toMatchObject({ is: 'failed', delivery: { state: 'unknown' } });
    });

    it('can be taken by another a day after nobody knew how it ended, and not a millisecond earlier', async () => {
      const { t, tenant, bind } = await production(on, { bindSender: () => Promise.reject(new Error('gone')) });
      const [first, second] = [await tenant(), await tenant()];
      await bind(first.admin, first.agent);
      t.clock.pass(DAY_MS);
      expect(await bind(second.admin, second.agent)).toMatchObject(conflict);
      t.clock.pass(1);
      expect(await bind(second.admin, second.agent)).toMatchObject({ is: 'failed', delivery: { state: 'unknown' } });
      expect(await bind(first.admin, first.agent)).toMatchObject(conflict);
    });
  });

  describe('an address that is being unbound', () => {
    it('sends no more at once, hears opt-outs, and is nobody else’s before the provider has let go of it', async () => {
      const twilio = later<null>();
      const { tenant, bind, unbind, sender, held } = await production(on, { unbindSender: twilio.verb });
      const { admin, agent } = await tenant();
      const other = await tenant();
      await bind(admin, agent);
      const unbinding = unbind(admin, agent);
      await twilio.asked;
      expect(await sender(agent)).toBeNull();
      expect(await held(agent.id)).toEqual([NUMBER]);
      expect(await bind(other.admin, other.agent)).toMatchObject(conflict); // its webhooks would be taken off right after
      expect(await unbind(admin, agent)).toMatchObject(conflict);
      twilio.answer({ state: 'ok', value: null });
      expect(await unbinding).toMatchObject({ is: 'done', output: { status: 'unbound', todo: [] } });
      expect(await bind(other.admin, other.agent)).toMatchObject({ is: 'done' });
      expect(await held(agent.id)).toEqual([]);
    });

    it.each([
      ['refused', async () => ({ state: 'failed', code: 'provider_rejected', say: 'No.' }) as const],
      ['unknown', () => Promise.reject(new Error('gone'))],
    ])('is free also when the provider’s answer is %s, and a person is told what is left to do', async (_, answer) => {
      const { tenant, bind, unbind, held } = await production(on, { unbindSender: answer });
      const { admin, agent } = await tenant();
      await bind(admin, agent);
      expect(await unbind(admin, agent)).toMatchObject({ is: 'failed', output: { status: 'unbound', todo: [/./] } });
      expect(await held(agent.id)).toEqual([]);
    });

    it('of an agent that has ended and kept it is still its administrator’s to unbind, and nobody else’s', async () => {
      const { t, tenant, bind, unbind, held } = await production(on);
      const { admin, agent } = await tenant();
      const other = await tenant();
      await bind(admin, agent);
      await t.done('comms.deprovision_channels', admin, { agentId: agent.id, releaseNumbers: false });
      expect(await held(agent.id)).toEqual([NUMBER]);
      expect(await unbind(other.admin, agent)).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
      expect(await bind(admin, agent, '+14155550101')).toMatchObject({
        is: 'refused',
        why: [{ code: 'agent_inactive' }],
      });
      expect(await unbind(admin, agent)).toMatchObject({ is: 'done' });
      expect(await held(agent.id)).toEqual([]);
    });
  });

  describe('a number that is bought', () => {
    const bought = { state: 'ok', value: { ref: 'PN1', address: NUMBER } } as const;

    it('is bought once at a time for an agent, and one of unknown outcome stands in the way for a day', async () => {
      const { t, tenant } = await production(on, { buyNumber: () => Promise.reject(new Error('gone')) });
      const { admin, agent } = await tenant();
      const buy = () => t.call('comms.buy_number', admin, { agentId: agent.id });
      expect(await buy()).toMatchObject({ is: 'failed', delivery: { state: 'unknown' } });
      expect(await buy()).toMatchObject(conflict);
      t.clock.pass(DAY_MS + 1);
      expect(await buy()).toMatchObject({ is: 'failed', delivery: { state: 'unknown' } });
    });

    it('that is not found yet may still be under way: only when it stays away, it was not sold', async () => {
      let found: typeof bought.value | null = null;
      const { t, tenant } = await production(on, {
        buyNumber: () => Promise.reject(new Error('gone')),
        findNumber: async () => ({ state: 'ok', value: found }),
      });
      const { admin, agent } = await tenant();
      const { id } = (await t.call('comms.buy_number', admin, { agentId: agent.id })) as { id: ActionId };
      const { action } = t.house.catalogue.byName('comms.buy_number')!;
      const [claimed] = await t.house.ledger.unresolved(0, 1, (one) => one.id === id);
      const askAfter = (ms: number) =>
        (action as WorldAction).find!(claimed!, AbortSignal.timeout(10_000), t.clock.now() + ms);
      expect(await askAfter(15 * MINUTE_MS - 1)).toBeNull();
      expect(await askAfter(15 * MINUTE_MS)).toMatchObject({ state: 'failed' });
      found = bought.value;
      expect(await askAfter(0)).toMatchObject({ state: 'ok', told: { address: NUMBER } });
    });

    it('is no longer the sender of whoever had it', async () => {
      const { t, tenant, bind, sender, held } = await production(on, { buyNumber: async () => bought });
      const [before, after] = [await tenant(), await tenant()];
      await bind(before.admin, before.agent);
      await t.done('comms.buy_number', after.admin, { agentId: after.agent.id });
      expect([await sender(before.agent), await sender(after.agent)]).toEqual([null, NUMBER]);
      expect([await held(before.agent.id), await held(after.agent.id)]).toEqual([[], [NUMBER]]);
    });

    it('for an agent that ends meanwhile is kept in the books, and can be unbound', async () => {
      const twilio = later<typeof bought.value>();
      const { t, tenant, unbind, held } = await production(on, { buyNumber: twilio.verb });
      const { admin, agent } = await tenant();
      const buying = t.call('comms.buy_number', admin, { agentId: agent.id });
      await twilio.asked;
      await t.done('comms.deprovision_channels', admin, { agentId: agent.id, releaseNumbers: true });
      twilio.answer(bought);
      expect(await buying).toMatchObject({ is: 'done' });
      expect(await held(agent.id)).toEqual([NUMBER]);
      expect(await unbind(admin, agent)).toMatchObject({ is: 'done' });
    });
  });

  it('the log names neither the account nor the address: it can’t be erased', async () => {
    const { t, tenant, bind } = await production(on, {
      verify: async () => ({ state: 'ok', value: { account: 'ann@example.com at smtp.example.com:587' } }),
      bindSender: async (_, { address }) => ({
        state: 'ok',
        value: { ref: `whatsapp:${address}`, secret: '', todo: [] },
      }),
    });
    const { admin, agent } = await tenant();
    expect(await bind(admin, agent)).toMatchObject({ is: 'done' });
    await t.house.store.checkpoint();
    const { log_entry: entries } = Object.fromEntries(await dump(t.engine));
    expect(entries).toContain('comms.bind_sender');
    for (const named of ['ann@', NUMBER]) expect(entries).not.toContain(named);
  });

  it('a sender whose account is gone is told to have no provider, whatever other account there is', async () => {
    const { t, tenant, bind } = await production(on);
    const { admin, agent } = await tenant();
    await bind(admin, agent);
    const credentials = { accountSid: 'AC2', authToken: TOKEN };
    const platform = { organizationId: 'org_platform', provider: 'twilio', credentials };
    await t.done('comms.register_provider', t.orchestrator, platform);
    await t.done('comms.unregister_provider', admin, { provider: 'twilio' });
    const { channels } = await t.done('comms.get_channel_status', agent.by);
    expect(channels).toContainEqual({ channel: 'sms', address: NUMBER, provider: 'twilio', status: 'no_provider' });
    await t.consent(agent, '+14155550101');
    const sent = await t.call('comms.send_message', agent.by, { to: '+14155550101', body: 'Hello' });
    expect(sent).toMatchObject({ is: 'refused', why: [{ code: 'provider_not_configured' }] });
  });

  describe('a credential', () => {
    it.each([
      ['good', async () => ({ state: 'ok', value: { account: 'AC1' } }) as const],
      ['bad', async () => ({ state: 'failed', code: 'provider_rejected', say: 'No.' }) as const],
      ['of which the provider says nothing', () => Promise.reject(new Error('gone'))],
    ])('that is %s leaves no sealed copy with the action', async (_, verify) => {
      const { t } = await production(on, { verify });
      const { id } = await t.organization();
      const credentials = { accountSid: 'AC1', authToken: TOKEN };
      const input = { organizationId: id, provider: 'twilio', credentials };
      const told = await t.call('comms.register_provider', t.orchestrator, input, { idempotencyKey: 'k' });
      const again = await t.call('comms.register_provider', t.orchestrator, input, { idempotencyKey: 'k' });
      expect(JSON.stringify([told, again])).not.toContain(TOKEN);
      const rows = await t.engine.db
        .selectFrom('action')
        .select('input')
        .where('name', '=', 'comms.register_provider')
        .execute();
      expect(rows).toEqual([{ input: null }]);
      await t.house.store.checkpoint();
      for (const [table, text] of await dump(t.engine)) expect(text, table).not.toContain(TOKEN);
    });
  });
});
