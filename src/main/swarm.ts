/** The swarm, put together: what its actions need before there is a catalogue, and the pump once there is one. */
import type { Alerts } from '../guard/alerts.ts';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Executor } from '../guard/executor.ts';
import type { Ledger } from '../guard/ledger.ts';
import type { OutputBook } from '../guard/output/book.ts';
import type { Perform } from '../guard/perform.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import type { Ids, OrgId } from '../kernel/ids.ts';
import { SECOND_MS } from '../kernel/time.ts';
import { createModelClients } from '../providers/models/clients.ts';
import type { Script } from '../providers/models/scripted.ts';
import type { Reach } from '../providers/tools/reach.ts';
import type { Store } from '../store/open.ts';
import type { SwarmActionParts } from '../swarm/actions/index.ts';
import type { SwarmHandlers } from '../swarm/config/handlers.ts';
import { createStopping, type Stopping } from '../swarm/control/stopping.ts';
import type { AnyHandler } from '../swarm/define.ts';
import type { Models, ModelsOf } from '../swarm/models/port.ts';
import { createRouters, type Routers } from '../swarm/models/routers.ts';
import type { Redaction } from '../swarm/rules/redact.ts';
import { MARKER_CHARS } from '../swarm/rules/spotlight.ts';
import { createChores } from '../swarm/runtime/chores.ts';
import { createPump, type Pump } from '../swarm/runtime/pump.ts';
import type { Workers } from '../swarm/runtime/remote-worker.ts';
import { createThink } from '../swarm/runtime/think.ts';
import { toolsOf } from '../swarm/runtime/tools-of.ts';
import { takeTurn } from '../swarm/runtime/turn.ts';
import type { Secrets } from '../swarm/secrets.ts';
import { filteredTools } from '../swarm/tools/filtered-tools.ts';
import type { OutsideTools } from '../swarm/tools/port.ts';
import { unknownOutcome } from '../swarm/unknown-outcome.ts';

/** What tests and the tour may put in the place of the real thing. */
export interface SwarmOverrides {
  readonly models?: Models;
  /** What scripted models answer, by name. */
  readonly scripts?: Readonly<Record<string, Script>>;
  readonly outside?: OutsideTools;
  /** By the agent's name, whichever configuration is live. */
  readonly handlers?: ReadonlyMap<string, AnyHandler>;
  readonly maxTurns?: number;
}

interface Parts extends Omit<SwarmOverrides, 'handlers'> {
  readonly handlers: SwarmHandlers;
  readonly outside: OutsideTools;
  /** Ends an organisation's programs and connections. */
  readonly closeTools: (org: OrgId) => Promise<void>;
  readonly secrets: Secrets;
  readonly reach: Reach;
  readonly alerts: Alerts;
  readonly workers: Workers;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of payloads that are shown. */
  readonly redaction: Redaction;
  readonly entropy: Entropy;
  readonly outputBook: OutputBook;
  readonly onFault: (fault: unknown) => void;
}

const MAX_TURNS = 256;
const TICK_MS = SECOND_MS;
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface Swarm {
  readonly actions: SwarmActionParts;
  readonly routers: Routers;
  /** To be used once there is a pump. */
  readonly stopping: Stopping;
  pump(parts: PumpNeeds): Pump;
}

interface PumpNeeds {
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly ledger: Ledger;
  readonly executor: Pick<Executor, 'abort'>;
}

export function createSwarm({
  store,
  clock,
  ids,
  entropy,
  alerts,
  outputBook,
  redaction,
  onFault,
  ...given
}: Parts): Swarm {
  let pump: Pump | null = null;
  let catalogue: Catalogue | null = null;
  let stopping: Stopping | null = null;
  const rows = store.pump({
    poke: () => pump?.poke(),
    onInbound: () => pump?.receive(),
    onUnknown: (about) => alerts.raise(unknownOutcome(about)),
    fullSince: () => pump?.fullSince() ?? null,
  });
  const configs = store.swarms;
  const { scripts = {}, secrets, reach } = given;
  const routers = createRouters({
    ...{ configs, secrets, clock, entropy, onFault, onAlert: (alert) => alerts.raise(alert) },
    clientsOf: (org) => createModelClients({ clock, scripts, reach: (url, limits) => reach(org, url, limits) }),
  });
  const { models: one } = given;
  const models: ModelsOf = one === undefined ? routers : { of: async () => one };
  const { closeTools } = given;
  const outside = filteredTools(given.outside, { book: outputBook, stored: (org) => store.outputSecrets(org), alerts });
  const tools: Parameters<typeof createThink>[0]['tools'] = ({ config, agent, frame }) =>
    toolsOf({ catalogue: catalogue!, outside }, frame.org, config, agent);

  const marker = () => Array.from(entropy.bytes(MARKER_CHARS), (byte) => DIGITS[byte & 31]).join('');

  return {
    routers,
    actions: {
      think: createThink({ store: rows, configs, models, tools, marker }),
      ...{ tools: outside, outputBook },
      ...{ budgets: store.swarmBudgets, tenancy: store.tenancy },
      models: async (org) => (await routers.live(org))?.status() ?? [],
      reads: { reader: store.swarmReader, configs, redaction },
    },
    stopping: {
      finish: (org, stop, isThere) => stopping!.finish(org, stop, isThere),
      abortThinking: (org, meant) => stopping!.abortThinking(org, meant),
      round: () => stopping!.round(),
    },
    pump({ executor, ...parts }) {
      catalogue = parts.catalogue;
      const { handlers, workers } = given;
      const { records } = store;
      const turn = { ...parts, records, store: rows, configs, models, tools, handlers, workers, outputBook, clock };
      pump = createPump({
        store: rows,
        turn: (claim, signal) => takeTurn(turn, claim, signal),
        chores: createChores({ ...parts, store: rows, clock, onFault }),
        node: ids.next('nod'),
        maxTurns: given.maxTurns ?? MAX_TURNS,
        tickMs: TICK_MS,
        clock,
        onFault,
      });
      const { ledger } = parts;
      stopping = createStopping({ store: store.stops, ledger, executor, pump, closeTools, clock, onFault });
      return pump;
    },
  };
}
