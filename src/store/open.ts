/** The store, put together over one engine: the ports of every domain, and the ledger once the catalogue is known. */
import type { LogEntry } from '../audit/entry.ts';
import type { NoteSigner } from '../audit/signed-note.ts';
import type { BudgetReached } from '../comms/billing/budget-alert.ts';
import type { CommsReader, ProviderReader } from '../comms/ports.ts';
import type { RetentionPeriods } from '../comms/rules/retention.ts';
import type { AlertBook } from '../guard/alert-book.ts';
import type { ActivityStore } from '../guard/anomalies/ports.ts';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Ledger } from '../guard/ledger.ts';
import type { LogReader } from '../guard/log-reader.ts';
import type { GuessStore } from '../identity/factors/ports.ts';
import type { PeopleStore } from '../identity/people/ports.ts';
import type { GrantReader, LockOutStore, TokenReader } from '../identity/ports.ts';
import type { ServiceStore } from '../identity/services/ports.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { type Ids, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { Write } from '../kernel/write.ts';
import type { TenancyReader } from '../tenancy/ports.ts';
import { type KeyRing, rotatingRing } from '../vault/key-ring.ts';
import { createActivityStore } from './activity.ts';
import { createAlertBook } from './alert-book.ts';
import { createBudgetWatch } from './budget-watch.ts';
import { createCommitter } from './committer.ts';
import { createCommsReader } from './comms-reader.ts';
import type { Engine } from './engine.ts';
import { createFactCache } from './fact-cache.ts';
import { createLoaders } from './facts.ts';
import { createGrantReader } from './grants.ts';
import { createGroups } from './group.ts';
import { createGuessStore } from './guesses.ts';
import { createIdempotency } from './idempotency.ts';
import { createKeyKeeper, type KeyFolder, type RunningKeeper } from './key-keeper.ts';
import { createLedger } from './ledger.ts';
import { createLockOutStore } from './lock-outs.ts';
import { createLogReader } from './log-reader.ts';
import { createLogTree } from './log-tree.ts';
import { createMeters } from './meters.ts';
import { migrate } from './migrations/index.ts';
import { createPeopleMemory, createPeopleStore } from './people-store.ts';
import { createProviderReader } from './provider-reader.ts';
import { createRetention, type RunningRetention } from './retention/retention.ts';
import { createRewrap } from './rewrap.ts';
import { createSealing } from './sealing.ts';
import { createSequencer } from './sequencer.ts';
import { createServiceMemory, createServiceStore } from './service-store.ts';
import { createTenancyReader } from './tenancy-reader.ts';
import { createTokenReader } from './token-reader.ts';
import { createUnauthenticated } from './unauthenticated.ts';
import { createWriters } from './writers/index.ts';

export interface StoreParts {
  readonly engine: Engine;
  readonly ring: KeyRing;
  readonly signer: NoteSigner;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly ids: Ids;
  readonly onFault: (fault: unknown) => void;
}

type SystemEvent = Pick<Extract<LogEntry, { type: 'system' }>, 'event' | 'org' | 'detail'>;

