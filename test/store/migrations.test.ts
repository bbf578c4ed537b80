/** A database of the first release, with what people did in it, comes up to date with nothing lost. */
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../src/store/engine.ts';
import { firstDoor } from '../../src/store/migrations/0001-first-door.ts';
import { DDL } from '../../src/store/migrations/ddl.ts';
import { MIGRATION_NAMES, migrate } from '../../src/store/migrations/index.ts';
import { engines } from '../support/engines.ts';

/** The tables as the first release made them. */
async function firstRelease(engine: Engine): Promise<void> {
  const migrator = new Migrator({
    db: engine.db,
    provider: {
      getMigrations: async () => ({
        [MIGRATION_NAMES[0]!]: {
          async up(db) {
            for (const text of firstDoor(DDL[engine.dialect])) await sql.raw(text).execute(db);
          },
        },
      }),
    },
    ...(engine.schema === null ? {} : { migrationTableSchema: engine.schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

const ROWS = [
  `insert into organization values ('org_1', 'one', 'One', 'active', 'sandbox', 'starter', 'UTC', 1)`,
  `insert into organization values ('org_2', 'two', 'Two', 'active', 'production', 'pro', 'UTC', 1)`,
  `insert into agent (org, id, name, status, senders, limits, approval_policy, country, context, created_at)
    values ('org_1', 'agt_1', 'Desk', 'active', '{"sms":"+15002000000"}', '{}', 'never', 'US', null, 1)`,
  `insert into message (org, id, agent, direction, channel, contact, sender, recipient, status, segments, cost, label,
    action, at, waiting) values ('org_1', 'msg_1', 'agt_1', 'outbound', 'sms', 'ref', '+1', '', 'sent', 1, 8000, '{}', 'act_1', 1, 0)`,
  `insert into action (org, id, name, version, by_id, by_kind, state, cost, attempt, created_at, settled_at)
    values ('org_1', 'act_1', 'comms.send_message', 1, 'tok_1', 'agent', 'unknown', 8000, 1, 1, 2)`,
];

describe.each(engines)('a database of the first release on $name', (on) => {
  it('keeps its rows, which have the new columns as if they had been there', async () => {
    const { engine, dispose } = await on.open();
    onTestFinished(async () => {
      await engine.close();
      await dispose();
    });
    await firstRelease(engine);
    for (const row of ROWS) await sql.raw(row).execute(engine.db);
    await migrate(engine);
    await migrate(engine); // a second start changes nothing
    expect(await engine.db.selectFrom('agent').selectAll().execute()).toMatchObject([
      { id: 'agt_1', senders: '{"sms":"+15002000000"}', bound: '{}', granted: '[]' },
    ]);
    expect(await engine.db.selectFrom('usage').selectAll().execute()).toEqual([
      { org: 'org_1', agent: 'agt_1', day: 0, channel: 'sms', mode: 'sandbox', messages: 1, cost: 8000, billed: 8000 },
    ]);
    expect(await engine.db.selectFrom('message').selectAll().execute()).toMatchObject([
      { id: 'msg_1', status: 'sent', cost: 8000, callback: null, subject: null, ask_at: null, asked: 0 },
    ]);
    expect(
      await engine.db.selectFrom('action').select(['id', 'state']).where('state', '=', 'unknown').execute(),
    ).toEqual([{ id: 'act_1', state: 'unknown' }]);
    // who was in production before there were reviews has been approved
    const organizations = engine.db.selectFrom('organization').select(['id', 'kyc', 'max_agents']).orderBy('id');
    expect(await organizations.execute()).toEqual([
      { id: 'org_1', kyc: 'none', max_agents: null },
      { id: 'org_2', kyc: 'approved', max_agents: null },
    ]);
    for (const table of [
      'bound_sender',
      'provider_credential',
      'attachment',
      'lock_out',
      'registration',
      'one_time_code',
      'billing_config',
      'budget_alert',
    ] as const) {
      expect(await engine.db.selectFrom(table).selectAll().execute(), table).toEqual([]);
    }
  });

  it('is brought up to date once when two servers start at once', async () => {
    const { engine, again, dispose } = await on.open();
    const other = again();
    onTestFinished(async () => {
      await engine.close();
      if (other !== engine) await other.close();
      await dispose();
    });
    await firstRelease(engine);
    await (on.name === 'postgres' ? Promise.all([migrate(engine), migrate(other)]) : migrate(engine));
    expect(await engine.db.selectFrom('lock_out').selectAll().execute()).toEqual([]);
  });
});
