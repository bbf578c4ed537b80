/**
 * SWARM_FILE: the default organisation's swarm, kept in a file. At the start it is applied when it is another one than the
 * last that came from a file: so what was changed or rolled back through a door since is not undone by a restart. A file
 * that can't be applied stops the first start; later the configuration that is live stays, and people are told.
 */
import type { Alerts } from '../guard/alerts.ts';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Outcome, Perform } from '../guard/perform.ts';
import type { Scope } from '../guard/principal.ts';
import { SallyportError } from '../kernel/errors.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { SwarmFile } from '../swarm/actions/config-view.ts';
import type { HandlerRegistry } from '../swarm/config/handlers.ts';
import { parseAlone } from '../swarm/config/parse.ts';
import type { SwarmConfigReader } from '../swarm/config/port.ts';
import { configHash } from '../swarm/config/rules/hash.ts';
import { StartError } from './start-error.ts';
import { readSwarmSource } from './swarm-module.ts';

export const createSwarmFile = ({
  path,
  org: home,
  handlers,
}: {
  readonly path: string | null;
  readonly org: OrgId;
  readonly handlers: HandlerRegistry;
}): SwarmFile => ({
  async read(org) {
    if (path === null || org !== home)
      throw new SallyportError(
        'not_found',
        "This organisation's swarm comes from no file (SWARM_FILE); change it with swarm_put_config.",
      );
    const { source, handlers: own } = await readSwarmSource(path);
    handlers.offer(source, parseAlone(source), own);
    return source;
  },
});

interface Parts {
  readonly file: SwarmFile;
  /** SWARM_FILE; null: not set. */
  readonly path: string | null;
  readonly swarms: SwarmConfigReader;
  readonly org: OrgId;
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly alerts: Alerts;
  readonly onFault: (fault: unknown) => void;
}

/** What the server does at its start in its own name: as an Owner would, who wrote the file. */
const OWNS: ReadonlySet<Scope> = new Set<Scope>(['org:admin', 'org:own']);

/** @throws StartError when the file is not good and there is nothing else to run. */
export async function applySwarmFile(parts: Parts): Promise<void> {
  const { file, path, swarms, org, catalogue, perform, alerts, onFault } = parts;
  if (path === null) return;
  const problem = await applied();
  if (problem === null) return;
  const say = `SWARM_FILE=${path} is not in use: ${problem}`;
  if ((await swarms.live(org)) === null) throw new StartError(`${say}\nsallyport swarm check ${path} tells all.`);
  onFault(new Error(say));
  alerts.raise({
    severity: 'HIGH',
    kind: 'swarm_file_not_in_use',
    org,
    say: 'The configuration in SWARM_FILE is not in use; the one that was live before goes on. The log of the server and sallyport swarm check say what to do.',
    subject: 'SWARM_FILE',
    detail: {},
  });

  async function applied(): Promise<string | null> {
    try {
      const source = await file.read(org);
      const config = parseAlone(source);
      const hash = config === null ? null : configHash(config);
      const waiting = await swarms.proposed(org);
      if (hash !== null && hash === (await swarms.lastFromFile(org))) return null;
      if (hash !== null && hash === waiting?.hash) return WAITS;
      const by = { id: 'system:swarm-file', kind: 'system', org, agent: null, scopes: OWNS, fences: [] } as const;
      return problemIn(await perform(catalogue.byName('swarm.reload')!, by, { organizationId: org }));
    } catch (failure) {
      if (failure instanceof SallyportError) return failure.message;
      throw failure;
    }
  }
}

const WAITS = 'its prompts wait for a second person (swarm_confirm_config).';

function problemIn(outcome: Outcome): string | null {
  if (outcome.is === 'refused') return outcome.why.map(({ say }) => say).join('\n');
  if (outcome.is !== 'done') throw new TypeError(`reloading was ${outcome.is}`);
  return (outcome.output as { readonly proposal: string | null }).proposal === null ? null : WAITS;
}
