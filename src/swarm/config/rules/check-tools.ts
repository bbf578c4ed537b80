/** Tools: what agents and policies name is there, and each reaches only what it says. */
import { peerOf } from '../../rules/tool-name.ts';
import { shownName, shownPrefix } from '../../tools/rules/tool-names.ts';
import { error, type Fault, type Path, warning } from '../problem.ts';
import type { SwarmConfig, ToolConfig } from '../schema.ts';
import type { CheckContext } from './context.ts';

export function toolFaults(config: SwarmConfig, { actions, actionTools }: CheckContext): readonly Fault[] {
  const rooms = new Set([...actions].map(roomOf));
  const byName = new Map(config.tools.map((tool) => [tool.name, tool]));
  const isTool = (name: string, wholeRooms: boolean): boolean => {
    const tool = byName.get(roomOf(name));
    if (tool?.kind === 'http') return name === tool.name;
    if (tool?.kind === 'mcp') return /^[^.]+\.(?:\*|[\w./-]+)$/.test(name);
    return actions.has(name) || (wholeRooms && name.endsWith('.*') && rooms.has(roomOf(name)));
  };
  return [
    ...config.agents.flatMap(({ tools }, i) =>
      tools.flatMap((name, k) => {
        const here: Path = ['agents', i, 'tools', k];
        if (!isTool(name, false)) return [error(here, NO_TOOL)];
        return tools.indexOf(name) < k ? [warning(here, 'stands here twice.')] : [];
      }),
    ),
    ...config.policies.approvals.tools.flatMap((name, k) =>
      isTool(name, true) ? [] : [error(['policies', 'approvals', 'tools', k], NO_TOOL)],
    ),
    ...config.tools.flatMap((tool, i) => [
      ...(rooms.has(tool.name)
        ? [error(['tools', i, 'name'], 'is the name of a room of actions; choose another.')]
        : []),
      ...(passesFor(tool, actionTools)
        ? [error(['tools', i, 'name'], 'is what models know an action or a peer by; choose another.')]
        : []),
      ...(tool.kind === 'mcp' ? mcpFaults(tool, ['tools', i]) : httpFaults(tool, ['tools', i])),
    ]),
  ];
}

/** New actions of a room come with a new release: what an agent may do is named one by one. */
const NO_TOOL =
  'is no tool: name an action (comms.send_message), a tool of an MCP server under tools (files.read, files.*), or an HTTP tool under tools.';

/** A model that calls such a tool would have called the other. */
function passesFor({ kind, name }: ToolConfig, actionTools: ReadonlySet<string>): boolean {
  const prefix = shownPrefix(name);
  if (kind === 'mcp') return peerOf(prefix) !== null || [...actionTools].some((tool) => tool.startsWith(prefix));
  return peerOf(shownName(name)) !== null || actionTools.has(shownName(name));
}

const roomOf = (name: string): string => name.split('.')[0]!;

function mcpFaults(tool: Extract<ToolConfig, { kind: 'mcp' }>, at: Path): readonly Fault[] {
  const { command, url, credential, env } = tool;
  if ((command === undefined) === (url === undefined))
    return [error(at, 'must be either a program (command) or an address (url).')];
  if (url === undefined)
    return credential === undefined
      ? []
      : [error([...at, 'credential'], 'goes to an address; give a program its secrets in env.')];
  return [
    ...webAddressFault(url, [...at, 'url']),
    ...(Object.keys(env).length === 0
      ? []
      : [error([...at, 'env'], 'goes to a program; an address has a credential.')]),
  ];
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(?:\\*\\.)?(?:${LABEL}\\.)+${LABEL}$`);
const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

const httpFaults = ({ domains }: Extract<ToolConfig, { kind: 'http' }>, at: Path): readonly Fault[] =>
  domains.flatMap((domain, k) => {
    const here: Path = [...at, 'domains', k];
    if (!DOMAIN.test(domain) || /^\*\.[^.]+$/.test(domain) || /\.\d+$/.test(domain))
      return [
        error(
          here,
          'must be a domain such as api.example.com or *.example.com, in lower case, without address, port or path.',
        ),
      ];
    return [];
  });

/** Whoever listens on the way would read and change what is said: plain HTTP stays on the machine. */
export function webAddressFault(address: string, at: Path): readonly Fault[] {
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '')
    return [error(at, 'must not hold a name or password; name a secret instead.')];
  if (protocol === 'http:' && !LOCAL.test(hostname))
    return [error(at, 'must begin with https://: plain HTTP is for this machine alone.')];
  return [];
}
