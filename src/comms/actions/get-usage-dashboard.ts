/** What agents did and spent, and what their limits leave. An agent sees itself; an administrator one agent or all. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import { calendarDay, dayText, HOUR_MS, rfc3339 } from '../../kernel/time.ts';
import { type Agent, CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { limitsInForce } from '../../tenancy/limits.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import { RATE_WINDOWS } from '../guards/rates.ts';
import { BUDGETS } from '../guards/spend.ts';
import type { CommsReader, MeterReading, Usage } from '../ports.ts';

const PERIODS = ['hour', 'day', 'week', 'month'] as const;
/** Calendar days with today, in the organisation's zone. */
const DAYS = { day: 1, week: 7, month: 30 } as const satisfies Partial<Record<(typeof PERIODS)[number], number>>;

/** Each agent's limits take five look-ups. */
const MAX_AGENTS = 100;

type Readers = {
  readonly comms: Pick<CommsReader, 'usage' | 'sentSince' | 'actionsWithin' | 'spentIn'>;
  readonly tenancy: Pick<TenancyReader, 'organization' | 'agent' | 'agents'>;
};

export const getUsageDashboard = ({ comms, tenancy }: Readers): AnyAction =>
  readAction({
    name: 'comms.get_usage_dashboard',
    version: 1,
    says: 'Shows messages and cost by channel over a period, and what is left of each limit: of the agent itself, or of all agents for an administrator.',
    input: z.object({
      period: z
        .enum(PERIODS)
        .default('day')
        .describe(
          'How far back to count messages and cost: the last hour, today, or the last 7 or 30 days with today.',
        ),
    }),
    output: z.object({
      since: z.string().describe('A time, or the first of the calendar days.'),
      agents: z.array(
        z.object({
          agentId: z.string(),
          name: z.string(),
          status: z.string(),
          channels: z.array(
            z.object({
              channel: z.enum(CHANNELS),
              messages: z.number(),
              cost: z.number().describe('Micro-units of USD.'),
            }),
          ),
          limits: z.array(z.object({ name: z.string(), used: z.number(), limit: z.number(), left: z.number() })),
        }),
      ),
      more: z.boolean().describe(`True: there are more than ${MAX_AGENTS} agents; name one in agentId.`),
    }),
    access: 'agent:read',
    subject: 'organization',
    confinedToAgent: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ by, org, agent, input, now }, reaches) {
      const most = (by.grants ?? []).length === 0 ? MAX_AGENTS + 1 : undefined; // some of them may not be for the caller
      const [organization, found] = await Promise.all([
        tenancy.organization(org),
        agent === null ? tenancy.agents(org, most) : one(tenancy, org, agent),
      ]);
      const { zone, tier } = known(organization, 'organisation');
      const asked = found.filter(({ id }) => reaches(id));
      const shown = asked.slice(0, MAX_AGENTS);
      const today = calendarDay(now, zone);
      const from = input.period === 'hour' ? null : today - DAYS[input.period] + 1;
      const usage =
        from === null
          ? await comms.sentSince(
              org,
              shown.map(({ id }) => id),
              now - HOUR_MS,
            )
          : await comms.usage(org, { agent, from, to: today });
      return {
        since: from === null ? rfc3339(now - HOUR_MS) : dayText(from),
        agents: await Promise.all(
          shown.map(async (one) => ({
            agentId: one.id,
            name: one.name,
            status: one.status,
            channels: channelsOf(usage, one.id),
            limits: (await readings(comms, org, { id: one.id, limits: limitsInForce(one, tier) }, zone)).map(
              (reading) => ({
                ...reading,
                left: Math.max(0, reading.limit - reading.used),
              }),
            ),
          })),
        ),
        more: asked.length > shown.length,
      };
    },
  });

async function one(tenancy: Readers['tenancy'], org: OrgId, id: AgentId): Promise<readonly Agent[]> {
  const found = await tenancy.agent(org, id);
  return found === null ? [] : [found];
}

const channelsOf = (usage: readonly Usage[], agent: AgentId) =>
  usage.filter((row) => row.agent === agent).map(({ channel, messages, cost }) => ({ channel, messages, cost }));

const readings = (
  comms: Readers['comms'],
  org: OrgId,
  { id, limits }: Pick<Agent, 'id' | 'limits'>,
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
