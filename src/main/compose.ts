/**
 * The composition root: validated settings in, a running house out. The only place that knows every room; each part gets
 * just what it needs, and everything is given back in reverse.
 */
import { noteSigner } from '../audit/signed-note.ts';
import { budgetAlert } from '../comms/billing/budget-alert.ts';
import type { Carriers } from '../comms/ports.ts';
import type { OpenCredentials } from '../comms/provider-ports.ts';
import { keepForDays } from '../comms/rules/retention.ts';
import type { Alerts, ToldAlert } from '../guard/alerts.ts';
import { watchedLedger } from '../guard/anomalies/watched-ledger.ts';
import type { Catalogue } from '../guard/catalogue.ts';
import { createExecutor } from '../guard/executor.ts';
import type { Ledger } from '../guard/ledger.ts';
import { tellingLedger } from '../guard/output/blocked-alert.ts';
import { createOutputBook, type OutputBook } from '../guard/output/book.ts';
import { createPerform, type Perform } from '../guard/perform.ts';
import { slidingBucket } from '../guard/sliding-bucket.ts';
import type { AgentDirectory } from '../guard/subject.ts';
import { type Authenticate, createAuthenticate } from '../identity/authenticate.ts';
import type { Derive } from '../identity/factors/password-hashing.ts';
import type { LockOut } from '../identity/lock-out.ts';
import { createLastUse } from '../identity/services/last-use.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { fromHex } from '../kernel/encoding.ts';
import { type Entropy, systemEntropy } from '../kernel/entropy.ts';
import { createIds, type Ids, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import { createSimulator, type SimulatorParts } from '../providers/simulator.ts';
import type { People } from '../server/people/route.ts';
import type { WebhookParts } from '../server/webhooks/delivery.ts';
import type { Watching } from '../server/ws/door.ts';
import type { SafeFetch } from '../shield/safe-fetch.ts';
import type { Engine } from '../store/engine.ts';
import { openStore, type Store } from '../store/open.ts';
import { openPostgres } from '../store/postgres.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { SwarmFile } from '../swarm/actions/config-view.ts';
import { swarmBudgetAlert } from '../swarm/budgets/budget-alert.ts';
import { createHandlers, type SwarmHandlers } from '../swarm/config/handlers.ts';
import type { ToolConfig } from '../swarm/config/schema.ts';
import { createMonitors } from '../swarm/monitors/monitors.ts';
import type { Pump } from '../swarm/runtime/pump.ts';
import type { HttpTools } from '../swarm/tools/servers.ts';
import { createKeyRing } from '../vault/key-ring.ts';
import { houseCatalogue } from './actions.ts';
import { createAlertPost } from './alert-post.ts';
import { alertSenders, operatorReceivers, unreachableAlert, unreachableReceivers } from './alert-receivers.ts';
import { checkContinuity } from './continuity.ts';
import type { DataDir } from './data-dir.ts';
import { foundPlatform } from './first-start.ts';
import { pauseSuspect, receiveSimulated } from './own-acts.ts';
import { createPeople } from './people.ts';
import { createRounds, keepGoing, type Rounds } from './rounds.ts';
import { secretsIn } from './secret-settings.ts';
import { publicUrl, type Settings } from './settings.ts';
import { createSwarm, type SwarmOverrides } from './swarm.ts';
import { applySwarmFile, createSwarmFile } from './swarm-file.ts';
import { type OpenTools, openTools } from './tools.ts';
import { type Connected, connectVendors } from './vendors.ts';
import { openWatch } from './watch.ts';

const READS_PER_MINUTE = 120;
const MAX_CALLERS = 100_000;
const MAX_IN_FLIGHT = 256;
const TICK_MS = 1_000;
/** What tests and the tour may put in the place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  readonly engine?: Engine;
  readonly simulator?: Partial<Omit<SimulatorParts, 'onInbound'>>;
  /** Replaces the simulator as what carries the sandbox's messages. */
  readonly carriers?: Carriers;
  readonly maxInFlight?: number;
  /** The rounds go when they are asked for, and not by themselves. */
  readonly roundsByHand?: true;
  /** How webhooks that organisations chose are reached; public addresses alone unless said. */
  readonly publicFetch?: SafeFetch;
  /** Files of organisations' swarms, instead of the one of SWARM_FILE. */
  readonly swarmFile?: SwarmFile;
  /** What thinks for the swarm's agents. */
  readonly swarm?: SwarmOverrides;
  /** Instead of argon2id. */
  readonly derivePassword?: Derive;
  /** How the HTTP tools of agents reach the world. */
  readonly httpTools?: HttpTools;
  /** The tools of an organisation's swarm, instead of those of its configuration. */
  readonly toolsOf?: (org: OrgId) => Promise<readonly ToolConfig[]>;
  /** Other providers than the real ones. */
  readonly connectVendors?: (open: OpenCredentials) => Connected;
}

