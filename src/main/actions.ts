/**
 * Every action of the house, as one catalogue. Definitions take ports that are used only when an action runs, so the same
 * list serves a running server and a command line that has no store.
 */
import { type CommsActionParts, commsActions } from '../comms/actions/index.ts';
import type { ContentPolicy } from '../comms/guards/content.ts';
import type { Carriers, RetentionKeeper } from '../comms/ports.ts';
import type { Vendors } from '../comms/provider-ports.ts';
import { guardActions } from '../guard/actions/index.ts';
import { type Catalogue, createCatalogue } from '../guard/catalogue.ts';
import type { InputPolicy } from '../guard/input/inspect.ts';
import type { KeyKeeper } from '../guard/key-keeper.ts';
import { identityActions } from '../identity/actions/index.ts';
import { adminTokens, agentTokens } from '../identity/agent-tokens.ts';
import { standingFor } from '../identity/guards/standing.ts';
import type { Store } from '../store/open.ts';
import { VERSION } from './version.ts';

export interface CatalogueSource {
  readonly store: Pick<Store, 'comms' | 'tenancy' | 'tokens' | 'services' | 'people' | 'grants' | 'log'>;
  readonly keys: KeyKeeper;
  readonly retention: RetentionKeeper;
  readonly carriers: Carriers;
  readonly vendors: Vendors;
  readonly alerts: CommsActionParts['alerts'];
  readonly approvalTtlMs: number;
  /** Where agents reach this server, without a trailing slash. */
  readonly publicUrl: string;
  readonly contentPolicy: ContentPolicy;
  readonly inputPolicy: InputPolicy;
}

export const houseCatalogue = ({
  store,
  keys,
  retention,
  carriers,
  vendors,
  alerts,
  approvalTtlMs,
  publicUrl,
  contentPolicy,
  inputPolicy,
}: CatalogueSource): Catalogue => {
  const catalogue: Catalogue = createCatalogue({
    actions: [
      ...commsActions({
        version: VERSION,
        carriers,
        vendors,
        alerts,
        approvalTtlMs,
        contentPolicy,
        comms: store.comms,
        retention,
        tenancy: store.tenancy,
        agentTokens,
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
      ...guardActions(store.log, keys),
    ],
    everywhere: (action) => [standingFor(action)],
    inputPolicy,
  });
  return catalogue;
};

/** The catalogue to read from (names, input, help), not to run: its ports throw when one is used. */
export const catalogueToRead = (): Catalogue =>
  houseCatalogue({
    store: {
      ...{ comms: unusable(), tenancy: unusable(), tokens: unusable(), services: unusable() },
      ...{ people: unusable(), grants: unusable(), log: unusable() },
    },
    keys: unusable(),
    retention: unusable(),
    carriers: { sandbox: {}, production: {} },
    vendors: unusable(),
    alerts: {
      book: unusable(),
      operator: [],
      deliver: unusable(),
      senders: { email: null, sms: null },
      post: unusable(),
    },
    approvalTtlMs: 0,
    publicUrl: '',
    contentPolicy: 'standard',
    inputPolicy: 'standard',
  });

/** A port that is there and can't be used: no value of the type exists without a store, hence the cast. */
const unusable = <Port extends object>(): Port =>
  new Proxy({} as Port, {
    get(_port, name) {
      throw new TypeError(`this catalogue is to be read, not run (${String(name)})`);
    },
  });
