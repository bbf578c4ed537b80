/** Reading the log: newest first, page by page. */
import * as z from 'zod';
import { readAction } from '../action.ts';
import { wholeLog } from '../guards/whole-log.ts';
import { field } from '../input/fields.ts';
import type { LogReader } from '../log-reader.ts';
import { logLine } from './log-view.ts';

const TYPES = [
  'decision',
  'approval',
  'result',
  'refusals',
  'unauthenticated',
  'authentication',
  'config',
  'erasure',
  'system',
] as const;

export const queryLog = (log: LogReader) =>
  readAction({
    name: 'audit.query_log',
    version: 1,
    says: 'Reads the tamper-evident log of decisions and results, of sign-ins and changed configuration, newest first.',
    access: 'audit:read',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    guards: [wholeLog],
    http: { method: 'GET', path: '/audit' },
    input: z.object({
      limit: z.int().min(1).max(500).default(50),
      before: z.int().min(0).optional().describe('Only entries with a smaller index: the next page.'),
      type: z.enum(TYPES).optional().describe('Only entries of this type.'),
      event: field
        .code(100)
        .optional()
        .describe('Only of this action (comms.send_message), or of what happened (signed_in, refresh_reused).'),
      principal: field
        .code(100)
        .optional()
        .describe('Only what this principal did: the id of a token, a person, a key.'),
      agent: field.id('agt').optional().describe('Only what concerns this agent.'),
      since: field.time().optional().describe('Only entries from this moment on (RFC 3339).'),
      everyOrganization: z.boolean().default(false).describe('The whole log rather than one organisation.'),
    }),
    output: z.object({
      entries: z.array(logLine),
      nextBefore: z
        .int()
        .nullable()
        .describe('For the next page; a page may be short, or empty, where few entries fit. Null: no more.'),
    }),
    async read({ org, input }) {
      const { before, limit, type, event, principal: by, agent, since, everyOrganization } = input;
      const { lines, nextBefore } = await log.entries(everyOrganization ? null : org, {
        ...{ before, limit, type, event, by, agent },
        since: since === undefined ? undefined : Date.parse(since),
      });
      return {
        entries: lines.map((line) => ({ index: line.index, organizationId: line.org, body: line.body })),
        nextBefore,
      };
    },
  });
