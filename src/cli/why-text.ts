/** `sallyport why`: what became of an action, as a person would tell it. */
import * as z from 'zod';
import { formatMicros } from '../kernel/money.ts';
import { SALLYPORT } from '../main/program-name.ts';
import { reasonLine, reasonShape } from './problem-text.ts';
import { visible } from './render.ts';

const explanation = z.object({
  actionId: z.string(),
  name: z.string(),
  agentId: z.string().nullable(),
  by: z.object({ kind: z.string(), id: z.string() }),
  state: z.string(),
  code: z.string().nullable(),
  reasons: z.array(reasonShape),
  costMicros: z.number(),
  createdAt: z.string(),
  settledAt: z.string().nullable(),
  logIndexes: z.array(z.number()),
});

/** Where the state's name does not finish the sentence "it was …". */
const STATES: Readonly<Record<string, string>> = {
  ready: 'admitted and waits for its turn',
  claimed: 'admitted and is on its way',
  held: 'held for approval',
  failed: 'tried and failed',
  unknown: 'tried, and nobody knows whether it happened',
};

export function whyText(body: unknown): string {
  const told = explanation.parse(body);
  const { actionId, name, agentId, by, state, code, reasons, costMicros, createdAt, settledAt, logIndexes } = told;
  return [
    `${name} was ${STATES[state] ?? state}${code === null ? '' : `: ${code}`}`,
    ...reasons.map(reasonLine),
    `  asked for by ${by.kind} ${by.id}${agentId === null ? '' : `, for ${agentId}`}`,
    `  on ${createdAt}${settledAt === null || settledAt === createdAt ? '' : `, settled on ${settledAt}`}`,
    ...(costMicros === 0 ? [] : [`  cost ${formatMicros(costMicros)}`]),
    logIndexes.length === 0
      ? '  recorded; not yet in a signed checkpoint'
      : `  in the log at ${logIndexes.join(', ')}; prove it with: ${SALLYPORT} audit proof ${actionId}`,
  ]
    .map(visible)
    .join('\n');
}
