/**
 * Everything that a new customer needs in one step: an agent with its channels and token, the DNS records of its mail domain,
 * the addresses that providers call, and how to connect. All or nothing: the agent takes its place before the provider is
 * asked about the domain, and ends again, without ever having had a token, when the provider refuses.
 */
import * as z from 'zod';
import { type AnyAction, worldAction } from '../../guard/action.ts';
import { wholeRight } from '../../guard/guards/whole-right.ts';
import { field } from '../../guard/input/fields.ts';
import type { AgentId } from '../../kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { DEFAULT_COUNTRY } from '../../tenancy/new-agent.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import {
  asked,
  capabilitiesField,
  channelsOf,
  channelsView,
  countryField,
  newAgent,
  stillMissing,
} from '../capabilities.ts';
import { connection, connectionView, webhooksOf, webhooksView } from '../connection.ts';
import { agentPoolGuard } from '../guards/agent-pool.ts';
import { capabilitiesGuard } from '../guards/capabilities.ts';
import { domainAccount, mailDomain, mailDomainGuard } from '../guards/mail-domain.ts';
import { provisioningRegistrationGuard } from '../guards/registration.ts';
import { ownAccounts, ownOrganization, ownRegistrations } from '../needs.ts';
import type { AgentTokens, Carriers } from '../ports.ts';
import type { DnsRecord, Vendors } from '../provider-ports.ts';
import { sandboxRecords } from '../rules/sandbox-dns.ts';
import { GONE, opened } from './bind-sender.ts';
import { deliveryOf } from './vendor-delivery.ts';

export interface OnboardParts {
  readonly carriers: Carriers;
  readonly vendors: Vendors;
  readonly agentTokens: AgentTokens;
  /** Where agents reach this server, without a trailing slash. */
  readonly publicUrl: string;
}

const dnsView = z.object({
  domain: z.string(),
  status: z.string().describe('As the provider calls it; verified once every record is found.'),
  sandbox: z.boolean().describe('True: made up, in the form of real ones. Set none of them.'),
  records: z.array(
    z.object({
      type: z.string(),
      name: z.string(),
      value: z.string(),
      priority: z.number().nullable(),
      ttl: z.string().nullable(),
      purpose: z.string(),
    }),
  ),
});

const output = z.object({
  agentId: z.string(),
  status: z.enum(['onboarded', 'pending', 'refused']),
  securityToken: z
    .string()
    .nullable()
    .describe('Shown once. Null unless onboarded: identity_rotate_agent_token gives an agent a new one.'),
  channels: channelsView,
  missing: z.array(z.string()).describe('What production, or sending, still needs.'),
  dns: dnsView.nullable().describe('What to set for the mail domain; null without one.'),
  webhooks: webhooksView,
  connect: connectionView,
  sandbox: z.boolean(),
});
type Output = z.output<typeof output>;

