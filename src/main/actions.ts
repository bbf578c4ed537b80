/**
 * Every action of the house, as one catalogue. Definitions take ports that are used only when an action runs, so the same
 * list serves a running server and a command line that has no store.
 */
import { type CommsActionParts, commsActions } from '../comms/actions/index.ts';
import type { ContentPolicy } from '../comms/guards/content.ts';
import { flowControl } from '../comms/guards/flow-control.ts';
import type { Carriers, RetentionKeeper } from '../comms/ports.ts';
import type { Vendors } from '../comms/provider-ports.ts';
import { guardActions } from '../guard/actions/index.ts';
import { type Catalogue, createCatalogue } from '../guard/catalogue.ts';
import type { InputPolicy } from '../guard/input/inspect.ts';
import type { KeyKeeper } from '../guard/key-keeper.ts';
import type { OutputBook } from '../guard/output/book.ts';
import { SCOPES_OF } from '../guard/principal.ts';
import { identityActions } from '../identity/actions/index.ts';
import { adminTokens, agentTokens } from '../identity/agent-tokens.ts';
import { standingFor } from '../identity/guards/standing.ts';
import type { Store } from '../store/open.ts';
import { type ConfigActionParts, configActions } from '../swarm/actions/config-actions.ts';
import { type ControlActionParts, controlActions } from '../swarm/actions/control-actions.ts';
import { type SwarmActionParts, swarmActions } from '../swarm/actions/index.ts';
import { type ToolActionParts, toolActions } from '../swarm/actions/tool-actions.ts';
import type { CheckContext } from '../swarm/config/rules/context.ts';
import { atWorkGuard } from '../swarm/guards/at-work.ts';
import { swarmBudget } from '../swarm/guards/budget.ts';
import { toolApproval } from '../swarm/guards/tool-approval.ts';
import { VERSION } from './version.ts';

export interface CatalogueSource {
  readonly store: Pick<
    Store,
    'comms' | 'tenancy' | 'tokens' | 'services' | 'people' | 'grants' | 'swarms' | 'records' | 'outputSecrets' | 'log'
  >;
  readonly keys: KeyKeeper;
  readonly retention: RetentionKeeper;
  readonly carriers: Carriers;
  readonly vendors: Vendors;
  readonly alerts: CommsActionParts['alerts'];
  readonly tools: ToolActionParts;
  readonly swarm: SwarmActionParts;
  readonly stopping: ControlActionParts['stopping'];
  readonly swarmConfig: Pick<ConfigActionParts, 'file' | 'handlers'>;
  readonly approvalTtlMs: number;
  /** Of approvals; see `CommsActionParts`. */
  readonly approvals: Pick<CommsActionParts, 'signing' | 'otherPerson'>;
  /** Where agents reach this server, without a trailing slash. */
  readonly publicUrl: string;
  readonly contentPolicy: ContentPolicy;
  readonly inputPolicy: InputPolicy;
  readonly outputBook: OutputBook;
}

export const houseCatalogue = ({
  store,
  keys,
  retention,
  carriers,
  vendors,
  alerts,
  tools,
  swarm,
  stopping,
  swarmConfig,
  approvalTtlMs,
  approvals,
  publicUrl,
  contentPolicy,
  inputPolicy,
  outputBook,
}: CatalogueSource): Catalogue => {
  const catalogue: Catalogue = createCatalogue({
    actions: [
      ...commsActions({
        version: VERSION,
        carriers,
        vendors,
        alerts,
        approvalTtlMs,
        ...approvals,
        contentPolicy,
        outputBook,
        comms: store.comms,
        retention,
        tenancy: store.tenancy,
        agentTokens,
        agentWork: { abortThinking: (org, agent) => stopping.abortThinking(org, (claimed) => claimed.agent === agent) },
        adminTokens,
        publicUrl,
      }),
      ...identityActions({
        tokens: store.tokens,
        services: store.services,
        grants: store.grants,
        operations: () => catalogue.entries.map(({ action }) => action),
        people: store.people,
        tenancy: store.tenancy,
        publicUrl,
      }),
      ...configActions({ ...swarmConfig, swarms: store.swarms, known: () => configContext(catalogue) }),
      ...guardActions(store.log, keys),
      ...toolActions(tools),
      ...swarmActions(swarm),
      ...controlActions({
        ...{ ...swarm.reads, stopping, records: store.records, configs: store.swarms },
        ...{ outputBook, outputSecrets: store.outputSecrets },
      }),
    ],
    everywhere: (action) => [
      standingFor(action),
      atWorkGuard,
      ...swarmBudget(action),
      ...toolApproval(action),
      ...flowControl(action, approvalTtlMs),
    ],
    inputPolicy,
  });
  return catalogue;
};

/** What an agent may have as a tool (what its own token may do), and the names that are taken. */
export const configContext = ({ entries }: Catalogue): Omit<CheckContext, 'handlers'> => ({
  actions: new Set(
    entries.flatMap(({ action }) =>
      SCOPES_OF.agent.has(action.access) && action.doors.includes('mcp') ? [action.name] : [],
    ),
  ),
  actionTools: new Set(entries.map(({ tool }) => tool)),
});

/** The catalogue to read from (names, input, help), not to run: its ports throw when one is used. */
export const catalogueToRead = (): Catalogue =>
  houseCatalogue({
    store: {
      ...{ comms: unusable(), tenancy: unusable(), tokens: unusable(), services: unusable() },
      ...{ people: unusable(), grants: unusable(), swarms: unusable(), records: unusable(), log: unusable() },
      outputSecrets: unusable(),
    },
    keys: unusable(),
    retention: unusable(),
    carriers: { sandbox: {}, production: {} },
    vendors: unusable(),
    tools: { secrets: unusable(), pins: unusable(), look: () => unusable() },
    alerts: {
      book: unusable(),
      operator: [],
      deliver: unusable(),
      senders: { email: null, sms: null },
      post: unusable(),
    },
    swarm: {
      ...{ think: unusable(), tools: unusable(), outputBook: unusable(), models: unusable() },
      ...{ budgets: unusable(), tenancy: unusable() },
      reads: { reader: unusable(), configs: unusable(), redaction: 'none' },
    },
    stopping: unusable(),
    swarmConfig: { file: unusable(), handlers: unusable() },
    approvalTtlMs: 0,
    approvals: { signing: unusable(), otherPerson: false },
    publicUrl: '',
    contentPolicy: 'standard',
    inputPolicy: 'standard',
    outputBook: unusable(),
  });

/** A port that is there and can't be used: no value of the type exists without a store, hence the cast. */
const unusable = <Port extends object>(): Port =>
  new Proxy({} as Port, {
    get(_port, name) {
      throw new TypeError(`this catalogue is to be read, not run (${String(name)})`);
    },
  });