export interface Store {
  readonly tenancy: TenancyReader;
  readonly tokens: TokenReader;
  readonly grants: GrantReader;
  readonly people: PeopleStore;
  readonly services: ServiceStore;
  readonly guesses: GuessStore;
  readonly lockOuts: LockOutStore;
  readonly activity: ActivityStore;
  readonly alerts: AlertBook;
  readonly comms: CommsReader;
  /** Across organisations, for the server itself. */
  readonly providers: ProviderReader;
  readonly log: LogReader;
  /** @param onBudget told once, after it is durable, that an agent has used so much of a budget. */
  ledger(catalogue: Catalogue, onBudget?: (reached: BudgetReached) => void): Ledger;
  /** Who ends what is too old. */
  retention(periods: RetentionPeriods): RunningRetention;
  /** Who changes the encryption keys. @param folder null: the key comes from the environment. */
  keys(folder: KeyFolder | null): RunningKeeper;
  /** What the first start makes, outside any action: the default organisation, the orchestrator's token. */
  found(org: OrgId, event: string, writes: readonly Write[]): Promise<void>;
  /** Records what happened to the system itself. Nothing personal. */
  record(happened: SystemEvent): Promise<void>;
  /** Takes up the log where it ended, and goes on with it. @throws LogBroken when it is not the one that was signed. */
  start(): Promise<void>;
  /** Everything recorded is sequenced and under a signed checkpoint on return. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

export async function openStore({
  engine,
  ring: first,
  signer,
  clock,
  entropy,
  ids,
  onFault,
}: StoreParts): Promise<Store> {
  await migrate(engine);
  const ring = rotatingRing(first);
  const sealing = createSealing(ring, entropy, engine.exclusive);
  const meters = createMeters(sealing, engine.exclusive);
  const facts = createFactCache(createLoaders(sealing, engine.exclusive), engine.exclusive);
  const tree = createLogTree(signer.name, signer, engine.exclusive);
  const tokens = createTokenReader(engine);
  const peopleMemory = createPeopleMemory();
  const serviceMemory = createServiceMemory();
  const remembering = { tokens: tokens.memory, people: peopleMemory, services: serviceMemory };
  const committer = createCommitter(
    engine,
    clock,
    createGroups(facts, [sealing, meters, ...Object.values(remembering)], engine.exclusive ? tree : null),
  );
  const writers = createWriters({ sealing, meters, ...remembering });
  const idempotency = createIdempotency(sealing);
  const unauthenticated = createUnauthenticated(clock);
  const sequencer = createSequencer(engine, tree, clock, onFault);

  // outside the groups: those take up the log, and whether it may go on is asked later
  await engine.transaction(() => sealing.ensureOrgKeys(PLATFORM_ORG));

  return {
    tenancy: createTenancyReader(engine),
    tokens: tokens.reader,
    grants: createGrantReader(engine),
    people: createPeopleStore({ engine, committer, sealing, writers }, peopleMemory),
    services: createServiceStore(engine, committer, serviceMemory),
    guesses: createGuessStore(committer, sealing),
    lockOuts: createLockOutStore(engine, committer, sealing),
    activity: createActivityStore(engine, committer, sealing),
    alerts: createAlertBook(engine, committer, sealing, ids),
    comms: createCommsReader(engine, sealing, meters, clock),
    providers: createProviderReader(engine, sealing),
    log: createLogReader(engine, sealing, signer.name, signer),
    ledger: (catalogue, onBudget = () => undefined) =>
      createLedger({
        committer,
        catalogue,
        sealing,
        meters,
        budgets: createBudgetWatch((reached) => {
          try {
            onBudget(reached);
          } catch (fault) {
            onFault(fault); // what was committed stays committed
          }
        }),
        writers,
        idempotency,
        unauthenticated,
        entropy,
        ids,
        onFault,
        node: ids.next('nod'),
        alone: engine.exclusive,
      }),
    retention: (periods) =>
      createRetention({ engine, committer, sealing, meters, clock, node: ids.next('nod'), periods, onFault }),
    keys: (folder) =>
      createKeyKeeper({
        engine,
        committer,
        ring,
        rewrap: createRewrap(engine, committer, ring, entropy),
        folder,
        onFault,
      }),
    found: (org, event, writes) =>
      committer.submit(org, function* (group) {
        yield* group.record({ v: 1, type: 'system', at: rfc3339(group.now), event, org, detail: {} });
        yield* writers.apply(group, org, null, writes);
      }),
    record: ({ event, org, detail }) =>
      committer.submit(PLATFORM_ORG, (group) =>
        group.record({ v: 1, type: 'system', at: rfc3339(group.now), event, org, detail }),
      ),
    async start() {
      await sequencer.flush();
      if (!engine.exclusive) sequencer.start();
    },
    async checkpoint() {
      await committer.idle();
      if (!engine.exclusive) await sequencer.flush();
    },
    async close() {
      await committer.idle();
      await sequencer.stop();
      await engine.close();
    },
  };
}
