/** What of a swarm exists for who asks by an action: its agents that they may know of, and the threads that they see. */
import type { Principal, Scope } from '../../guard/principal.ts';
import { isAgentThere } from '../../guard/rights.ts';
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import type { LiveConfig, SwarmConfigs } from '../config/port.ts';
import type { SwarmReader, View } from '../ports.ts';
import type { Redaction } from '../rules/redact.ts';
import { sightOf } from '../rules/sight.ts';

export interface ReadParts {
  readonly reader: SwarmReader;
  readonly configs: Pick<SwarmConfigs, 'live'>;
  /** Of payloads that are shown. */
  readonly redaction: Redaction;
}

/** What every read of the swarm has in common: whoever sees a thread may ask, and is told of what they see alone. */
export const READ_ENVELOPE = {
  version: 1,
  access: 'org:view',
  subject: 'organization',
  byThread: true,
  risk: 'low',
  guards: [],
  doors: ['mcp', 'rest', 'cli'],
} as const;

export interface Bound {
  readonly agent: AgentId;
  readonly status: string;
}

export interface Seen {
  readonly view: View;
  readonly live: LiveConfig | null;
  /** By name; those alone that exist for who asks. */
  readonly agents: ReadonlyMap<string, Bound>;
}

export async function seenBy(
  { reader, configs }: Pick<ReadParts, 'reader' | 'configs'>,
  { by, org }: { readonly by: Principal; readonly org: OrgId },
  asked: { readonly action: string; readonly access: Scope },
): Promise<Seen> {
  const [bound, live] = [await reader.bound(org), await configs.live(org)];
  const isThere = ({ agent }: Bound) => isAgentThere(by, asked, agent);
  return {
    view: { org, sight: sightOf(by, asked), without: bound.filter((one) => !isThere(one)).map(({ name }) => name) },
    live,
    agents: new Map(bound.filter(isThere).map(({ name, agent, status }) => [name, { agent, status }])),
  };
}
