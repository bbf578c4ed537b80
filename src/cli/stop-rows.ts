/** What a stop did, as tables for a terminal: first what a person has to look at. Empty lists are left out; JSON has all. */
import * as z from 'zod';
import type { Body } from './action-command.ts';

const line = z.object({ actionId: z.string(), action: z.string(), agentId: z.string().nullable() });
const stop = z.looseObject({
  stopId: z.string(),
  found: z.string(),
  complete: z.boolean(),
  say: z.string(),
  notProven: z.array(line.extend({ why: z.string() })),
  framesEnded: z.array(z.looseObject({})),
  actionsStopped: z.array(line.extend({ how: z.string() })),
  approvalsCancelled: z.array(line),
  modelCalls: z.array(z.looseObject({})),
  tokensEnded: z.array(z.looseObject({})),
  turnsUnderWay: z.number(),
  messagesHeld: z.object({ count: z.number(), messageIds: z.array(z.string()) }),
});

/** What is not of this form (a dry run) stays as it is. */
export function stopRows(body: Body): Body {
  const found = stop.safeParse(body).data;
  if (found === undefined) return body;
  const { stopId, say, complete, turnsUnderWay, messagesHeld, notProven, framesEnded } = found;
  const { actionsStopped, approvalsCancelled, modelCalls, tokensEnded } = found;
  return {
    ...{ stopId, say },
    ...(complete ? {} : { complete: 'no: not everything could be looked at in time; ask again' }),
    ...(turnsUnderWay === 0 ? {} : { turnsUnderWay }),
    messagesHeld: messagesHeld.count,
    ...withoutEmpty({ notProven: notProven.map(withAdvice), framesEnded, actionsStopped, approvalsCancelled }),
    ...withoutEmpty({ modelCalls, tokensEnded }),
  };
}

const ADVICE: Readonly<Record<string, string>> = {
  under_way: 'still under way: look again',
  outcome_unknown: 'nobody knows whether it happened: look there',
};
const withAdvice = ({ why, ...row }: z.output<typeof stop>['notProven'][number]) => ({
  ...row,
  why: ADVICE[why] ?? why,
});

const withoutEmpty = (lists: Readonly<Record<string, readonly unknown[]>>): Body =>
  Object.fromEntries(Object.entries(lists).filter(([, rows]) => rows.length > 0));
