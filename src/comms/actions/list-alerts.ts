/** Alerts of the last 90 days with what became of telling them. Whom the operator tells stays the operator's business. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import {
  ALERT_CHANNELS,
  type AlertBook,
  type AlertId,
  type AlertView,
  DELIVERY_STATES,
} from '../../guard/alert-book.ts';
import { SEVERITIES } from '../../guard/alerts.ts';
import { field } from '../../guard/input/fields.ts';
import type { AgentId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';

export const alertView = z.object({
  alertId: z.string(),
  organizationId: z.string(),
  kind: z.string(),
  severity: z.enum(SEVERITIES),
  subject: z.string().describe("What it is about: an agent's id, a network."),
  say: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  count: z.number().describe('How many it stands for.'),
  since: z.string(),
  at: z.string(),
  deliveries: z.array(
    z.object({
      channel: z.enum(ALERT_CHANNELS),
      state: z.enum(DELIVERY_STATES),
      attempts: z.number(),
      code: z.string().nullable().describe('Why it has not arrived, when it has not.'),
    }),
  ),
});

export const viewOfAlert = ({ id, org, since, at, deliveries, ...alert }: AlertView): z.output<typeof alertView> => ({
  alertId: id,
  organizationId: org,
  ...alert,
  since: rfc3339(since),
  at: rfc3339(at),
  deliveries: [...deliveries],
});

/** Every agent that an alert names, in its subject, its sentence or its details. */
const agentsIn = ({ subject, say, detail }: AlertView): readonly AgentId[] =>
  (JSON.stringify([subject, say, detail]).match(/\bagt_[0-9A-Za-z]+/g) as AgentId[] | null) ?? [];

export const listAlerts = (book: Pick<AlertBook, 'alerts'>): AnyAction =>
  readAction({
    name: 'comms.list_alerts',
    version: 1,
    says: "Lists an organisation's alerts, newest first, and whether they reached who was to be told; the orchestrator sees all of them under org_platform.",
    input: z.object({
      limit: z.int().min(1).max(100).default(20),
      cursor: field.id('alt').optional().describe('The cursor of the page before.'),
    }),
    output: z.object({
      alerts: z.array(alertView),
      cursor: z.string().nullable().describe('For the next page; a page may be short and go on.'),
    }),
    access: 'org:view',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, input: { limit, cursor } }, reaches) {
      const alerts = await book.alerts(org, { limit, before: cursor as AlertId | undefined });
      return {
        alerts: alerts.filter((alert) => agentsIn(alert).every(reaches)).map(viewOfAlert),
        cursor: alerts.length < limit ? null : (alerts.at(-1)?.id ?? null),
      };
    },
  });
