/** The newest signed checkpoint, and the proof that the log only grew since an older one. */
import * as z from 'zod';
import { readAction } from '../action.ts';
import type { LogReader } from '../log-reader.ts';
import { logHead } from './log-view.ts';

export const checkpoint = (log: LogReader) =>
  readAction({
    name: 'audit.checkpoint',
    version: 1,
    says: "Gives the log's newest signed checkpoint, and on request the proof that it extends an older one.",
    access: 'audit:read',
    subject: 'organization',
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/audit/checkpoint' },
    guards: [],
    input: z.object({ since: z.int().min(0).optional().describe('The size of an older checkpoint.') }),
    output: z.object({ ...logHead, consistency: z.array(z.string()).nullable() }),
    async read({ input }) {
      const head = await log.head();
      const { since } = input;
      const consistency =
        since !== undefined && since <= head.size ? [...(await log.consistency(since, head.size))] : null;
      return { ...head, consistency };
    },
  });
