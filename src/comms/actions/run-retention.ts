/** Ends what is too old now, without waiting for the daily run. It goes on in the background; `comms.get_retention` tells. */
import * as z from 'zod';
import { type AnyAction, worldAction } from '../../guard/action.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import type { RetentionKeeper } from '../ports.ts';

export const runRetention = (retention: Pick<RetentionKeeper, 'request'>): AnyAction =>
  worldAction({
    name: 'comms.run_retention',
    version: 1,
    says: 'Ends what is older than the retention settings allow, now; comms_get_retention counts it first and tells what was ended.',
    input: z.object({}),
    output: z.object({ requested: z.boolean() }),
    access: 'platform:admin',
    subject: 'platform',
    risk: 'critical',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    retry: () => 'same-key',
    contact: () => null,
    leaseMs: 30 * SECOND_MS,
    beginWithinMs: MINUTE_MS,
    stage: () => ({ writes: [], output: { requested: false }, context: {} }),
    async execute() {
      await retention.request();
      return { state: 'ok', ref: 'retention', cost: 0 };
    },
    conclude: (_claimed, delivery) => ({ writes: [], output: { requested: delivery.state === 'ok' } }),
  });
