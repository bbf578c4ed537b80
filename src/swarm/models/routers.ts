/**
 * A router for each organisation, of the models that its live configuration names. When another version goes live its router
 * changes with it. Work that still runs under an older version finds the models of that one too, unless the live one
 * has their names for others: what was begun is ended. No organisation's router knows another's models or keys.
 */
import type { Alert } from '../../guard/alerts.ts';
import type { OrgId } from '../../kernel/ids.ts';
import type { LiveConfig, SwarmConfigReader } from '../config/port.ts';
import type { ModelConfig } from '../config/schema.ts';
import type { Secrets } from '../secrets.ts';
import { undatedKeys } from './model-keys.ts';
import type { ModelsOf } from './port.ts';
import { createRouter, type Router, type RouterParts } from './router.ts';

export interface RoutersParts extends Omit<RouterParts, 'models' | 'secret' | 'onAlert' | 'clients'> {
  readonly configs: Pick<SwarmConfigReader, 'live' | 'at' | 'versions'>;
  readonly secrets: Secrets;
  /** Adapters that reach what this organisation may. */
  readonly clientsOf: (org: OrgId) => RouterParts['clients'];
  readonly onAlert: (alert: Alert) => void;
}

export interface Routers extends ModelsOf {
  of(org: OrgId, version: number): Promise<Router>;
  /** Of the live configuration, for people who look at it; null: the organisation has none. */
  live(org: OrgId): Promise<Router | null>;
  /** A round of the house: raises an alert, at most once a day, for each key in use that is older than 30 days. */
  alertOldKeys(now: number): void;
}

/** Looked back over, for how long a key has been there. */
const MAX_VERSIONS = 50;

interface Entry {
  readonly router: Router;
  /** Since when its undated keys have been in the configuration. */
  seen: ReadonlyMap<string, number>;
  /** The live version when it was looked at last; 0: none. */
  version: number;
  /** Older versions whose models are in it. */
  older: ReadonlySet<number>;
  models: readonly ModelConfig[];
}

export function createRouters({ configs, secrets, clientsOf, onAlert, ...parts }: RoutersParts): Routers {
  const entries = new Map<OrgId, Entry>();

  function make(org: OrgId): Entry {
    const router = createRouter({
      ...parts,
      models: [],
      clients: clientsOf(org),
      secret: (source) => secrets.open(org, source),
      onAlert: (alert) => onAlert({ ...alert, org }),
    });
    return { router, seen: new Map(), version: 0, older: new Set(), models: [] };
  }

  /** Without a wait between look and change: two who ask at once find the same. */
  function use(entry: Entry, version: number, older: ReadonlySet<number>, models: readonly ModelConfig[]): void {
    entry.version = version;
    entry.older = older;
    entry.models = models;
    entry.router.reconfigure(models, (id) => entry.seen.get(id) ?? null);
  }

  async function current(org: OrgId): Promise<Entry> {
    const live = await configs.live(org);
    const entry = entries.getOrInsertComputed(org, () => make(org));
    if (live === null) {
      if (entry.version !== 0) use(entry, 0, new Set(), []);
    } else if (live.version > entry.version) {
      const seen = await firstSeen(org, live);
      // a look that began before another version went live must not bring the former one back
      if (live.version > entry.version) {
        entry.seen = seen;
        use(entry, live.version, new Set(), live.config.models);
      }
    }
    return entry;
  }

  /** By the versions that had the same keys before without a break: a restart makes no key young. */
  async function firstSeen(org: OrgId, { version: latest, config }: LiveConfig): Promise<ReadonlyMap<string, number>> {
    const seen = new Map<string, number>();
    let open = undatedKeys(config.models);
    if (open.size === 0) return seen;
    for (const { version, at } of await configs.versions(org, { limit: MAX_VERSIONS })) {
      if (version > latest) continue;
      const then = version === latest ? config : await configs.at(org, version);
      open = open.intersection(undatedKeys(then?.models ?? []));
      if (open.size === 0) break;
      for (const id of open) seen.set(id, at);
    }
    return seen;
  }

  return {
    async of(org, version) {
      const entry = await current(org);
      if (version === entry.version || entry.older.has(version)) return entry.router;
      const config = await configs.at(org, version);
      const known = new Set(entry.models.map(({ alias }) => alias));
      const more = (config?.models ?? []).filter(({ alias }) => !known.has(alias));
      use(entry, entry.version, new Set([...entry.older, version]), [...entry.models, ...more]);
      return entry.router;
    },
    async live(org) {
      const { version, router } = await current(org);
      return version === 0 ? null : router;
    },
    alertOldKeys(now) {
      for (const [org, { router }] of entries) for (const alert of router.keysToRotate(now)) onAlert({ ...alert, org });
    },
  };
}
