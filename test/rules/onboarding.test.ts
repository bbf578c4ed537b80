/** Onboarding: agent, token, DNS records, webhooks and how to connect, in one step or not at all. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DnsRecord, ProviderAccount } from '../../src/comms/provider-ports.ts';
import { reasonsIn, verdictWhen } from '../matrix/outcome.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { type HouseOptions, openHouse } from '../support/house.ts';
import { intoProduction } from '../support/into-production.ts';
import { houseOn } from '../support/open.ts';
import { testVendors } from '../support/vendors.ts';

const DOMAIN = 'mail.acme.example';
const ACME = { displayName: 'Acme', capabilities: { sms: true, email: true }, emailDomain: DOMAIN };
const RECORD: DnsRecord = {
  ...{ type: 'TXT', name: 'send', value: 'v=spf1 ~all' },
  ...{ priority: null, ttl: 'Auto', purpose: 'SPF' },
};

type MailDomain = NonNullable<ProviderAccount['mailDomain']>;

/** A house whose Resend answers about domains like this. */
function withDomains(mailDomain: MailDomain): Pick<HouseOptions, 'overrides'> {
  const vendors = testVendors();
  return {
    overrides: {
      connectVendors(open) {
        const connected = vendors.connect(open);
        const { accounts } = connected.vendors;
        const resend = { ...accounts.resend!, mailDomain };
        return { ...connected, vendors: { ...connected.vendors, accounts: { ...accounts, resend } } };
      },
    },
  };
}

const accounts = [
  { provider: 'twilio', credentials: { accountSid: 'AC1', authToken: 'token' } },
  { provider: 'resend', credentials: { apiKey: 're_1' } },
];

async function opened(options: HouseOptions = {}) {
  const t = await openHouse(options);
  onTestFinished(() => t[Symbol.asyncDispose]());
  return t;
}
async function production(mailDomain: MailDomain) {
  const t = await opened(withDomains(mailDomain));
  const { id, admin } = await t.organization();
  await intoProduction(t, id, admin);
  for (const account of accounts) await t.done('comms.register_provider', admin, account);
  return { t, id, admin };
}

describe('in sandbox', () => {
  it('everything is there to begin with: a token that works, made-up records, webhooks, addresses', async () => {
    const t = await opened();
    const { admin } = await t.organization();
    const made = await t.done('comms.onboard_customer', admin, ACME);
    const by = (await t.house.authenticate(made.securityToken))!;
    expect(by).toMatchObject({ kind: 'agent', agent: made.agentId });
    expect(await verdictWhen(t.call('comms.ping', by))).toBe('allow');
    expect(made).toMatchObject({
      status: 'onboarded',
      sandbox: true,
      dns: { domain: DOMAIN, sandbox: true },
      connect: { mcpUrl: 'http://localhost:3100/mcp', header: 'Authorization: Bearer <securityToken>' },
    });
    expect(made.channels.map(({ channel }: { channel: string }) => channel)).toEqual(['sms', 'email']);
    for (const { type, name, value, priority } of made.dns.records as DnsRecord[]) {
      expect(name.endsWith(`.${DOMAIN}`)).toBe(true);
      expect(priority === null).toBe(type !== 'MX');
      if (type === 'MX') expect(value).toMatch(/\.invalid$/);
    }
    expect(made.webhooks).toEqual([
      { channel: 'sms', provider: 'twilio', url: `https://door.example/webhooks/twilio/${made.agentId}/sms` },
      { channel: 'email', provider: 'resend', url: `https://door.example/webhooks/resend/${made.agentId}` },
    ]);
    expect(made.missing.length).toBeGreaterThan(0);
    expect(t.vendors.asked).toEqual([]);
  });

  it('without a domain there are no records', async () => {
    const t = await opened();
    const { admin } = await t.organization();
    const input = { displayName: 'Acme', capabilities: { sms: true } };
    expect(await t.done('comms.onboard_customer', admin, input)).toMatchObject({ status: 'onboarded', dns: null });
  });

  it.each([
    ['no domain', { emailDomain: 'not a domain' }],
    ['a mailbox', { emailDomain: 'bob@acme.example' }],
    ['a domain for a customer without mail', { capabilities: { sms: true } }],
    ['no channel', { capabilities: {} }],
  ])('refuses %s', async (_, more) => {
    const t = await opened();
    const { admin } = await t.organization();
    expect(await verdictWhen(t.call('comms.onboard_customer', admin, { ...ACME, ...more }))).toBe('invalid_input');
    expect((await t.done('comms.ping', admin)).pool.used).toBe(0);
  });
});

