/** What a stop answers, as its readers get it; see `control/rules/stop-report.ts`. */
import * as z from 'zod';
import type { Request } from '../../guard/request.ts';
import { type Asked, sees } from '../../guard/rights.ts';
import { isThreadThere } from '../../guard/thread-visibility.ts';
import type { ActionId } from '../../kernel/ids.ts';
import { HOW_STOPPED, MODEL_CALLS, type StopReport, unread, WHY_NOT_PROVEN } from '../control/rules/stop-report.ts';
import type { Stopping } from '../control/stopping.ts';

const line = { actionId: z.string(), action: z.string(), agentId: z.string().nullable() };

export const stopView = z.object({
  stopId: z.string(),
  what: z.enum(['thread', 'agent', 'swarm']).nullable(),
  found: z.enum(['something', 'nothing', 'unknown']).describe('Whether there was anything to stop.'),
  complete: z.boolean().describe('False: not everything could be looked at in time; ask again.'),
  framesEnded: z.array(z.object({ frameId: z.string(), threadId: z.string(), agent: z.string(), was: z.string() })),
  actionsStopped: z.array(z.object({ ...line, how: z.enum(HOW_STOPPED) })),
  notProven: z
    .array(z.object({ ...line, why: z.enum(WHY_NOT_PROVEN) }))
    .describe('What could not be proven stopped: it may have happened, or may still. A person looks at each.'),
  approvalsCancelled: z.array(z.object(line)),
  modelCalls: z.array(z.object({ actionId: z.string(), agentId: z.string().nullable(), how: z.enum(MODEL_CALLS) })),
  tokensEnded: z.array(z.object({ tokenId: z.string(), agentId: z.string() })),
  turnsUnderWay: z.number().describe('Turns whose own code has not returned; nothing that it asks for is done.'),
  messagesHeld: z.object({ count: z.number(), messageIds: z.array(z.string()) }),
  others: z
    .object({ count: z.number(), notProven: z.number() })
    .describe(
      'Lines about agents and threads that are not there for you: how many, and how many of them are not proven.',
    ),
  say: z.string(),
});

/** What is told while nothing is known but that it was recorded. */
export const recorded = (id: ActionId): z.output<typeof stopView> => shown(unread(id));

const shown = (report: StopReport): z.output<typeof stopView> => report as unknown as z.output<typeof stopView>;

/** What is done after the commit, told as far as who asks may know of it. */
export const finishes =
  (stopping: Pick<Stopping, 'finish'>, asked: Pick<Asked, 'action' | 'access'>) =>
  async (
    { by, org }: Pick<Request<unknown>, 'by' | 'org'>,
    { stopId }: { readonly stopId: string },
  ): Promise<z.output<typeof stopView>> =>
    shown(
      await stopping.finish(
        org,
        stopId as ActionId,
        ({ agent, thread }) =>
          (agent === null || sees(by, agent)) && (thread === null || isThreadThere(by, asked, thread)),
      ),
    );
