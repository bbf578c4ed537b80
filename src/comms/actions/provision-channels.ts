/**
 * Makes an agent with its channels, limits and first token, or gives an agent that is there more channels. All or nothing:
 * one channel that nobody carries refuses the whole.
 */
import * as z from 'zod';
import { type AnyAction, type Mint, stateAction } from '../../guard/action.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { toHex } from '../../kernel/encoding.ts';
import { DAY_MS, rfc3339, SECOND_MS } from '../../kernel/time.ts';
import { type Agent, CHANNELS, type Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { aboveTier, DEFAULT_TIER, TIER_LIMITS, type Tier } from '../../tenancy/limits.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { policyFence } from '../fences.ts';
import { accountsFor, carriersOf, notCarried } from '../guards/channel.ts';
import { missingFor } from '../law/registration.ts';
import { namedAgent, ownAccounts, ownOrganization } from '../needs.ts';
import type { AgentTokens, Carriers } from '../ports.ts';
import { senderOf } from '../sender.ts';

const DEFAULT_COUNTRY = 'US';
const MAX_LIFE_S = (3650 * DAY_MS) / SECOND_MS;

type Capabilities = Readonly<Partial<Record<Channel, boolean | undefined>>>;
const asked = (capabilities: Capabilities): readonly Channel[] =>
  CHANNELS.filter((channel) => capabilities[channel] === true);

export const capabilitiesGuard = (carriers: Carriers) =>
  guard<{ readonly capabilities: Capabilities }>()({
    id: 'capabilities',
    stage: 'validate',
    needs: { organization: ownOrganization, accounts: ownAccounts },
    judge({ input }, facts): readonly Deny[] {
      const { mode } = known(facts.organization, 'organisation');
      const channels = asked(input.capabilities);
      if (channels.length === 0) {
        return [
          {
            is: 'deny',
            code: 'invalid_input',
            say: 'capabilities: ask for at least one channel, such as {"sms": true}.',
            source: 'an agent without a channel can do nothing',
            fact: 'field capabilities',
          },
        ];
      }
      return channels
        .filter((channel) => {
          const { sandbox, production } = carriersOf(carriers, channel);
          return mode === 'sandbox'
            ? sandbox === undefined
            : accountsFor(channel, facts.accounts, production).length === 0;
        })
        .map((channel) => notCarried(mode, channel));
    },
  });

export const provisionChannels = (carriers: Carriers, tokens: AgentTokens): AnyAction =>
  stateAction({
    name: 'comms.provision_channels',
    version: 1,
    says: 'Creates an agent with its own number and a token that is shown once, or adds channels to the agent named in agentId.',
    input: z.object({
      displayName: field.name(100).describe("The agent's name as people see it."),
      capabilities: z
        .strictObject({
          sms: z.boolean().optional(),
          email: z.boolean().optional(),
          whatsapp: z.boolean().optional(),
          voice: z.boolean().optional(),
        })
        .describe('The channels to provide; all of them or none.'),
      country: field
        .code(2)
        .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code of two capital letters')
        .optional()
        .describe(`Whose rules hold for the numbers; ${DEFAULT_COUNTRY} unless said.`),
      expiresIn: z
        .int()
        .min(60)
        .max(MAX_LIFE_S)
        .optional()
        .describe("Seconds until the new agent's token expires. Left out: it works until it is revoked."),
    }),
    output: z.object({
      agentId: z.string(),
      securityToken: z
        .string()
        .nullable()
        .describe('Shown once. Null for an agent that was there: identity_rotate_agent_token gives it a new one.'),
      expiresAt: z.string().nullable(),
      channels: z.array(z.object({ channel: z.enum(CHANNELS), address: z.string() })),
      missing: z.array(z.string()).describe('What production would still need.'),
      sandbox: z.boolean(),
    }),
    access: 'org:admin',
    subject: 'organization',
    risk: 'high',
    guards: [capabilitiesGuard(carriers)],
    doors: ['mcp', 'rest', 'cli'],
    secretOutput: ['securityToken'],
    needs: { organization: ownOrganization, agent: namedAgent },
    change({ org, input, now }, facts, mint) {
      const { mode, tier } = known(facts.organization, 'organisation');
      const before = facts.agent;
      const country = input.country ?? before?.country ?? DEFAULT_COUNTRY;
      const agent: Agent = {
        ...(before ?? {
          org,
          id: mint.id('agt'),
          status: 'active',
          limits: startingLimits(tier),
          approvalPolicy: 'never',
          senders: {},
          bound: {},
          createdAt: now,
        }),
        name: input.displayName,
        ...(mode === 'sandbox' ? { senders: withSenders(before?.senders ?? {}, asked(input.capabilities), mint) } : {}),
        country,
      };
      const expiresAt = before !== null || input.expiresIn === undefined ? null : now + input.expiresIn * SECOND_MS;
      const issued =
        before === null ? tokens.issue((n) => mint.bytes(n), mint.id('tok'), agent.id, now, expiresAt) : null;
      return {
        writes:
          issued === null
            ? [tenancyWrite('agent.update', agent), guardWrite('fence.bump', policyFence(agent.id))]
            : [tenancyWrite('agent.create', agent), issued.write],
        output: {
          agentId: agent.id,
          securityToken: issued?.token ?? null,
          expiresAt: expiresAt === null ? null : rfc3339(expiresAt),
          channels: CHANNELS.flatMap((channel) => {
            const address = senderOf(agent, mode, channel);
            return address === null ? [] : [{ channel, address }];
          }),
          missing:
            mode === 'sandbox'
              ? [...missingFor(country, asked(input.capabilities))]
              : asked(input.capabilities)
                  .filter((channel) => agent.bound[channel] === undefined)
                  .map((channel) => `${channel}: bind a sender with comms_bind_sender`),
          sandbox: mode === 'sandbox',
        },
      };
    },
  });

/** A new agent gets the default tier's limits, or its organisation's where those are lower. */
const startingLimits = (tier: Tier) =>
  aboveTier(TIER_LIMITS[DEFAULT_TIER], tier).length === 0 ? TIER_LIMITS[DEFAULT_TIER] : TIER_LIMITS[tier];

function withSenders(senders: Agent['senders'], channels: readonly Channel[], mint: Mint): Agent['senders'] {
  const fresh = channels.filter((channel) => senders[channel] === undefined);
  return {
    ...senders,
    ...Object.fromEntries(
      fresh.map((channel) => [channel, known(NEW_SENDER[channel] ?? null, `sender for ${channel}`)(mint)]),
    ),
  };
}

/** `.invalid` never resolves (RFC 2606 §2). */
const simulatedMailbox = (mint: Mint): string => `agent-${toHex(mint.bytes(4))}@sandbox.invalid`;

/** `+1 500` numbers reach nobody's telephone; seven digits, of which the first is 2–9 (NANP). */
const simulatedNumber = (mint: Mint): string => {
  const { buffer, byteOffset } = mint.bytes(4);
  return `+1500${2_000_000 + (new DataView(buffer, byteOffset).getUint32(0) % 8_000_000)}`;
};

const NEW_SENDER: Readonly<Partial<Record<Channel, (mint: Mint) => string>>> = {
  sms: simulatedNumber,
  whatsapp: simulatedNumber,
  email: simulatedMailbox,
  voice: simulatedNumber,
};
