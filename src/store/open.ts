/** The store, put together over one engine: the ports of every domain, and the ledger once the catalogue is known. */
import type { LogEntry } from '../audit/entry.ts';
import type { NoteSigner } from '../audit/signed-note.ts';
import type { CommsReader, ProviderReader } from '../comms/ports.ts';
import type { RetentionPeriods } from '../comms/rules/retention.ts';
import type { AlertBook } from '../guard/alert-book.ts';
import type { ActivityStore } from '../guard/anomalies/ports.ts';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Ledger } from '../guard/ledger.ts';
import type { LogReader } from '../guard/log-reader.ts';
import { createFingerprinter, type Fingerprinter, type Fingerprints } from '../guard/output/fingerprints.ts';
import type { GuessStore } from '../identity/factors/ports.ts';
import type { PeopleStore } from '../identity/people/ports.ts';
import type { GrantReader, LockOutStore, TokenReader } from '../identity/ports.ts';
import type { ServiceStore } from '../identity/services/ports.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { type Ids, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { Write } from '../kernel/write.ts';
import type { BudgetReader } from '../swarm/budgets/budget.ts';
import type { SwarmConfigReader } from '../swarm/config/port.ts';
import type { StopStore, ThreadRecords } from '../swarm/control/ports.ts';
import type { SwarmEvents, SwarmWatchStore } from '../swarm/feed/port.ts';
import type { PumpStore, PumpTold, SwarmReader } from '../swarm/ports.ts';
import type { SecretVault } from '../swarm/secret-vault.ts';
import type { Pins } from '../swarm/tools/pins.ts';
import type { TenancyReader } from '../tenancy/ports.ts';
import { type KeyRing, rotatingRing } from '../vault/key-ring.ts';
import { createActivityStore } from './activity.ts';
import { createAlertBook } from './alert-book.ts';
import { createBudgetWatch, type ToldOfBudgets } from './budget-watch.ts';
import { type Committer, createCommitter } from './committer.ts';
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
import { createOutputSecrets } from './output-secrets.ts';
import { createPeopleMemory, createPeopleStore } from './people-store.ts';
import { createProviderReader } from './provider-reader.ts';
import { createPumpStore } from './pump-store.ts';
import { createRetention, type RunningRetention } from './retention/retention.ts';
import { createRewrap } from './rewrap.ts';
import { createSealing } from './sealing.ts';
import { createSecretVault } from './secret-vault.ts';
import { createSequencer } from './sequencer.ts';
import { createServiceMemory, createServiceStore } from './service-store.ts';
import { createBudgetReader } from './swarm-budgets.ts';
import { createSwarmConfigReader, createSwarmConfigRows } from './swarm-configs.ts';
import { createEventListeners, createSwarmEvents, createSwarmWatchStore } from './swarm-events.ts';
import { createSwarmReader } from './swarm-reader.ts';
import { createStopStore } from './swarm-stops.ts';
import { createTelling } from './swarm-telling.ts';
import { createTenancyReader } from './tenancy-reader.ts';
import { createThreadRecords } from './thread-records.ts';
import { createTokenReader } from './token-reader.ts';
import { createPins } from './tool-pins.ts';
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
  readonly swarms: SwarmConfigReader;
  readonly swarmReader: SwarmReader;
  readonly swarmEvents: SwarmEvents;
  readonly swarmWatch: SwarmWatchStore;
  /** Called after a commit of this process that may have ended or changed what somebody may do. Gives back how to stop. */
  onRights(listener: () => void): () => void;
  readonly log: LogReader;
  readonly secrets: SecretVault;
  readonly toolPins: Pins;
  /** Makes what the output filter compares with; the store makes it of what it keeps sealed. */
  readonly fingerprinter: Fingerprinter;
  /** What an organisation keeps sealed, to be looked for in what comes from outside. */
  outputSecrets(org: OrgId): Promise<Fingerprints>;
  /** What stopping the swarm's work needs. */
  readonly stops: StopStore;
  /** Threads as they were. */
  readonly records: ThreadRecords;
  /** The pump's side. */
  pump(told: PumpTold): PumpStore;
  /** @param told once, after it is durable, that so much of a budget is used. */
  ledger(catalogue: Catalogue, told?: ToldOfBudgets): Ledger;
  readonly swarmBudgets: BudgetReader;
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

