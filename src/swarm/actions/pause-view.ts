/** What pausing takes and answers, of whatever is paused. */
import * as z from 'zod';

export const abortField = z
  .boolean()
  .default(false)
  .describe(
    'True: steps of models that are under way are aborted, and made again after resuming. Else they end first.',
  );

export const pausedView = z.object({
  status: z.literal('paused'),
  /** Actions. */
  abortedModelCalls: z.array(z.string()),
});
