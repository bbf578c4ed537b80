/**
 * Every action of the house, as one catalogue. Definitions take ports that are used only when an action runs, so the same
 * list serves a running server and a command line that has no store.
 */
import { type CommsActionParts, commsActions } from '../comms/actions/index.ts';
import type { Carriers } from '../comms/ports.ts';
import type { Vendors } from '../comms/provider-ports.ts';
import { guardActions } from '../guard/actions/index.ts';
import { type Catalogue, createCatalogue } from '../guard/catalogue.ts';
import type { InputPolicy } from '../guard/input/inspect.ts';
import { identityActions } from '../identity/actions/index.ts';
import { adminTokens, agentTokens } from '../identity/agent-tokens.ts';
import { standingGuard, standingOfEnded, standingOfPaused } from '../identity/guards/standing.ts';
import type { Store } from '../store/open.ts';
import { VERSION } from './version.ts';

export interface CatalogueSource {
  readonly store: Pick<Store, 'comms' | 'tenancy' | 'tokens' | 'log'>;
  readonly carriers: Carriers;
  readonly vendors: Vendors;
  readonly alerts: CommsActionParts['alerts'];
  readonly approvalTtlMs: number;
  readonly inputPolicy: InputPolicy;
}

export const houseCatalogue = ({
  store,
  carriers,
  vendors,
  alerts,
  approvalTtlMs,
  inputPolicy,
}: CatalogueSource): Catalogue =>
  createCatalogue({
    actions: [
      ...commsActions({
        version: VERSION,
        carriers,
        vendors,
        alerts,
        approvalTtlMs,
        comms: store.comms,
        tenancy: store.tenancy,
        agentTokens,
        adminTokens,
      }),
      ...identityActions({ tokens: store.tokens }),
      ...guardActions(store.log),
    ],
    everywhere: ({ effect, forEndedAgents }) => {
      if (effect === 'read' || forEndedAgents === true) return [standingOfEnded];
      return [effect === 'state' ? standingOfPaused : standingGuard];
    },
    inputPolicy,
  });

/** The catalogue to read from (names, input, help), not to run: its ports throw when one is used. */
export const catalogueToRead = (): Catalogue =>
  houseCatalogue({
    store: { comms: unusable(), tenancy: unusable(), tokens: unusable(), log: unusable() },
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
    inputPolicy: 'standard',
  });

/** A port that is there and can't be used: no value of the type exists without a store, hence the cast. */
const unusable = <Port extends object>(): Port =>
  new Proxy({} as Port, {
    get(_port, name) {
      throw new TypeError(`this catalogue is to be read, not run (${String(name)})`);
    },
  });
