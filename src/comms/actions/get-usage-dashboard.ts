/** What agents did and spent, and what their limits leave. An agent sees itself; an administrator one agent or all. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import { DAY_MS, HOUR_MS, rfc3339 } from '../../kernel/time.ts';
import type { Agent } from '../../tenancy/agent.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import { RATE_WINDOWS } from '../guards/rates.ts';
import { BUDGETS } from '../guards/spend.ts';
import { MESSAGE_CHANNELS } from '../message.ts';
import type { CommsReader, MeterReading, Usage } from '../ports.ts';

const PERIOD_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;
const PERIODS = ['hour', 'day', 'week', 'month'] as const satisfies readonly (keyof typeof PERIOD_MS)[];

/** Each agent's limits take five look-ups. */
const MAX_AGENTS = 100;

type Readers = {
  readonly comms: Pick<CommsReader, 'usage' | 'actionsWithin' | 'spentIn'>;
  readonly tenancy: Pick<TenancyReader, 'organization' | 'agents'>;
};

export const getUsageDashboard = ({ comms, tenancy }: Readers): AnyAction =>
  readAction({
    name: 'comms.get_usage_dashboard',
    version: 1,
    says: 'Shows messages and cost by channel over a period, and what is left of each limit: of the agent itself, or of all agents for an administrator.',
    input: z.object({ period: z.enum(PERIODS).default('day').describe('How far back to count messages and cost.') }),
    output: z.object({
      since: z.string(),
      agents: z.array(
        z.object({
          agentId: z.string(),
          name: z.string(),
          status: z.string(),
          channels: z.array(
            z.object({
              channel: z.enum(MESSAGE_CHANNELS),
              messages: z.number(),
              cost: z.number().describe('Micro-units of USD.'),
            }),
          ),
          limits: z.array(z.object({ name: z.string(), used: z.number(), limit: z.number(), left: z.number() })),
        }),
      ),
      more: z.boolean().describe(`True: there are more than ${MAX_AGENTS} agents; name one in agentId.`),
    }),
    access: 'agent:act',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, agent, input, now }) {
      const since = now - PERIOD_MS[input.period];
      const [organization, every, usage] = await Promise.all([
        tenancy.organization(org),
        tenancy.agents(org),
        comms.usage(org, agent, since),
      ]);
      const zone = organization?.zone ?? 'UTC';
      const asked = every.filter(({ id }) => agent === null || id === agent);
      const shown = asked.slice(0, MAX_AGENTS);
      return {
        since: rfc3339(since),
        agents: await Promise.all(
          shown.map(async (one) => ({
            agentId: one.id,
            name: one.name,
            status: one.status,
            channels: channelsOf(usage, one.id),
            limits: (await readings(comms, org, one, zone)).map((reading) => ({
              ...reading,
              left: Math.max(0, reading.limit - reading.used),
            })),
          })),
        ),
        more: asked.length > shown.length,
      };
    },
  });

const channelsOf = (usage: readonly Usage[], agent: AgentId) =>
  usage.filter((row) => row.agent === agent).map(({ channel, messages, cost }) => ({ channel, messages, cost }));

const readings = (
  comms: Readers['comms'],
  org: OrgId,
  { id, limits }: Agent,
  zone: string,
): Promise<readonly MeterReading[]> =>
  Promise.all([
    ...RATE_WINDOWS.map(async ({ name, ms }) => ({
      name,
      used: await comms.actionsWithin(org, id, ms),
      limit: limits[name],
    })),
    ...BUDGETS.map(async ({ name, calendar }) => ({
      name,
      used: await comms.spentIn(org, id, calendar, zone),
      limit: limits[name],
    })),
  ]);
