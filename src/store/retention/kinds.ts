/**
 * What grows old, in one table: each kind with its setting and the walks that find and end it. A walk takes a few rows at a
 * time and says where to go on; what it ends is gone with the same transaction.
 *
 * Calls and voicemail have no rows yet: each adds a line here.
 */
import { RETENTION_KINDS, type RetentionKind } from '../../comms/rules/retention.ts';
import { type Id, idFloor } from '../../kernel/ids.ts';
import { DAY_MS } from '../../kernel/time.ts';
import { isAtWork } from '../action-row.ts';
import { dropAttachments, dropThread, stripAction, stripMessage } from '../erasure-statements.ts';
import type { Tx } from '../statement.ts';
import { dropCode } from '../writers/codes.ts';
import { forgetPerson, type PeopleParts } from './people.ts';
import * as sql from './statements.ts';

export interface Batch {
  /** Rows ended; of a dry walk, that would be. */
  readonly ended: number;
  /** Where to go on; null: that was all. */
  readonly next: string | null;
}

/** What is from `from` (ms) up to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Walk {
  /** The name of its count. */
  readonly of: string;
  /** Looks at `max` rows at most. `cursor`: where to go on, or '' at first. @param parts null: a dry walk, which changes nothing. */
  batch(parts: PeopleParts | null, span: Span, cursor: string, max: number): Tx<Batch>;
}

export interface RetentionRule {
  readonly kind: RetentionKind;
  readonly setting: string;
  readonly says: string;
  readonly walks: readonly Walk[];
}

type Ended = (parts: PeopleParts | null, org: string, agent: string, id: string) => Tx<void>;

/** Walks the messages of every agent, which are in the order of time by agent alone. */
function byAgent(of: string, rows: typeof sql.oldMessages | typeof sql.oldFigures, end: Ended): Walk {
  return {
    of,
    *batch(parts, span, cursor, max) {
      let [org = '', agent = '', after = ''] = cursor.split(' ');
      const range = { from: idFloor('msg', span.from), to: idFloor('msg', span.to) };
      let ended = 0;
      for (let looked = 0; looked < max; looked++) {
        if (agent !== '') {
          const from = after === '' ? range.from : `${after}!`; // the least text beyond that id
          const found: readonly { readonly id: string }[] = yield* rows.all({
            org,
            agent,
            ...range,
            from,
            limit: max - looked,
          });
          for (const { id } of found) yield* end(parts, org, agent, id);
          ended += found.length;
          looked += found.length;
          after = found.at(-1)?.id ?? after;
          if (looked >= max) return { ended, next: `${org} ${agent} ${after}` };
        }
        const [next] = yield* sql.nextAgents.all({ org, agent, limit: 1 });
        if (next === undefined) return { ended, next: null };
        org = next.org;
        agent = next.id;
        after = '';
      }
      return { ended, next: `${org} ${agent} ${after}` };
    },
  };
}

/** Walks all actions in the order of time. What is not over yet stays. */
function byTime(
  of: string,
  isDone: (row: { readonly full: number }) => boolean,
  end: (org: string, id: string) => Tx<unknown>,
): Walk {
  return {
    of,
    *batch(parts, span, cursor, max) {
      const from = cursor === '' ? idFloor('act', span.from) : `${cursor}!`;
      const rows = yield* sql.oldActions.all({ from, to: idFloor('act', span.to), limit: max });
      const old = rows.filter((row) => !isAtWork(row.state) && !isDone(row));
      if (parts !== null) for (const { org, id } of old) yield* end(org, id);
      return { ended: old.length, next: rows.length < max ? null : rows.at(-1)!.id };
    },
  };
}

const meters: Walk = {
  of: 'meters',
  *batch(parts, { to }, cursor, max) {
    const [org = '', id = ''] = cursor.split(' ');
    const rows = yield* sql.nextMeters.all({ org, id, limit: max });
    const old = rows.filter(({ at }) => at < to);
    if (parts !== null) for (const meter of old) yield* parts.meters.drop(meter.org as Id<'org'>, [meter.id]);
    const last = rows.at(-1);
    return { ended: old.length, next: rows.length < max || last === undefined ? null : `${last.org} ${last.id}` };
  },
};

/** A year's figures by day go with the records that they sum up. */
const days: Walk = {
  of: 'days',
  *batch(parts, { to }, cursor, max) {
    const [org = '', agent = '', day = '-1'] = cursor.split(' ');
    const rows = yield* sql.nextDays.all({ org, agent, day: Number(day), limit: max });
    const old = rows.filter((row) => (row.day + 1) * DAY_MS <= to);
    if (parts !== null) for (const one of old) yield* sql.dropDay.run({ org: one.org, agent: one.agent, day: one.day });
    const last = rows.at(-1);
    const isAll = rows.length < max || last === undefined;
    return { ended: old.length, next: isAll ? null : `${last.org} ${last.agent} ${last.day}` };
  },
};

/** Conversations of the swarm, whole: what was said and thought. One that is at work or paused is not over yet. */
const threads: Walk = {
  of: 'threads',
  *batch(parts, { from, to }, cursor, max) {
    const [at = String(from - 1), after = ''] = cursor === '' ? [] : cursor.split(' ');
    const rows = yield* sql.oldThreads.all({ at: Number(at), after, to, limit: max });
    const old = rows.filter(({ status }) => status !== 'active' && status !== 'paused');
    if (parts !== null) {
      for (const { org, id } of old) yield* dropThread({ org, thread: id });
      if (old.length > 0) parts.facts.forgetAll();
    }
    const last = rows.at(-1);
    return {
      ended: old.length,
      next: rows.length < max || last === undefined ? null : `${last.updated_at} ${last.id}`,
    };
  },
};

