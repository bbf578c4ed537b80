/** What the swarm used up: model steps, calls, tokens and money, by agent, thread or day, of threads that who asks may see. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { calendarDay, DAY_MS } from '../../kernel/time.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';

const READ = { action: 'swarm.show_usage', access: READ_ENVELOPE.access } as const;
const DEFAULT_DAYS = 30;
const MAX_ROWS = 1_000;

const counted = z.object({
  steps: z.int().describe('Steps of models.'),
  calls: z.int().describe('Calls of tools and peers.'),
  inputTokens: z.int(),
  cachedInputTokens: z.int(),
  outputTokens: z.int(),
  costMicros: z.int().describe('Millionths of a US dollar, of steps and calls together.'),
  unpriced: z.int().describe('Steps whose price nobody knows; they are not in the cost.'),
});
type Counted = z.infer<typeof counted>;
const NONE: Counted = {
  steps: 0,
  calls: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  costMicros: 0,
  unpriced: 0,
};
const NAMES = Object.keys(NONE) as (keyof Counted)[];

export const showUsage = (parts: ReadParts): AnyAction =>
  readAction({
    ...READ_ENVELOPE,
    name: READ.action,
    says: 'Shows what the swarm used up: steps, calls, tokens and cost, by agent, thread or day.',
    input: z.object({
      by: z.enum(['agent', 'thread', 'day']).default('agent'),
      from: field.time().optional().describe('From the day of this time on, RFC 3339; 30 days back unless said.'),
      to: field.time().optional().describe('Up to the day of this time, RFC 3339; today unless said.'),
    }),
    output: z.object({ rows: z.array(counted.extend({ of: z.string() })), total: counted }),
    tells: 'house',
    http: { method: 'GET', path: '/swarm/usage' },
    async read(request) {
      const { by, from, to } = request.input;
      const { view } = await seenBy(parts, request, READ);
      const dayOf = (text: string | undefined, otherwise: number) =>
        calendarDay(text === undefined ? otherwise : Date.parse(text), 'UTC');
      const found = await parts.reader.usage(view, {
        by,
        from: dayOf(from, request.now - DEFAULT_DAYS * DAY_MS),
        to: dayOf(to, request.now + DAY_MS), // the organisation's day may be ahead
        limit: MAX_ROWS,
      });
      const rows = found.map(({ cost, ...row }) => ({ ...row, costMicros: cost }));
      const total = Object.fromEntries(
        NAMES.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]),
      ) as Counted;
      return { rows, total };
    },
  });
