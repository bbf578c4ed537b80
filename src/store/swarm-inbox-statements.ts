/** The statements behind messages of people outside that wait for their agents. */
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import { statement } from './statement.ts';

type InboxRow = Schema['swarm_inbox'];
export const swarmAgentOf = statement<{ org: string; agent: string }, { name: string }>((db, p) =>
  db
    .selectFrom('swarm_agent')
    .select('name')
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('status', '=', 'active'),
);
export const putIntoInbox = statement<InboxRow>((db, p) =>
  db.insertInto('swarm_inbox').values({ org: p('org'), message: p('message'), agent: p('agent'), at: p('at') }),
);
type WaitingRow = Omit<InboxRow, 'at'> & { name: string };
/** With the name that the agent has, or had, in the swarm. */
const inboxRows = (db: Kysely<Schema>) =>
  db
    .selectFrom('swarm_inbox as i')
    .innerJoin('swarm_agent as a', (on) => on.onRef('a.org', '=', 'i.org').onRef('a.agent', '=', 'i.agent'))
    .select(['i.org', 'i.message', 'i.agent', 'a.name']);
/** The oldest first. */
export const inbox = statement<{ max: number }, WaitingRow>((db, p) =>
  inboxRows(db).orderBy('i.at').orderBy('i.message').limit(p('max')),
);
/** The agents in turn, of each the oldest first; looks at all that waits. */
export const inboxInTurn = statement<{ max: number }, WaitingRow>((db, p) =>
  db
    .selectFrom(
      inboxRows(db)
        .select('i.at')
        .select((row) =>
          row.fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy(['i.org', 'i.agent']).orderBy('i.at').orderBy('i.message'))
            .as('place'),
        )
        .as('queue'),
    )
    .select(['org', 'message', 'agent', 'name'])
    .orderBy('place')
    .orderBy('at')
    .limit(p('max')),
);
export const takeFromInbox = statement<Pick<InboxRow, 'org' | 'message'>>((db, p) =>
  db.deleteFrom('swarm_inbox').where('org', '=', p('org')).where('message', '=', p('message')),
);