const NO_PUMP: PumpTold = {
  poke: () => undefined,
  onInbound: () => undefined,
  onUnknown: () => undefined,
  fullSince: () => null,
};

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
  const swarms = createSwarmConfigRows(sealing);
  const meters = createMeters(sealing, engine.exclusive);
  const fingerprinter = createFingerprinter(entropy);
  const secretsOf = createOutputSecrets(sealing, fingerprinter);
  let pump: PumpTold = NO_PUMP;
  const pressure = () => ({ fullSince: pump.fullSince(), queued: committer.queued() });
  const facts = createFactCache(
    createLoaders(sealing, swarms, engine.exclusive, secretsOf, pressure),
    engine.exclusive,
  );
  const tree = createLogTree(signer.name, signer, engine.exclusive);
  const tokens = createTokenReader(engine);
  const peopleMemory = createPeopleMemory();
  const serviceMemory = createServiceMemory();
  const remembering = { tokens: tokens.memory, people: peopleMemory, services: serviceMemory };
  const committer: Committer = createCommitter(
    engine,
    clock,
    createGroups(facts, [sealing, meters, swarms, ...Object.values(remembering)], engine.exclusive ? tree : null),
  );
  const eventListeners = createEventListeners();
  const rightsListeners = new Set<() => void>();
  const telling = createTelling({ ids, sealing, onEvent: eventListeners.tell });
  const writers = createWriters({
    ...{ sealing, meters, ids, ...remembering, telling },
    onReady: () => pump.poke(),
    onInbound: () => pump.onInbound(),
    onUnknown: (about) => pump.onUnknown(about),
    onRights() {
      for (const listener of rightsListeners) listener();
    },
  });
  const idempotency = createIdempotency(sealing);
  const unauthenticated = createUnauthenticated(clock);
  const sequencer = createSequencer(engine, tree, clock, onFault);

  /** What was committed stays committed. */
  const orFault = (tell: () => void): void => {
    try {
      tell();
    } catch (fault) {
      onFault(fault);
    }
  };

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
    alerts: createAlertBook(engine, committer, sealing, telling, ids),
    stops: createStopStore({ engine, committer, writers }),
    records: createThreadRecords(engine, sealing),
    pump: (told) => {
      pump = told;
      return createPumpStore({ engine, committer, sealing, writers });
    },
    swarmReader: createSwarmReader(engine, sealing),
    swarmEvents: createSwarmEvents(engine, committer, eventListeners),
    swarmWatch: createSwarmWatchStore(engine, committer),
    onRights(listener) {
      rightsListeners.add(listener);
      return () => void rightsListeners.delete(listener);
    },
    comms: createCommsReader({ engine, sealing, swarms, meters, clock }),
    providers: createProviderReader(engine, sealing),
    swarms: createSwarmConfigReader(engine, sealing, swarms),
    swarmBudgets: createBudgetReader(engine, meters),
    log: createLogReader(engine, sealing, signer.name, signer),
    secrets: createSecretVault(engine, committer, sealing),
    toolPins: createPins(engine, committer, sealing),
    fingerprinter,
    outputSecrets: (org) =>
      engine.read(function* () {
        return (yield* secretsOf([org]))[0]!;
      }),
    ledger: (catalogue, told) =>
      createLedger({
        committer,
        catalogue,
        sealing,
        meters,
        budgets: createBudgetWatch(telling, {
          ofAgent: (reached) => orFault(() => told?.ofAgent(reached)),
          ofSwarm: (reached) => orFault(() => told?.ofSwarm(reached)),
        }),
        writers,
        idempotency,
        onReady: () => pump.poke(),
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