const alerts: Walk = {
  of: 'alerts',
  *batch(parts, { from, to }, cursor, max) {
    const start = cursor === '' ? idFloor('alt', from) : `${cursor}!`;
    const rows = yield* sql.oldAlerts.all({ from: start, to: idFloor('alt', to), limit: max });
    for (const { org, id } of parts === null ? [] : rows) {
      yield* sql.dropDeliveries.run({ org, id });
      yield* sql.dropAlert.run({ org, id });
    }
    return { ended: rows.length, next: rows.length < max ? null : rows.at(-1)!.id };
  },
};

const codes: Walk = {
  of: 'codes',
  *batch(parts, { to }, cursor, max) {
    const [org = '', agent = '', contact = '', purpose = ''] = cursor.split(' ');
    const rows = yield* sql.nextCodes.all({ org, agent, contact, purpose, limit: max });
    const old = rows.filter(({ expires_at }) => expires_at < to);
    for (const row of parts === null ? [] : old) {
      const { org, agent, contact, purpose, id } = row;
      yield* dropCode.run({ org, agent, contact, purpose, id });
    }
    const last = rows.at(-1);
    const isAll = rows.length < max || last === undefined;
    return { ended: old.length, next: isAll ? null : `${last.org} ${last.agent} ${last.contact} ${last.purpose}` };
  },
};

const revocations: Walk = {
  of: 'revokedConsents',
  *batch(parts, { from, to }, cursor, max) {
    const rows = yield* sql.oldRevocations.all({
      from: cursor === '' ? idFloor('cns', from) : cursor,
      to: idFloor('cns', to),
      limit: max,
    });
    for (const { org, id, agent, contact, channel } of parts === null ? [] : rows) {
      const scope = { agent: agent ?? '', channel: channel ?? '' };
      const open = { anyone: agent === null ? 1 : 0, anywhere: channel === null ? 1 : 0 };
      yield* sql.dropRevoked.run({ org, contact, id, ...scope, ...open });
      yield* sql.dropConsent.run({ org, id });
    }
    return { ended: rows.length, next: rows.length < max ? null : rows.at(-1)!.id };
  },
};

/** Whoever is spoken of nowhere any more is erased: their key and address go too. */
const people: Walk = {
  of: 'people',
  *batch(parts, { to }, cursor, max) {
    const [org = '', ref = ''] = cursor.split(' ');
    const rows = yield* sql.nextPeople.all({ org, ref, limit: max });
    let ended = 0;
    for (const person of rows) {
      if (person.created_at >= to) continue;
      const about = { org: person.org, contact: person.ref, to };
      if ((yield* sql.stillKnown.first(about)) !== undefined) continue;
      if (parts !== null) {
        yield* sql.holdPerson.first(about); // who is writing just now holds the key, and is seen once they have committed
        if ((yield* sql.stillKnown.first(about)) !== undefined) continue;
      }
      ended++;
      if (parts !== null) yield* forgetPerson(parts, person.org as Id<'org'>, person.ref);
    }
    const last = rows.at(-1);
    return { ended, next: rows.length < max || last === undefined ? null : `${last.org} ${last.ref}` };
  },
};

function* endContent(parts: PeopleParts | null, org: string, agent: string, id: string): Tx<void> {
  if (parts === null) return;
  yield* dropAttachments.run({ org, message: id });
  yield* stripMessage.run({ org, agent, id });
}
function* endFigures(parts: PeopleParts | null, org: string, agent: string, id: string): Tx<void> {
  if (parts !== null) yield* sql.dropMessage.run({ org, agent, id });
}

const RULES = {
  messages: {
    setting: 'RETENTION_MESSAGES',
    says: 'Content of messages: texts, subjects, files, addresses, what an action was asked to do. Figures stay.',
    walks: [
      byAgent('messages', sql.oldMessages, endContent),
      byTime(
        'inputs',
        ({ full }) => full === 0,
        (org, id) => stripAction.run({ org, id, frozen: null }),
      ),
      threads,
    ],
  },
  usage: {
    setting: 'RETENTION_USAGE',
    says: 'Figures of messages, records of actions and alerts, counters. Not before the content is gone.',
    walks: [
      byAgent('figures', sql.oldFigures, endFigures),
      byTime(
        'actions',
        () => false,
        (org, id) => sql.dropAction.run({ org, id }),
      ),
      meters,
      days,
      alerts,
    ],
  },
  one_time_codes: {
    setting: 'RETENTION_OTP',
    says: 'One-time codes that have run out; what is kept of one is a keyed hash.',
    walks: [codes],
  },
  revoked_consent: {
    setting: 'RETENTION_REVOKED_CONSENT',
    says: 'Consents that were revoked, with their proof; then people of whom nothing else is kept.',
    walks: [revocations, people],
  },
} satisfies Record<RetentionKind, Omit<RetentionRule, 'kind'>>;

export const RETENTION_RULES: readonly RetentionRule[] = RETENTION_KINDS.map((kind) => ({ kind, ...RULES[kind] }));
