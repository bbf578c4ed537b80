/** One-time codes: sent, tried, taken back. */
import type { CodeWrites } from '../../comms/writes.ts';
import { ChangedMeanwhile } from '../committer.ts';
import { type CodeKey, codeKeyOf, codeMac } from '../one-time-codes.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';
import type { WriterParts, WritersOf } from './writer.ts';

type Row = Schema['one_time_code'];

const put = statement<Row>((db, p) =>
  db
    .insertInto('one_time_code')
    .values({
      org: p('org'),
      agent: p('agent'),
      contact: p('contact'),
      purpose: p('purpose'),
      id: p('id'),
      mac: p('mac'),
      attempts: p('attempts'),
      used: p('used'),
      at: p('at'),
      expires_at: p('expires_at'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'agent', 'contact', 'purpose']).doUpdateSet((eb) => ({
        id: eb.ref('excluded.id'),
        mac: eb.ref('excluded.mac'),
        attempts: eb.ref('excluded.attempts'),
        used: eb.ref('excluded.used'),
        at: eb.ref('excluded.at'),
        expires_at: eb.ref('excluded.expires_at'),
      })),
    ),
);
const attempt = statement<CodeKey & Pick<Row, 'id' | 'attempts' | 'used'>>((db, p) =>
  db
    .updateTable('one_time_code')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), used: p('used') }))
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('purpose', '=', p('purpose'))
    .where('id', '=', p('id'))
    .where('attempts', '=', p('attempts'))
    .where('used', '=', 0),
);
export const dropCode = statement<CodeKey & Pick<Row, 'id'>>((db, p) =>
  db
    .deleteFrom('one_time_code')
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('purpose', '=', p('purpose'))
    .where('id', '=', p('id')),
);

export function codeWriters({ sealing }: Pick<WriterParts, 'sealing'>): WritersOf<CodeWrites> {
  return {
    *'code.put'(_, org, row) {
      const key = yield* codeKeyOf(sealing, org, row);
      const mac = yield* codeMac(sealing, key, row.id, row.code);
      yield* put.run({ ...key, id: row.id, mac, attempts: 0, used: 0, at: row.at, expires_at: row.expiresAt });
    },
    *'code.attempt'(_, org, row) {
      const key = yield* codeKeyOf(sealing, org, row);
      const { id, attempts, used } = row;
      const counted = yield* attempt.run({ ...key, id, attempts, used: used ? 1 : 0 });
      if (counted !== 1) throw new ChangedMeanwhile();
    },
    *'code.drop'(_, org, row) {
      yield* dropCode.run({ ...(yield* codeKeyOf(sealing, org, row)), id: row.id });
    },
  };
}
