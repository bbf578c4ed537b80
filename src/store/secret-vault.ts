/** The swarm's secrets, opened one at a time for who sends them on. */
import type { SecretVault } from '../swarm/secret-vault.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { statement } from './statement.ts';
import { swarmSecretCell } from './swarm-secret-cell.ts';

type Row = Schema['swarm_secret'];

const secretOf = statement<Pick<Row, 'org' | 'name'>, Pick<Row, 'id' | 'sealed'>>((db, p) =>
  db.selectFrom('swarm_secret').select(['id', 'sealed']).where('org', '=', p('org')).where('name', '=', p('name')),
);
const secretUsed = statement<{ org: string; name: string; at: number; before: number }>((db, p) =>
  db
    .updateTable('swarm_secret')
    .set({ last_used_at: p('at') })
    .where('org', '=', p('org'))
    .where('name', '=', p('name'))
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', p('before'))])),
);

/** How exact a last use is. */
const NOTED_EVERY_MS = 60_000;

export const createSecretVault = (
  { db, read }: Engine,
  committer: Pick<Committer, 'submit'>,
  sealing: Sealing,
): SecretVault => ({
  async open(org, name) {
    const row = await read(() => secretOf.first({ org, name }));
    return row === undefined ? null : sealing.openSecret(row.sealed, swarmSecretCell(org, name, row.id));
  },
  async used(org, name, at) {
    await committer.submit(org, () => secretUsed.run({ org, name, at, before: at - NOTED_EVERY_MS }));
  },
  async list(org) {
    const rows = await db.selectFrom('swarm_secret').selectAll().where('org', '=', org).orderBy('name').execute();
    return rows.map((row) => ({
      name: row.name,
      fingerprint: row.fingerprint,
      createdBy: row.created_by,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
    }));
  },
});
