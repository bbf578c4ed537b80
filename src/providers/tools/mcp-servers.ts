/**
 * The MCP servers of all organisations: each organisation has its own connections, with its own credentials. The least lately
 * asked is let go of beyond a bound; all of them, programs included, end with the house.
 */
import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { canonicalJson, type Json } from '../../kernel/canonical-json.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OrgId } from '../../kernel/ids.ts';
import type { Secrets } from '../../swarm/secrets.ts';
import { ToolFailure } from '../../swarm/tools/port.ts';
import { type AllowedProgram, mayStart } from '../../swarm/tools/rules/program.ts';
import type { McpConfig, ToolServers } from '../../swarm/tools/servers.ts';
import { createMcpServer, type RunningServer } from './mcp-server.ts';
import { programTransport } from './program.ts';
import type { Reach } from './reach.ts';

const MAX_SERVERS = 200;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface McpServersParts {
  readonly version: string;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly reach: Reach;
  /** What may be started on this machine, for the server's own organisation alone. */
  readonly programs: readonly AllowedProgram[];
  readonly ownOrganization: OrgId;
  /** A line of a program's standard error. */
  readonly onLine: (server: string, line: string) => void;
}

export interface McpServers extends ToolServers, AsyncDisposable {
  /** Ends the connections and programs of one organisation; what is asked for later starts anew. */
  closeOf(org: OrgId): Promise<void>;
}

export function createMcpServers(parts: McpServersParts): McpServers {
  const { version, clock, secrets, reach, programs, ownOrganization, onLine } = parts;
  const servers = new Map<string, RunningServer>();

  async function secretOf(org: OrgId, source: NonNullable<McpConfig['credential']>): Promise<string> {
    const value = await secrets.open(org, source);
    if (value === null) throw notSetUp('one of its secrets is missing');
    return value;
  }

  async function overHttp(org: OrgId, { url = '', credential, timeoutMs }: McpConfig): Promise<Transport> {
    const ask = reach(org, url, { maxBytes: MAX_ANSWER_BYTES, timeoutMs });
    if (credential !== undefined) await secretOf(org, credential);
    return new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { redirect: 'error' },
      reconnectionOptions: {
        maxRetries: 0, // a call that was cut is nobody's to repeat but the caller's
        initialReconnectionDelay: 1_000,
        maxReconnectionDelay: 1_000,
        reconnectionDelayGrowFactor: 1,
      },
      fetch: async (input, init) => {
        // a stream for what the server would say unasked; none is wanted, its lists are asked for again
        if (init?.method === 'GET') return new Response(null, { status: 405 });
        const headers = new Headers(init?.headers);
        if (credential !== undefined) headers.set('authorization', `Bearer ${await secretOf(org, credential)}`);
        return ask(input, { ...init, headers });
      },
    });
  }

  async function overStdio(org: OrgId, { name, command = [], env }: McpConfig): Promise<Transport> {
    if (org !== ownOrganization || !mayStart(programs, command, Object.keys(env)))
      throw notSetUp('the operator of this server has not allowed its program (SWARM_PROGRAMS)');
    const variables: Record<string, string> = {};
    for (const [variable, source] of Object.entries(env)) variables[variable] = await secretOf(org, source);
    return programTransport({ command, variables, onLine: (line) => onLine(name, line) });
  }

  return {
    of(org, config) {
      const id = `${org}\n${canonicalJson(config as Json)}`;
      const known = servers.get(id);
      if (known !== undefined) {
        servers.delete(id); // to the end: the least lately asked stands first
        servers.set(id, known);
        return known;
      }
      const made = createMcpServer({
        ...{ version, clock, timeoutMs: config.timeoutMs },
        listens: config.url === undefined,
        transport: () => (config.url === undefined ? overStdio(org, config) : overHttp(org, config)),
      });
      servers.set(id, made);
      const [oldest] = servers;
      if (servers.size > MAX_SERVERS && oldest !== undefined) {
        servers.delete(oldest[0]);
        void oldest[1].close();
      }
      return made;
    },
    async closeOf(org) {
      const own = [...servers].filter(([id]) => id.startsWith(`${org}\n`));
      for (const [id] of own) servers.delete(id);
      await Promise.all(own.map(([, server]) => server.close()));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...servers.values()].map((server) => server.close()));
      servers.clear();
    },
  };
}

const notSetUp = (why: string) =>
  new ToolFailure('tool_unavailable', `The tool is not set up: ${why}.`, { mayHaveHappened: false });
