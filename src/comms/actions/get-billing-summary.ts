/**
 * What was spent at providers and what it is billed at: by channel, and for an administrator by agent. In sandbox, what it
 * would have been; in production, what was sent in production alone. An agent sees itself.
 *
 * Amounts are whole micro-units, rounded for each message (`billing/markup.ts`), so that the parts are the total to the last one.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { calendarDay, dayText } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { TIERS } from '../../tenancy/limits.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import { BILLING_PERIODS, spanOf } from '../billing/period.ts';
import type { BilledUsage, CommsReader } from '../ports.ts';

/** Those who cost most; the rest is told as one sum. */
const MAX_AGENTS = 100;

const sums = z.object({
  messages: z.number(),
  providerCost: z.number().describe('Micro-units of USD; reserved, until the provider told its price.'),
  billedCost: z.number().describe('The same with the markup.'),
});
type Sums = z.output<typeof sums>;

const sumOf = (rows: readonly BilledUsage[]): Sums =>
  rows.reduce(
    (sum, { messages, cost, billed }) => ({
      messages: sum.messages + messages,
      providerCost: sum.providerCost + cost,
      billedCost: sum.billedCost + billed,
    }),
    { messages: 0, providerCost: 0, billedCost: 0 },
  );

const sumsBy = <Key extends 'agent' | 'channel'>(rows: readonly BilledUsage[], key: Key) =>
  [...Map.groupBy(rows, (row) => row[key])].map(([name, of]) => ({ name, of, ...sumOf(of) }));

interface Readers {
  readonly comms: Pick<CommsReader, 'usage' | 'billing'>;
  readonly tenancy: Pick<TenancyReader, 'organization'>;
}

export const getBillingSummary = ({ comms, tenancy }: Readers): AnyAction =>
  readAction({
    name: 'comms.get_billing_summary',
    version: 1,
    says: 'Shows what providers charged and what is billed for it over a period, by channel and, for an administrator, by agent.',
    input: z.object({
      period: z
        .enum(BILLING_PERIODS)
        .default('month')
        .describe("Calendar days in the organisation's zone: today, the last 7 days, this month, or the month before."),
    }),
    output: z.object({
      from: z.string(),
      to: z.string(),
      currency: z.literal('USD'),
      tier: z.enum(TIERS),
      markupPercent: z.number().describe('On what is sent now.'),
      sandbox: z.boolean(),
      total: sums,
      channels: z.array(sums.extend({ channel: z.enum(CHANNELS) })),
      agents: z
        .array(sums.extend({ agentId: z.string() }))
        .describe(`The ${MAX_AGENTS} with the highest bills; an agent sees itself alone.`),
      others: sums.describe('All other agents together.'),
    }),
    access: 'agent:read',
    subject: 'organization',
    confinedToAgent: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, agent, input, now }, reaches) {
      const { zone, tier, mode } = known(await tenancy.organization(org), 'organisation');
      const { from, to } = spanOf(input.period, calendarDay(now, zone));
      const [every, { markupPercent }] = await Promise.all([
        comms.usage(org, { agent, from, to, mode }),
        comms.billing(org),
      ]);
      const usage = every.filter((row) => reaches(row.agent));
      const agents = sumsBy(usage, 'agent').sort((a, b) => b.billedCost - a.billedCost);
      return {
        from: dayText(from),
        to: dayText(to),
        currency: 'USD' as const,
        tier,
        markupPercent,
        sandbox: mode === 'sandbox',
        total: sumOf(usage),
        channels: sumsBy(usage, 'channel').map(({ name, of: _, ...sum }) => ({ channel: name, ...sum })),
        agents: agents.slice(0, MAX_AGENTS).map(({ name, of: _, ...sum }) => ({ agentId: name, ...sum })),
        others: sumOf(agents.slice(MAX_AGENTS).flatMap(({ of }) => of)),
      };
    },
  });
