/** How long what is kept, what the last run ended, and (asked for) what the next one would end. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { RetentionKeeper } from '../ports.ts';
import { RETENTION_KINDS } from '../rules/retention.ts';

const counts = z.record(z.string(), z.int());

export const getRetention = (retention: Pick<RetentionKeeper, 'status'>): AnyAction =>
  readAction({
    name: 'comms.get_retention',
    version: 1,
    says: 'Shows how long messages, figures and revoked consents are kept, what the last daily run ended, and what is due.',
    input: z.object({
      count: z
        .boolean()
        .default(false)
        .describe('True: counts what is due now, up to 10000 of each; nothing is ended.'),
    }),
    output: z.object({
      kinds: z.array(
        z.object({ kind: z.enum(RETENTION_KINDS), keep: z.string(), setting: z.string(), says: z.string() }),
      ),
      running: z.boolean(),
      nextAt: z.string().describe('Of the past: it is due.'),
      lastRun: z.object({ startedAt: z.string(), finishedAt: z.string().nullable(), ended: counts }).nullable(),
      due: counts.nullable(),
    }),
    access: 'platform:admin',
    subject: 'platform',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ input }) {
      const { kinds, running, nextAt, startedAt, finishedAt, ended, due } = await retention.status(input.count);
      return {
        kinds: kinds.map(({ kind, keep, setting, says }) => ({ kind, keep, setting, says })),
        running,
        nextAt: rfc3339(nextAt),
        lastRun:
          startedAt === null
            ? null
            : {
                startedAt: rfc3339(startedAt),
                finishedAt: finishedAt === null || finishedAt < startedAt ? null : rfc3339(finishedAt),
                ended: { ...ended },
              },
        due: due === null ? null : { ...due },
      };
    },
  });
