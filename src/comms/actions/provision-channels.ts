/**
 * Makes an agent with its channels, limits and first token, or gives an agent that is there more channels. All or nothing:
 * one channel that nobody carries, or that the country asks a registration for, refuses the whole.
 */

import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { wholeRight } from '../../guard/guards/whole-right.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { DAY_MS, rfc3339, SECOND_MS } from '../../kernel/time.ts';
import type { Agent } from '../../tenancy/agent.ts';
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
  withSenders,
} from '../capabilities.ts';
import { policyFence } from '../fences.ts';
import { agentPoolGuard } from '../guards/agent-pool.ts';
import { capabilitiesGuard } from '../guards/capabilities.ts';
import { provisioningRegistrationGuard } from '../guards/registration.ts';
import { namedAgent, ownOrganization, ownRegistrations } from '../needs.ts';
import type { AgentTokens, Carriers } from '../ports.ts';

const MAX_LIFE_S = (3650 * DAY_MS) / SECOND_MS;

export const provisionChannels = (carriers: Carriers, tokens: AgentTokens): AnyAction =>
  stateAction({
    name: 'comms.provision_channels',
    version: 1,
    says: 'Creates an agent with its own number and a token that is shown once, or adds channels to the agent named in agentId.',
    input: z.object({
      displayName: field.name(100).describe("The agent's name as people see it."),
      capabilities: capabilitiesField,
      country: countryField.optional().describe(`Whose rules hold for the numbers; ${DEFAULT_COUNTRY} unless said.`),
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
      channels: channelsView,
      missing: z.array(z.string()).describe('What production would still need.'),
      sandbox: z.boolean(),
    }),
    access: 'org:admin',
    subject: 'organization',
    confinedToAgent: true,
    risk: 'high',
    sensitive: true,
    guards: [wholeRight('agent'), capabilitiesGuard(carriers), provisioningRegistrationGuard, agentPoolGuard],
    doors: ['mcp', 'rest', 'cli'],
    secretOutput: ['securityToken'],
    needs: { organization: ownOrganization, agent: namedAgent, registrations: ownRegistrations },
    change({ input, now }, facts, mint) {
      const organization = known(facts.organization, 'organisation');
      const { mode } = organization;
      const before = facts.agent;
      const country = input.country ?? before?.country ?? DEFAULT_COUNTRY;
      const channels = asked(input.capabilities);
      const name = input.displayName;
      const agent: Agent =
        before === null
          ? newAgent(organization, { name, country, channels, at: now }, mint)
          : {
              ...before,
              name,
              country,
              ...(mode === 'sandbox' ? { senders: withSenders(before.senders, channels, mint) } : {}),
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
          channels: channelsOf(agent, mode),
          missing: [...stillMissing(agent, mode, channels, facts.registrations ?? [], now)],
          sandbox: mode === 'sandbox',
        },
      };
    },
  });
