/** Append-only migrations, applied in order at start, once, under Kysely's migration lock. A released one never changes. */
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Engine } from '../engine.ts';
import { firstDoor } from './0001-first-door.ts';
import { providers } from './0002-providers.ts';
import { lockOut } from './0003-lock-out.ts';
import { delivered } from './0004-delivered.ts';
import { places } from './0005-places.ts';
import { optOutConfirmations } from './0006-opt-out-confirmations.ts';
import { oneTimeCodes } from './0007-one-time-codes.ts';
import { billing } from './0008-billing.ts';
import { kycAndRegistrations } from './0009-kyc-and-registrations.ts';
import { erasureAndRetention } from './0010-erasure-and-retention.ts';
import { alerts } from './0011-alerts.ts';
import { vault } from './0012-vault.ts';
import { people } from './0013-people.ts';
import { services } from './0014-services.ts';
import { grants } from './0015-grants.ts';
import { threads } from './0016-threads.ts';
import { swarmConfigs } from './0017-swarm-config.ts';
import { tools } from './0018-tools.ts';
import { flow } from './0019-flow.ts';
import { pump } from './0020-pump.ts';
import { control } from './0021-control.ts';
import { swarmEvents } from './0022-swarm-events.ts';
import { swarmBudgets } from './0023-swarm-budgets.ts';
import { alertsAbout } from './0024-alerts-about.ts';
import { swarmResumed } from './0025-swarm-resumed.ts';
import { DDL, type Ddl } from './ddl.ts';

const MIGRATIONS: Readonly<Record<string, (ddl: Ddl) => readonly string[]>> = {
  '0001-first-door': firstDoor,
  '0002-providers': providers,
  '0003-lock-out': lockOut,
  '0004-delivered': delivered,
  '0005-places': places,
  '0006-opt-out-confirmations': optOutConfirmations,
  '0007-one-time-codes': oneTimeCodes,
  '0008-billing': billing,
  '0009-kyc-and-registrations': kycAndRegistrations,
  '0010-erasure-and-retention': erasureAndRetention,
  '0011-alerts': alerts,
  '0012-vault': vault,
  '0013-people': people,
  '0014-services': services,
  '0015-grants': grants,
  '0016-threads': threads,
  '0017-swarm-config': swarmConfigs,
  '0018-tools': tools,
  '0019-flow': flow,
  '0020-pump': pump,
  '0021-control': control,
  '0022-swarm-events': swarmEvents,
  '0023-swarm-budgets': swarmBudgets,
  '0024-alerts-about': alertsAbout,
  '0025-swarm-resumed': swarmResumed,
};

/** In order: the schema of this release is what all of them made. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS);

/** Brings the database to this release's schema. @throws the engine's error; the failed migration is rolled back. */
export async function migrate(engine: Engine): Promise<void> {
  const migrations = Object.entries(MIGRATIONS).map(([name, texts]): [string, Migration] => [
    name,
    {
      async up(db) {
        for (const text of texts(DDL[engine.dialect])) await sql.raw(text).execute(db);
      },
    },
  ]);
  const migrator = new Migrator({
    db: engine.db,
    provider: { getMigrations: async () => Object.fromEntries(migrations) },
    ...(engine.schema === null ? {} : { migrationTableSchema: engine.schema }), // else it takes another schema's for its own
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
