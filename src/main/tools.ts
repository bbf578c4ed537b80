/** The swarm's tools of the outside, put together: servers, HTTP, workers' reach, secrets; given back with the house. */
import type { Alerts } from '../guard/alerts.ts';
import type { Clock } from '../kernel/clock.ts';
import type { OrgId } from '../kernel/ids.ts';
import { createHttpTools } from '../providers/tools/http-tools.ts';
import { createMcpServersLater } from '../providers/tools/mcp-servers-later.ts';
import { createReach, type Reach } from '../providers/tools/reach.ts';
import { createWorkerClient } from '../providers/tools/worker-client.ts';
import type { Store } from '../store/open.ts';
import type { ToolConfig } from '../swarm/config/schema.ts';
import { openSecrets } from '../swarm/open-secrets.ts';
import type { Workers } from '../swarm/runtime/remote-worker.ts';
import type { Secrets } from '../swarm/secrets.ts';
import { createOutsideTools, type LookedAtTools } from '../swarm/tools/outside-tools.ts';
import { allowedProgram } from '../swarm/tools/rules/program.ts';
import type { HttpTools } from '../swarm/tools/servers.ts';
import type { Settings } from './settings.ts';
import { VERSION } from './version.ts';

export interface ToolsParts {
  readonly settings: Pick<Settings, 'swarmPrograms' | 'swarmLocalOrigins'>;
  readonly store: Pick<Store, 'secrets' | 'toolPins'>;
  readonly alerts: Alerts;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
  readonly onLine: (server: string, line: string) => void;
  /** Told of every secret that is opened. */
  readonly learn: (org: OrgId, secret: string) => void;
  readonly variables: ReadonlyMap<string, string>;
  readonly ownOrganization: OrgId;
  readonly toolsOf: (org: OrgId) => Promise<readonly ToolConfig[]>;
  /** For tests. */
  readonly http?: HttpTools;
}

export interface OpenTools extends AsyncDisposable {
  readonly outside: LookedAtTools;
  readonly workers: Workers;
  readonly secrets: Secrets;
  /** Ends the organisation's programs and connections; what is asked for later starts anew. */
  closeOf(org: OrgId): Promise<void>;
  readonly reach: Reach;
}

export function openTools({ settings, store, alerts, clock, ...parts }: ToolsParts): OpenTools {
  const { onFault, onLine, learn, variables, ownOrganization, toolsOf } = parts;
  const secrets = openSecrets({ vault: store.secrets, variables, learn, ownOrganization, clock, onFault });
  const reach = createReach({ ownOrganization, localOrigins: settings.swarmLocalOrigins });
  const programs = settings.swarmPrograms.map(allowedProgram).filter((one) => one !== null);
  const servers = createMcpServersLater({ version: VERSION, clock, secrets, reach, programs, ownOrganization, onLine });
  return {
    outside: createOutsideTools({
      ...{ toolsOf, servers, pins: store.toolPins, secrets, alerts },
      http: parts.http ?? createHttpTools(),
    }),
    workers: createWorkerClient({ reach, secrets, clock }),
    secrets,
    closeOf: (org) => servers.closeOf(org),
    reach,
    [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
  };
}
