/**
 * The server checks its own stored log against what it signed, a stretch a call: an entry that was edited, removed or added
 * behind its back shows, whoever holds the database. Who does not trust the server itself verifies an export offline.
 */
import * as z from 'zod';
import { readAction } from '../action.ts';
import { CHECKED_AT_ONCE, type LogReader } from '../log-reader.ts';
import { logHead } from './log-view.ts';

export const checkLog = (log: LogReader) =>
  readAction({
    name: 'audit.check_log',
    version: 1,
    says: 'Reads a stretch of the stored log and proves it by the newest signed checkpoint; ask again from nextFrom until it is null.',
    access: 'audit:read',
    subject: 'organization',
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/audit/verify' },
    guards: [],
    input: z.object({
      from: z
        .int()
        .min(0)
        .multipleOf(CHECKED_AT_ONCE)
        .default(0)
        .describe(`The first leaf to read; a multiple of ${CHECKED_AT_ONCE}.`),
    }),
    output: z.object({
      ...logHead,
      ok: z.boolean(),
      from: z.int(),
      to: z.int().describe('The leaves from `from` to before this one were read.'),
      problems: z.array(z.object({ index: z.int().nullable(), say: z.string() })),
      nextFrom: z.int().nullable(),
    }),
    async read({ input: { from } }) {
      const checked = await log.check(from);
      return { ...checked, problems: [...checked.problems], nextFrom: checked.to < checked.size ? checked.to : null };
    },
  });