export interface House extends Rounds, AsyncDisposable {
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly authenticate: Authenticate;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly people: People;
  readonly watching: Watching;
  /** Asked before any credential is looked at, and told of each that was not good. */
  readonly lockOut: LockOut;
  readonly alerts: Alerts;
  /** Of the swarm, besides the catalogue's actions. */
  readonly tools: Pick<OpenTools, 'outside' | 'secrets'>;
  /** What must not leave besides what the store keeps: the secrets and prompts of whoever else uses some. */
  readonly outputBook: OutputBook;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly webhooks: Pick<WebhookParts, 'providers' | 'receiveMail' | 'fetchMedia' | 'webhookBaseUrl'>;
  /** The swarm's handlers in this process. */
  readonly handlers: SwarmHandlers;
  /** One round of the executor; repeated by itself. */
  readonly tick: () => Promise<void>;
  readonly pump: Pump;
  /** Resolves when no rotation of the encryption key is under way. */
  readonly rotated: () => Promise<void>;
  /** The log's public key, in the C2SP form. */
  readonly vkey: string;
  readonly defaultOrganization: OrgId;
  /** A token that this start made; to be shown once, nowhere else to be found. Null when it was there before. */
  readonly newOrchestratorToken: string | null;
  /** Of the link for the first person, as long as there is nobody. */
  readonly setUpToken: string | null;
}

export interface ComposeParts {
  readonly settings: Settings;
  readonly dataDir: Pick<DataDir, 'path' | 'encryptionKey' | 'logKey'> & Partial<Pick<DataDir, 'keys'>>;
  readonly onFault: (fault: unknown) => void;
  /** For the operational log; the audit log and the webhook are told here. */
  readonly onAlert?: (alert: ToldAlert) => void;
  /** What a program of the swarm writes to its standard error, for the operational log. */
  readonly onProgramLine?: (server: string, line: string) => void;
  /** Variables of the environment that a swarm's configuration may name; none unless said. */
  readonly swarmVariables?: ReadonlyMap<string, string>;
  readonly overrides?: Overrides;
}

