/** Secrets of the swarm, and what people approve of the tools of outside servers. */
import { toHex } from '../../kernel/encoding.ts';
import { hmacSha256 } from '../../kernel/hash.ts';
import type { ToolWrites } from '../../swarm/tools/writes.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';
import { swarmSecretCell } from '../swarm-secret-cell.ts';
import { pinCell } from '../tool-pins.ts';
import { must, type WriterParts, type WritersOf } from './writer.ts';

type Secret = Schema['swarm_secret'];
type Row = Schema['tool_pin'];

const FINGERPRINT_CHARS = 12;

const putSecret = statement<Omit<Secret, 'last_used_at'>>((db, p) =>
  db
    .insertInto('swarm_secret')
    .values({
      org: p('org'),
      name: p('name'),
      id: p('id'),
      sealed: p('sealed'),
      fingerprint: p('fingerprint'),
      created_by: p('created_by'),
      created_at: p('created_at'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'name']).doUpdateSet((eb) => ({
        id: eb.ref('excluded.id'),
        sealed: eb.ref('excluded.sealed'),
        fingerprint: eb.ref('excluded.fingerprint'),
        created_by: eb.ref('excluded.created_by'),
        created_at: eb.ref('excluded.created_at'),
        last_used_at: null,
      })),
    ),
);
const removeSecret = statement<Pick<Secret, 'org' | 'name'>>((db, p) =>
  db.deleteFrom('swarm_secret').where('org', '=', p('org')).where('name', '=', p('name')),
);
type Place = Pick<Row, 'org' | 'server' | 'tool'>;
const seenOf = statement<Place & { hash: string }, Pick<Row, 'seen'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('tool_pin')
      .select('seen')
      .where('org', '=', p('org'))
      .where('server', '=', p('server'))
      .where('tool', '=', p('tool'))
      .where('seen_hash', '=', p('hash')),
  ),
);
const approve = statement<Place & { hash: string; text: string; by: string; at: number }>((db, p) =>
  db
    .updateTable('tool_pin')
    .set({ state: 'pinned', hash: p('hash'), text: p('text'), approved_by: p('by'), approved_at: p('at') })
    .where('org', '=', p('org'))
    .where('server', '=', p('server'))
    .where('tool', '=', p('tool'))
    .where('seen_hash', '=', p('hash')),
);

export function toolWriters({ sealing }: WriterParts): WritersOf<ToolWrites> {
  return {
    *'secret.put'(group, org, { name, id, value, by, at }) {
      const { refKey } = yield* sealing.orgKeys(org);
      yield* putSecret.run({
        org,
        name,
        id,
        sealed: sealing.sealSecret(value, swarmSecretCell(org, name, id)),
        fingerprint: toHex(hmacSha256(refKey, `swarm-secret:${value}`)).slice(0, FINGERPRINT_CHARS),
        created_by: by,
        created_at: at,
      });
      group.facts.forget(org, 'swarm-secret', name);
      group.facts.forget(org, 'output-secrets', 'self');
    },
    *'secret.remove'(group, org, { name }) {
      must(yield* removeSecret.run({ org, name }), 'The secret is gone already.');
      group.facts.forget(org, 'swarm-secret', name);
      group.facts.forget(org, 'output-secrets', 'self');
    },
    *'tool.pin'(group, org, { server, tool, hash, by, at }) {
      const { dataKey } = yield* sealing.orgKeys(org);
      const row = yield* seenOf.first({ org, server, tool, hash });
      if (row !== undefined) {
        const said = sealing.openText(dataKey, row.seen, pinCell(org, server, tool, 'seen'));
        const text = sealing.sealText(dataKey, said, pinCell(org, server, tool, 'text'));
        yield* approve.run({ org, server, tool, hash, text, by, at });
      }
      must(row === undefined ? 0 : 1, 'The tool has changed since it was listed. List the tools again.');
      group.facts.forget(org, 'known-tools', server);
    },
  };
}
