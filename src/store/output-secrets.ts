/**
 * The fingerprints of what an organisation keeps sealed here and must not leave: its own credentials at providers and the
 * platform's, and what its swarm uses by name. Opened to be fingerprinted once for each process; what is kept is the fingerprints.
 */
import { allOf, type Fingerprinter, type Fingerprints } from '../guard/output/fingerprints.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import { type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { lookup, type Tx } from './statement.ts';
import { swarmSecretCell } from './swarm-secret-cell.ts';

const credentials = lookup('provider_credential', ['org'], ['provider', 'id', 'sealed']);
const secrets = lookup('swarm_secret', ['org'], ['name', 'id', 'sealed']);

/** What everybody may know of an account. */
const PUBLIC: ReadonlySet<string> = new Set(['accountSid', 'host', 'port', 'tls', 'username']);
const MAX_REMEMBERED = 10_000;

/** A sealed row, whichever table it is of. */
interface Sealed {
  readonly id: string;
  open(): readonly string[];
}

/** Of each of them, in their order. */
export type OutputSecrets = (orgs: readonly OrgId[]) => Tx<readonly Fingerprints[]>;

export function createOutputSecrets(sealing: Sealing, fingerprinter: Fingerprinter): OutputSecrets {
  const byId = boundedMap<string, Fingerprints>(MAX_REMEMBERED);
  /** Of a whole set, so that it is put together once. */
  const bySet = boundedMap<string, Fingerprints>(MAX_REMEMBERED);

  return function* secretsOf(orgs: readonly OrgId[]): Tx<readonly Fingerprints[]> {
    const keys = [...new Set([...orgs, PLATFORM_ORG])].map((org) => [org]);
    const accounts = Map.groupBy(yield* credentials.rows(keys), ({ org }) => org);
    const named = Map.groupBy(yield* secrets.rows(keys), ({ org }) => org);
    return orgs.map((org) => {
      const own = [
        ...[...new Set([org, PLATFORM_ORG])].flatMap((one) => accounts.get(one) ?? []).map(accountOf),
        ...(named.get(org) ?? []).map(secretOf),
      ];
      const name = own.map(({ id }) => id).join(' ');
      const before = bySet.get(name);
      if (before !== undefined) return before;
      const all = allOf(own.map(fingerprintsOf));
      bySet.set(name, all);
      return all;
    });
  };

  function accountOf(row: Pick<Schema['provider_credential'], 'org' | 'provider' | 'id' | 'sealed'>): Sealed {
    const cell = cellOf(row.org as OrgId, 'provider_credential', 'sealed', `${row.provider}:${row.id}`);
    const open = () => {
      const values = JSON.parse(sealing.openSecret(row.sealed, cell)) as Readonly<Record<string, string>>;
      return Object.entries(values).flatMap(([name, value]) => (PUBLIC.has(name) ? [] : [value]));
    };
    return { id: row.id, open };
  }

  function secretOf(row: Pick<Schema['swarm_secret'], 'org' | 'name' | 'id' | 'sealed'>): Sealed {
    const cell = swarmSecretCell(row.org as OrgId, row.name, row.id);
    return { id: row.id, open: () => [sealing.openSecret(row.sealed, cell)] };
  }

  function fingerprintsOf({ id, open }: Sealed): Fingerprints {
    const before = byId.get(id);
    if (before !== undefined) return before;
    const all = allOf(open().map((value) => fingerprinter.ofSecret(value)));
    byId.set(id, all);
    return all;
  }
}
