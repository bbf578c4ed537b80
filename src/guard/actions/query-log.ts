/** Reading the log: newest first, page by page. */
import * as z from 'zod';
import { readAction } from '../action.ts';
import { wholeLog } from '../guards/whole-log.ts';
import type { LogReader } from '../log-reader.ts';
import { logLine } from './log-view.ts';

export const queryLog = (log: LogReader) =>
  readAction({
    name: 'audit.query_log',
    version: 1,
    says: 'Reads the tamper-evident log of decisions and results, newest first.',
    access: 'audit:read',
    subject: 'organization',
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    guards: [wholeLog],
    input: z.object({
      limit: z.int().min(1).max(500).default(50),
      before: z.int().min(0).optional().describe('Only entries with a smaller index: the next page.'),
      everyOrganization: z.boolean().default(false).describe('The whole log rather than one organisation.'),
    }),
    output: z.object({ entries: z.array(logLine), nextBefore: z.int().nullable() }),
    async read({ org, input }) {
      const lines = await log.entries(input.everyOrganization ? null : org, {
        before: input.before,
        limit: input.limit,
      });
      return {
        entries: lines.map((line) => ({ index: line.index, organizationId: line.org, body: line.body })),
        nextBefore: lines.length === input.limit ? (lines.at(-1)?.index ?? null) : null,
      };
    },
  });
