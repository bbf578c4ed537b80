/** Why an action was refused, held or failed: the rules, what they said, and where the log tells of it. */
import * as z from 'zod';
import { SallyportError } from '../../kernel/errors.ts';
import type { ActionId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { readAction } from '../action.ts';
import { field } from '../input/fields.ts';
import type { LogReader } from '../log-reader.ts';
import { readableBy } from './log-view.ts';

export const why = (log: LogReader) =>
  readAction({
    name: 'audit.why',
    version: 1,
    says: 'Explains what became of an action: its state, every reason of a refusal with its rule and source, and its log entries.',
    access: 'agent:read',
    subject: 'organization',
    risk: 'low',
    doors: ['mcp', 'rest', 'cli'],
    guards: [],
    input: z.object({ actionId: field.id('act') }),
    output: z.object({
      actionId: z.string(),
      name: z.string(),
      agentId: z.string().nullable(),
      by: z.object({ kind: z.string(), id: z.string() }),
      state: z.string(),
      code: z.string().nullable(),
      reasons: z.array(
        z.object({
          guard: z.string().describe('The rule.'),
          code: z.string(),
          say: z.string(),
          source: z.string().describe('The law, setting, limit or rule behind it.'),
          fact: z.string().optional().describe('What decided, as it was then.'),
        }),
      ),
      decidedBy: z
        .object({ id: z.string(), note: z.string().nullable() })
        .nullable()
        .describe('Who approved or denied it while it was held.'),
      costMicros: z.int(),
      createdAt: z.string(),
      settledAt: z.string().nullable(),
      logIndexes: z.array(z.int()).describe('Its leaves in the log; an auditor can prove them.'),
    }),
    async read({ by, org, input }, reaches) {
      const report = await log.action(readableBy(by, org), input.actionId as ActionId);
      // what somebody was refused was told already, also of an agent that it may not see or that there is not
      const isOwnRefusal = report?.state === 'refused' && report.by.id === by.id;
      const isVisible = isOwnRefusal || report === null || report.agent === null || reaches(report.agent);
      if (report === null || !isVisible || (by.agent !== null && report.agent !== by.agent)) {
        throw new SallyportError('not_found', 'There is no such action.');
      }
      return {
        actionId: report.id,
        name: report.name,
        agentId: report.agent,
        by: report.by,
        state: report.state,
        code: report.code,
        reasons: [...report.reasons],
        decidedBy: report.approval === null ? null : { id: report.approval.by, note: report.approval.note },
        costMicros: report.cost,
        createdAt: rfc3339(report.createdAt),
        settledAt: report.settledAt === null ? null : rfc3339(report.settledAt),
        logIndexes: report.entries.map(({ index }) => index),
      };
    },
  });
