/** The statements behind the meters. */
import { statement } from './statement.ts';

type MeterKey = { org: string; id: string };
export const insertMeter = statement<MeterKey>((db, p) =>
  db
    .insertInto('meter')
    .values({ org: p('org'), id: p('id'), used: 0, at: 0 })
    .onConflict((conflict) => conflict.columns(['org', 'id']).doNothing()),
);
export const readMeter = statement<MeterKey, { used: number; at: number }>((db, p) =>
  db.selectFrom('meter').select(['used', 'at']).where('org', '=', p('org')).where('id', '=', p('id')),
);
export const lockMeter = statement<MeterKey, { used: number; at: number }>((db, p, lock) =>
  lock.wait(db.selectFrom('meter').select(['used', 'at']).where('org', '=', p('org')).where('id', '=', p('id'))),
);
export const writeMeter = statement<MeterKey & { used: number; at: number }>((db, p) =>
  db
    .updateTable('meter')
    .set({ used: p('used'), at: p('at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const firstReaching = statement<{ org: string; meter: string; cum: number }, { at: number }>((db, p) =>
  db
    .selectFrom('take')
    .select('at')
    .where('org', '=', p('org'))
    .where('meter', '=', p('meter'))
    .where('cum', '>=', p('cum'))
    .orderBy('cum')
    .limit(1),
);
export const insertTake = statement<{ org: string; meter: string; cum: number; action: string; at: number }>((db, p) =>
  db.insertInto('take').values({ org: p('org'), meter: p('meter'), cum: p('cum'), action: p('action'), at: p('at') }),
);
export const findTake = statement<{ org: string; meter: string; action: string }, { cum: number; at: number }>(
  (db, p) =>
    db
      .selectFrom('take')
      .select(['cum', 'at'])
      .where('org', '=', p('org'))
      .where('meter', '=', p('meter'))
      .where('action', '=', p('action')),
);
export const deleteTake = statement<{ org: string; meter: string; cum: number; action: string }>((db, p) =>
  db
    .deleteFrom('take')
    .where('org', '=', p('org'))
    .where('meter', '=', p('meter'))
    .where('cum', '=', p('cum'))
    .where('action', '=', p('action')),
);
export const shiftTakes = statement<{ org: string; meter: string; cum: number; amount: number }>((db, p) =>
  db
    .updateTable('take')
    .set((eb) => ({ cum: eb('cum', '-', p('amount')) }))
    .where('org', '=', p('org'))
    .where('meter', '=', p('meter'))
    .where('cum', '>', p('cum')),
);
export const bringBack = statement<{ org: string; meter: string; now: number }>((db, p) =>
  db
    .updateTable('take')
    .set({ at: p('now') })
    .where('org', '=', p('org'))
    .where('meter', '=', p('meter'))
    .where('at', '>', p('now')),
);
export const firstNewer = statement<{ org: string; meter: string; at: number }, { cum: number }>((db, p) =>
  db
    .selectFrom('take')
    .select('cum')
    .where('org', '=', p('org'))
    .where('meter', '=', p('meter'))
    .where('at', '>', p('at'))
    .orderBy('cum')
    .limit(1),
);
export const lastBefore = statement<{ org: string; meter: string; cum: number }, { cum: number }>((db, p) =>
  db
    .selectFrom('take')
    .select('cum')
    .where('org', '=', p('org'))
    .where('meter', '=', p('meter'))
    .where('cum', '<', p('cum'))
    .orderBy('cum', 'desc')
    .limit(1),
);
export const newestOlder = statement<{ org: string; meter: string; at: number }, { cum: number }>((db, p) =>
  db
    .selectFrom('take')
    .select('cum')
    .where('org', '=', p('org'))
    .where('meter', '=', p('meter'))
    .where('at', '<=', p('at'))
    .orderBy('cum', 'desc')
    .limit(1),
);
export const dropTakes = statement<{ org: string; meter: string }>((db, p) =>
  db.deleteFrom('take').where('org', '=', p('org')).where('meter', '=', p('meter')),
);
export const dropMeter = statement<MeterKey>((db, p) =>
  db.deleteFrom('meter').where('org', '=', p('org')).where('id', '=', p('id')),
);
export const pruneTakes = statement<{ org: string; meter: string; cum: number }>((db, p) =>
  db.deleteFrom('take').where('org', '=', p('org')).where('meter', '=', p('meter')).where('cum', '<', p('cum')),
);
