/**
 * Usage: what agents sent and what it did cost, by day and channel, added to as actions end and prices are corrected. Sums are
 * read from these few rows, never from messages, which are many and forgotten sooner.
 *
 * Everything about one action counts on the day of its admission, whenever it is learnt, and with the markup of that moment:
 * what was billed does not change when the markup does.
 */

import type { BillingConfig } from '../comms/billing/markup.ts';
import { billed } from '../comms/billing/markup.ts';
import type { WorldAction } from '../guard/action.ts';
import { type ActionId, type AgentId, type OrgId, timeOf } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import { calendarDay } from '../kernel/time.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { UsageTag } from './frozen.ts';
import type { Group } from './group.ts';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';

type Row = Schema['usage'];

/** What is counted of an action: the difference between two of these is added. */
export interface Counted {
  readonly messages: 0 | 1;
  readonly cost: Micros;
}
export const NOT_COUNTED: Counted = { messages: 0, cost: 0 };

const add = statement<Row>((db, p) =>
  db
    .insertInto('usage')
    .values({
      org: p('org'),
      agent: p('agent'),
      day: p('day'),
      channel: p('channel'),
      mode: p('mode'),
      messages: p('messages'),
      cost: p('cost'),
      billed: p('billed'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'agent', 'day', 'channel', 'mode']).doUpdateSet((eb) => ({
        messages: eb('usage.messages', '+', eb.ref('excluded.messages')),
        cost: eb('usage.cost', '+', eb.ref('excluded.cost')),
        billed: eb('usage.billed', '+', eb.ref('excluded.billed')),
      })),
    ),
);

const organizationOf = function* (group: Group, org: OrgId): Tx<Organization | null> {
  const [found] = yield* group.facts.load([{ org, kind: 'organization', key: 'self' }]);
  return found as Organization | null;
};

/** Null for what is no agent's usage. */
export function* usageTag(
  group: Group,
  org: OrgId,
  agent: AgentId | null,
  { spendsOn }: Pick<WorldAction, 'spendsOn'>,
  input: unknown,
): Tx<UsageTag | null> {
  if (spendsOn === undefined || agent === null) return null;
  const organization = yield* organizationOf(group, org);
  const [config] = (yield* group.facts.load([{ org, kind: 'billing', key: 'self' }])) as (BillingConfig | null)[];
  if (organization === null) return null;
  return { channel: spendsOn(input), mode: organization.mode, markupPercent: config?.markupPercent ?? 0 };
}

/** Replaces what was counted of an action by what is to be counted of it now. */
export function* recount(
  group: Group,
  action: { readonly org: OrgId; readonly id: ActionId; readonly agent: AgentId | null },
  tag: UsageTag | null,
  before: Counted,
  now: Counted,
): Tx<void> {
  const { org, id, agent } = action;
  if (tag === null || agent === null || (before.messages === now.messages && before.cost === now.cost)) return;
  const { channel, mode, markupPercent } = tag;
  const zone = (yield* organizationOf(group, org))?.zone ?? 'UTC';
  yield* add.run({
    org,
    agent,
    day: calendarDay(timeOf(id), zone),
    channel,
    mode,
    messages: now.messages - before.messages,
    cost: now.cost - before.cost,
    billed: billed(now.cost, markupPercent) - billed(before.cost, markupPercent),
  });
}
