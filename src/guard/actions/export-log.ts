/** One page of an export of the log: own entries in full, of other organisations only the leaf hashes. */
import * as z from 'zod';
import { readAction } from '../action.ts';
import { wholeLog } from '../guards/whole-log.ts';
import type { LogReader } from '../log-reader.ts';
import { logHead } from './log-view.ts';

export const exportLog = (log: LogReader) =>
  readAction({
    name: 'audit.export_log',
    version: 1,
    says: 'Gives a page of the log for an offline export; ask again from nextFrom, with the size of the first page, until it is null.',
    access: 'audit:read',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    doors: ['rest', 'cli'],
    guards: [wholeLog],
    http: { method: 'GET', path: '/audit/export' },
    input: z.object({
      from: z.int().min(0).default(0),
      size: z.int().min(0).optional().describe('The size of the tree that the first page named.'),
      limit: z.int().min(1).max(5_000).default(2_000),
      everyOrganization: z.boolean().default(false).describe('Bodies of all organisations, not of one.'),
    }),
    output: z.object({
      ...logHead,
      organizationId: z.string(),
      leaves: z.array(z.object({ index: z.int(), leaf: z.string(), body: z.string().nullable() })),
      nextFrom: z.int().nullable(),
    }),
    async read({ org, input }) {
      const head = await log.head();
      const size = Math.min(input.size ?? head.size, head.size);
      const leaves = await log.leaves(input.everyOrganization ? null : org, {
        from: input.from,
        size,
        limit: input.limit,
      });
      const next = input.from + leaves.length;
      return {
        ...head,
        organizationId: org,
        leaves: [...leaves],
        nextFrom: next < size && leaves.length > 0 ? next : null,
      };
    },
  });