export function onboardCustomer({ carriers, vendors, agentTokens, publicUrl }: OnboardParts): AnyAction {
  const told = toldBy(() => vendors.baseUrl(), publicUrl);
  return worldAction({
    name: 'comms.onboard_customer',
    version: 1,
    says: 'Creates an agent for a new customer and tells everything to set up: token, DNS records, webhooks, how to connect.',
    input: z.object({
      displayName: field.name(100).describe("The agent's name as people see it."),
      capabilities: capabilitiesField,
      emailDomain: field.code(253).optional().describe('The domain that mail is sent from, such as mail.acme.example.'),
      country: countryField.optional().describe(`Whose rules hold for the numbers; ${DEFAULT_COUNTRY} unless said.`),
    }),
    output,
    access: 'org:admin',
    subject: 'organization',
    risk: 'critical',
    sensitive: true,
    guards: [
      wholeRight('agent'),
      capabilitiesGuard(carriers),
      mailDomainGuard(carriers, vendors),
      provisioningRegistrationGuard,
      agentPoolGuard,
    ],
    doors: ['mcp', 'rest', 'cli'],
    secretOutput: ['securityToken'],
    needs: { organization: ownOrganization, accounts: ownAccounts, registrations: ownRegistrations },
    retry: () => 'same-key', // a domain that is there is found, not made again
    leaseMs: 60 * SECOND_MS,
    beginWithinMs: 5 * MINUTE_MS,
    contact: () => null,
    stage({ org, input, now }, { organization: own, accounts, registrations }, mint) {
      const organization = known(own, 'organisation');
      const { mode } = organization;
      const channels = asked(input.capabilities);
      const country = input.country ?? DEFAULT_COUNTRY;
      const agent = newAgent(organization, { name: input.displayName, country, channels, at: now }, mint);
      const account = domainAccount(input, { org, mode, accounts }, carriers, vendors);
      const context = {
        agentId: agent.id,
        mode,
        asked: channels.join(' '),
        channels: JSON.stringify(channelsOf(agent, mode)),
        missing: JSON.stringify(stillMissing(agent, mode, channels, registrations ?? [], now)),
        provider: account?.provider ?? '',
        credentialOrg: account?.org ?? '',
      };
      return {
        writes: [tenancyWrite('agent.create', agent)],
        output: told(context, { status: 'pending', securityToken: null, dns: null }),
        context,
      };
    },
    async execute({ action: { input, context }, signal }) {
      const domain = mailDomain(input);
      if (domain === null || context['provider'] === '') return { state: 'ok', ref: context['agentId'] ?? '' };
      const { account, credentials } = await opened(vendors, context);
      if (account?.mailDomain === undefined || credentials === null) return GONE;
      const answer = await account.mailDomain(credentials, domain, signal);
      // a domain that may have been made harms nobody, and the next attempt finds it
      if (answer.state === 'unknown') return { state: 'failed', code: 'provider_unavailable', say: answer.say };
      return deliveryOf(answer, ({ status, records }) => ({
        ref: context['agentId'] ?? '',
        told: { status, records: JSON.stringify(records) },
      }));
    },
    conclude({ input, context }, delivery, mint, now) {
      const agent = agentIn(context);
      if (delivery.state !== 'ok') {
        return {
          writes: [tenancyWrite('agent.abandon', { id: agent })],
          output: told(context, { status: 'refused', securityToken: null, dns: null }),
        };
      }
      const { token, write } = agentTokens.issue((n) => mint.bytes(n), mint.id('tok'), agent, now, null);
      const dns = dnsOf(mailDomain(input), context['mode'] === 'sandbox', delivery.told);
      return { writes: [write], output: told(context, { status: 'onboarded', securityToken: token, dns }) };
    },
  });
}

type Context = Readonly<Record<string, string>>;
const agentIn = (context: Context): AgentId => `agt_${(context['agentId'] ?? '').slice('agt_'.length)}`;

const toldBy =
  (webhookBase: () => string, publicUrl: string) =>
  (context: Context, how: Pick<Output, 'status' | 'securityToken' | 'dns'>): Output => {
    const channels = JSON.parse(context['channels'] ?? '[]') as Output['channels'];
    const agent = agentIn(context);
    const wanted = CHANNELS.filter((channel) => (context['asked'] ?? '').split(' ').includes(channel));
    return {
      agentId: agent,
      ...how,
      channels,
      missing: JSON.parse(context['missing'] ?? '[]') as string[],
      webhooks: webhooksOf(webhookBase(), agent, wanted),
      connect: connection(publicUrl),
      sandbox: context['mode'] === 'sandbox',
    };
  };

function dnsOf(domain: string | null, sandbox: boolean, answer: Context = {}): Output['dns'] {
  if (domain === null) return null;
  const records: readonly DnsRecord[] = sandbox
    ? sandboxRecords(domain)
    : (JSON.parse(answer['records'] ?? '[]') as DnsRecord[]);
  return { domain, status: sandbox ? 'sandbox' : (answer['status'] ?? 'by hand'), sandbox, records: [...records] };
}
