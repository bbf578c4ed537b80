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
import { rfc3339 } from '../../kernel/time.ts';

export const alertView = z.object({
  alertId: z.string(),
  organizationId: z.string(),
  kind: z.string(),
  severity: z.enum(SEVERITIES),
  subject: z.string().describe("What it is about: an agent's id, a network."),
  say: z.string(),
  threadId: z.string().nullable().describe('The thread of the swarm that it is about.'),
  personId: z.string().nullable().describe('Whom it is about, for themselves and administrators.'),
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

export const viewOfAlert = ({
  id,
  org,
  since,
  at,
  deliveries,
  thread,
  person,
  ...alert
}: AlertView): z.output<typeof alertView> => ({
  alertId: id,
  organizationId: org,
  threadId: thread ?? null,
  personId: person ?? null,
  ...alert,
  since: rfc3339(since),
  at: rfc3339(at),
  deliveries: [...deliveries],
});

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
      cursor: z.string().nullable().describe('For the next page.'),
    }),
    access: 'org:view',
    subject: 'organization',
    forPlatform: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ by, org, input: { limit, cursor } }) {
      const found = await book.alerts(org, { limit: limit + 1, before: cursor as AlertId | undefined, by });
      const shown = found.slice(0, limit);
      return { alerts: shown.map(viewOfAlert), cursor: found.length > limit ? shown.at(-1)!.id : null };
    },
  });