export async function compose(parts: ComposeParts): Promise<House> {
  const { settings, dataDir, onFault, overrides = {} } = parts;
  await using stack = new AsyncDisposableStack();
  const clock = overrides.clock ?? systemClock;
  const entropy = overrides.entropy ?? systemEntropy();
  const ids = createIds(clock, entropy);
  const signer = noteSigner(settings.logOrigin, dataDir.logKey());

  const store = await openStore({
    engine: overrides.engine ?? openEngine(settings, dataDir.path),
    ring: createKeyRing(...encryptionKeys(settings, dataDir)),
    signer,
    clock,
    entropy,
    ids,
    onFault,
  });
  stack.defer(() => store.close());
  await checkContinuity(store);
  await store.start();
  const founded = await foundPlatform(store, { clock, entropy, ids, chosenToken: settings.orchestratorToken });

  const { alerts, lockOut, detector } = stack.use(
    await openWatch({
      ...{ settings, store, clock, onFault, onAlert: parts.onAlert ?? (() => undefined) },
      pause: (suspect) => pauseSuspect({ catalogue, perform }, suspect),
    }),
  );

  if (settings.demoMode) await store.record({ event: 'demo_mode', org: PLATFORM_ORG, detail: {} });

  const simulator = createSimulator({
    ...overrides.simulator,
    onInbound: (answer) => receiveSimulated({ catalogue, perform }, answer).catch(onFault),
  });
  const { vendors, production, calls, receiveMail, fetchMedia } = (
    overrides.connectVendors ?? ((open) => connectVendors({ settings, open, clock, entropy, onFault }))
  )(store.providers.open);
  const carriers: Carriers = overrides.carriers ?? {
    sandbox: { sms: simulator, whatsapp: simulator, email: simulator },
    production,
    ...(calls === undefined ? {} : { calls }),
  };
  const keys = stack.use(store.keys(settings.encryptionKey === null ? (dataDir.keys ?? null) : null));
  await keys.start();
  const retention = store.retention({
    messages: keepForDays(settings.retentionMessages),
    usage: keepForDays(settings.retentionUsage),
    one_time_codes: keepForDays(settings.retentionCodes),
    revoked_consent: keepForDays(settings.retentionRevokedConsent),
  });
  const outputBook = createOutputBook(store.fingerprinter);
  for (const secret of secretsIn(settings)) outputBook.learn(null, secret);
  for (const canary of settings.outputCanaries) outputBook.learn(null, canary, 'canary');
  const tools = stack.use(
    openTools({
      learn: (org, secret) => outputBook.learn(org, secret),
      ...{ settings, store, alerts, clock, onFault, ownOrganization: founded.defaultOrganization },
      onLine: parts.onProgramLine ?? (() => undefined),
      variables: parts.swarmVariables ?? new Map(),
      toolsOf: overrides.toolsOf ?? (async (org) => (await store.swarms.live(org))?.config.tools ?? []),
      ...(overrides.httpTools === undefined ? {} : { http: overrides.httpTools }),
    }),
  );
  const handlers = createHandlers();
  const file =
    overrides.swarmFile ?? createSwarmFile({ path: settings.swarmFile, org: founded.defaultOrganization, handlers });
  const { approvalTtlMs, contentPolicy, inputPolicy } = settings;
  const { alertWebhookUrl: url, alertWebhookSecret: secret } = settings;
  const given = overrides.swarm?.handlers;
  const swarm = createSwarm({
    ...{ store, clock, onFault, ids, entropy, alerts, outputBook },
    ...{ outside: tools.outside, workers: tools.workers, secrets: tools.secrets, reach: tools.reach },
    closeTools: (org) => tools.closeOf(org),
    redaction: settings.redactPayloads,
    ...overrides.swarm,
    handlers: given === undefined ? handlers : { get: (_config, name) => given.get(name) ?? null },
  });
  const people = createPeople({
    ...{ store, settings, alerts, clock, entropy, ids, derive: overrides.derivePassword },
    publicUrl: publicUrl(settings, settings.port),
  });
  const catalogue = houseCatalogue({
    approvals: { signing: people.approvals, otherPerson: settings.approvalOtherPerson },
    swarm: swarm.actions,
    stopping: swarm.stopping,
    ...{ store, keys, retention, carriers, vendors, approvalTtlMs, contentPolicy, inputPolicy, outputBook },
    tools: { secrets: store.secrets, pins: store.toolPins, look: (org) => tools.outside.look(org) },
    publicUrl: publicUrl(settings, settings.port),
    swarmConfig: { file, handlers },
    alerts: {
      book: store.alerts,
      operator: operatorReceivers(settings).map(({ org, channel, to }) => ({ org, channel, to })),
      deliver: () => rounds.deliverAlerts(),
      senders: alertSenders(settings),
      post: createAlertPost({
        operator: url === null || secret === null ? null : { url, secret },
        book: store.alerts,
        clock,
        ...(overrides.publicFetch === undefined ? {} : { publicFetch: overrides.publicFetch }),
      }),
    },
  });

  const judging = store.ledger(catalogue, {
    ofAgent: (reached) => alerts.raise(budgetAlert(reached)),
    ofSwarm: (reached) => alerts.raise(swarmBudgetAlert(reached)),
  });
  const telling = tellingLedger(judging, (alert) => alerts.raise(alert));
  const ledger = detector === null ? telling : watchedLedger(telling, detector);
  const maxInFlight = overrides.maxInFlight ?? MAX_IN_FLIGHT;
  const executor = createExecutor({
    ledger,
    catalogue,
    maxInFlight,
    maxPerOrganization: overrides.maxInFlight ?? MAX_IN_FLIGHT / 2,
    tickMs: TICK_MS,
    clock,
    onFault,
  });
  const directory: AgentDirectory = {
    organizationOf: (agent) => store.tenancy.organizationOf(agent),
    hasOrganization: async (org) => (await store.tenancy.organization(org)) !== null,
    defaultOrganization: founded.defaultOrganization,
  };
  const perform = createPerform({
    catalogue,
    ledger,
    executor,
    directory,
    readBucket: slidingBucket(READS_PER_MINUTE, MINUTE_MS, MAX_CALLERS),
    ids,
    clock,
    waitMs: settings.waitMs,
  });

  const pump = swarm.pump({ catalogue, perform, ledger, executor });
  const lastUse = stack.use(createLastUse(store.services, onFault));
  const rounds = createRounds({
    ...{ store, vendors, catalogue, perform, detector, retention, lastUse },
    stopping: swarm.stopping,
    routers: swarm.routers,
    watchSwarms: createMonitors({
      ...{ events: store.swarmEvents, watch: store.swarmWatch, reader: store.swarmReader },
      ...{ alerts, node: ids.next('nod'), clock },
    }),
    clock,
    onFault,
  });
  if (overrides.roundsByHand !== true) stack.use(keepGoing(rounds));
  for (const setting of unreachableReceivers(
    settings,
    Object.keys(production).length === 0 ? [] : await platformProviders(store),
  ))
    alerts.raise(unreachableAlert(setting));
  stack.use(retention); // given back first: the round waits for it
  stack.defer(() => simulator.stop());
  stack.defer(() => executor.stop());
  stack.defer(() => pump.stop());
  await executor.start();
  await applySwarmFile({
    file,
    path: settings.swarmFile,
    swarms: store.swarms,
    org: founded.defaultOrganization,
    catalogue,
    perform,
    alerts,
    onFault,
  });

  if (overrides.roundsByHand !== true) pump.start();

  const disposal = stack.move();
  return {
    catalogue,
    perform,
    ledger,
    store,
    people,
    watching: {
      tickets: people.tickets,
      events: store.swarmEvents,
      reads: swarm.actions.reads,
      directory,
      onRights: (listener) => store.onRights(listener),
    },
    lockOut,
    alerts,
    tools,
    handlers,
    outputBook,
    clock,
    ids,
    webhooks: { providers: store.providers, receiveMail, fetchMedia, webhookBaseUrl: vendors.baseUrl },
    ...rounds,
    tick: () => executor.tick(),
    pump,
    rotated: () => keys.idle(),
    authenticate: createAuthenticate({
      ...{ tokens: store.tokens, people: store.people, services: store.services, lastUse, clock },
      audience: publicUrl(settings, settings.port),
    }),
    vkey: signer.vkey,
    ...founded,
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}

const platformProviders = async (store: Store): Promise<readonly string[]> =>
  (await store.comms.accounts(PLATFORM_ORG)).map(({ provider }) => provider);

function openEngine(settings: Settings, dataPath: string): Engine {
  return settings.databaseUrl === null ? openSqlite(`${dataPath}/sallyport.db`) : openPostgres(settings.databaseUrl);
}

function encryptionKeys(
  settings: Settings,
  dataDir: Pick<DataDir, 'encryptionKey'> & Partial<Pick<DataDir, 'keys'>>,
): [Uint8Array, readonly Uint8Array[]] {
  const active =
    settings.encryptionKey === null ? dataDir.encryptionKey() : fromHex(settings.encryptionKey.toLowerCase())!;
  const kept = settings.encryptionKey === null ? (dataDir.keys?.kept() ?? []) : [];
  return [active, [...kept, ...settings.previousEncryptionKeys.map((key) => fromHex(key.toLowerCase())!)]];
}