describe('in production', () => {
  it('the provider is asked for the domain’s records, in lower case and ASCII', async () => {
    const asked: string[] = [];
    const { t, admin } = await production(async (_, domain) => {
      asked.push(domain);
      return { state: 'ok', value: { status: 'not_started', records: [RECORD] } };
    });
    const made = await t.done('comms.onboard_customer', admin, { ...ACME, emailDomain: 'Mail.ACME.example' });
    expect(asked).toEqual([DOMAIN]);
    expect(made).toMatchObject({
      status: 'onboarded',
      sandbox: false,
      dns: { domain: DOMAIN, status: 'not_started', sandbox: false, records: [RECORD] },
      missing: ['sms: bind a sender with comms_bind_sender', 'email: bind a sender with comms_bind_sender'],
    });
  });

  it.each([
    ['refuses', { state: 'failed', code: 'provider_rejected', say: 'No.' }],
    ['does not answer', { state: 'unknown', code: 'outcome_unknown', say: 'Nobody knows.' }],
  ] as const)('when the provider %s nothing is left but the refusal: no token, no place taken', async (_, answer) => {
    const { t, admin } = await production(async () => answer);
    const outcome = await t.call('comms.onboard_customer', admin, ACME);
    expect(outcome).toMatchObject({ is: 'failed', output: { status: 'refused', securityToken: null, dns: null } });
    expect((await t.done('comms.ping', admin)).pool.used).toBe(0);
    const { agentId } = (outcome as { output: { agentId: string } }).output;
    expect((await t.done('identity.list_agent_tokens', admin, { agentId })).tokens).toEqual([]);
  });

  it('the same when the provider breaks off', async () => {
    const { t, admin } = await production(async () => {
      throw new Error('gone');
    });
    expect(await t.call('comms.onboard_customer', admin, ACME)).toMatchObject({ is: 'failed' });
    expect((await t.done('comms.ping', admin)).pool.used).toBe(0);
  });

  it('the same when the organisation is suspended before it begins', async () => {
    const t = await opened({ overrides: { maxInFlight: 0 } });
    const { id, admin } = await t.organization();
    const pending = await t.call('comms.onboard_customer', admin, ACME);
    expect(pending).toMatchObject({ is: 'pending', output: { status: 'pending', securityToken: null } });
    const at = { organizationId: id };
    await t.done('comms.suspend_organization', t.orchestrator, { ...at, reason: 'x' });
    await t.house.ledger.claim(10);
    expect(await t.done('comms.get_organization', t.orchestrator, at)).toMatchObject({ pool: { used: 0 } });
  });

  it('an administrator can’t add domains to the platform’s account; the orchestrator can', async () => {
    const t = await opened(withDomains(async () => ({ state: 'ok', value: { status: 'pending', records: [RECORD] } })));
    const { id, admin } = await t.organization();
    await intoProduction(t, id, admin);
    for (const account of accounts)
      await t.done('comms.register_provider', t.orchestrator, { ...account, organizationId: 'org_platform' });
    expect(reasonsIn(await t.call('comms.onboard_customer', admin, ACME))).toEqual(['mail-domain:forbidden']);
    const named = { ...ACME, organizationId: id };
    expect(await t.done('comms.onboard_customer', t.orchestrator, named)).toMatchObject({ status: 'onboarded' });
  });

  it('is refused with what the country still needs, before anything is made', async () => {
    const { t, admin } = await production(async () => ({
      state: 'ok',
      value: { status: 'pending', records: [RECORD] },
    }));
    const outcome = await t.call('comms.onboard_customer', admin, { ...ACME, country: 'IN' });
    expect(reasonsIn(outcome)).toEqual(['registration:registration_required']);
  });
});

describe.each(engines)('the token on $name', (on) => {
  it('is shown once: stored nowhere, and not repeated under the same key', async () => {
    const t = await houseOn(on);
    const { admin } = await t.organization();
    const input = { ...ACME, idempotencyKey: 'acme' };
    const made = await t.done('comms.onboard_customer', admin, input);
    expect(made.securityToken).toMatch(/^spa_/);
    expect(reasonsIn(await t.call('comms.onboard_customer', admin, input))).toEqual(['idempotency:already_shown']);
    expect([...(await dump(t.engine)).values()].join()).not.toContain(made.securityToken);
    expect((await t.done('comms.ping', admin)).pool.used).toBe(1);
  });
});

it('under a key whose attempt failed the failure is repeated, not called shown', async () => {
  const { t, admin } = await production(async () => ({ state: 'failed', code: 'provider_rejected', say: 'No.' }));
  const input = { ...ACME, idempotencyKey: 'acme' };
  for (let i = 0; i < 2; i++)
    expect(await t.call('comms.onboard_customer', admin, input)).toMatchObject({
      is: 'failed',
      output: { securityToken: null },
    });
});
