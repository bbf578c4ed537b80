/**
 * The tools of the outside as an organisation's configuration has them: those of MCP servers, as far as a person approved them
 * exactly as they are now, and HTTP requests to allowed domains.
 *
 * The threats: a server that says something else of a tool once it is trusted (looked at anew before each use, and withdrawn at
 * once); an answer that gives orders (all of it is untrusted, whatever it says of itself); a model that asks for what its
 * schema does not take, or for a tool that it was not shown (checked again here).
 */
import type { Alerts } from '../../guard/alerts.ts';
import type { Label } from '../../guard/label.ts';
import type { OrgId } from '../../kernel/ids.ts';
import type { ToolConfig } from '../config/schema.ts';
import { checkPayload, type JsonSchema, schemaFault } from '../rules/payload.ts';
import type { Secrets } from '../secrets.ts';
import type { Pins } from './pins.ts';
import { type OutsideTools, type ToolAnswer, ToolFailure, type ToolRun, type ToolShown } from './port.ts';
import { type HttpArguments, type HttpToolConfig, httpAsk, httpDescription, httpSchema } from './rules/http-request.ts';
import { type ListedTool, seenTool } from './rules/tool-hash.ts';
import { isNamed, shownName, shownPrefix } from './rules/tool-names.ts';
import type { HttpTools, Listing, McpConfig, OutsideText, ToolServers } from './servers.ts';

/** How old a server's list may be when one of its tools is shown or called. */
const RELIST_MS = 10_000;

export interface OutsideToolsParts {
  readonly toolsOf: (org: OrgId) => Promise<readonly ToolConfig[]>;
  readonly servers: ToolServers;
  readonly http: HttpTools;
  readonly pins: Pick<Pins, 'sight' | 'approved'>;
  readonly secrets: Secrets;
  readonly alerts: Alerts;
}

/** What came of looking at a server. */
export interface ServerLook {
  readonly server: string;
  readonly status: 'listed' | 'unavailable';
  readonly say: string | null;
}

export interface LookedAtTools extends OutsideTools {
  /** Asks every server of the organisation what it lists now. */
  look(org: OrgId): Promise<readonly ServerLook[]>;
}

export function createOutsideTools(parts: OutsideToolsParts): LookedAtTools {
  const { toolsOf, servers, http, pins, secrets, alerts } = parts;
  /** The hashes of a listing, once it was taken note of. */
  const sighted = new WeakMap<Listing, Promise<ReadonlyMap<string, string>>>();

  async function sight(org: OrgId, server: string, { tools }: Listing): Promise<ReadonlyMap<string, string>> {
    const seen = tools.map(seenTool);
    for (const tool of await pins.sight(org, server, seen)) alerts.raise(changedAlert(org, server, tool));
    return new Map(seen.map(({ tool, hash }) => [tool, hash]));
  }

  /** The tools of a server that a person approved exactly as they are listed now. */
  async function approved(org: OrgId, config: McpConfig, maxAgeMs: number): Promise<ReadonlyMap<string, ListedTool>> {
    const listing = await servers.of(org, config).list(maxAgeMs);
    const hashes = await sighted.getOrInsertComputed(listing, () => {
      const looking = sight(org, config.name, listing);
      looking.catch(() => sighted.delete(listing));
      return looking;
    });
    const pinned = await pins.approved(org, config.name);
    return new Map(
      listing.tools.filter(({ name }) => pinned.get(name) === hashes.get(name)).map((tool) => [tool.name, tool]),
    );
  }

  async function runHttp(config: HttpToolConfig, { org, args, key, signal }: ToolRun): Promise<ToolAnswer> {
    mustFit(httpSchema(config), args);
    const ask = httpAsk(config, args as HttpArguments);
    if (typeof ask === 'string') throw refused(ask);
    const { credential: from } = config;
    const credential = from === undefined ? null : await secrets.open(org, from.value);
    if (from !== undefined && credential === null) throw notSetUp();
    return answer(await http.ask(config, ask, { credential, key, signal }), `http:${ask.url.host}`);
  }

  async function runMcp(config: McpConfig, tool: ListedTool, { org, args, key, signal }: ToolRun): Promise<ToolAnswer> {
    mustFit(tool.inputSchema, args);
    const ran = await servers.of(org, config).call({ tool: tool.name, args, key, signal });
    return answer(ran, `mcp:${config.name}/${tool.name}`);
  }

  return {
    async show(org, pattern) {
      const [name = ''] = pattern.split('.', 1);
      const config = (await toolsOf(org)).find((one) => one.name === name);
      if (config === undefined) return [];
      if (config.kind === 'http') return pattern === name ? [shownHttp(config)] : [];
      const tools = await approved(org, config, RELIST_MS).catch((failure: unknown) => {
        if (failure instanceof ToolFailure) return new Map<string, ListedTool>();
        throw failure;
      });
      return [...tools.values()]
        .filter((tool) => isNamed(pattern, `${name}.${tool.name}`))
        .flatMap((tool) => shownMcp(config, tool) ?? []);
    },
    async run(run) {
      for (const config of await toolsOf(run.org)) {
        if (config.kind === 'http') {
          if (shownName(config.name) === run.name) return runHttp(config, run);
        } else if (run.name.startsWith(shownPrefix(config.name))) {
          const tools = await approved(run.org, config, RELIST_MS);
          const tool = [...tools.values()].find(({ name }) => shownName(`${config.name}.${name}`) === run.name);
          if (tool !== undefined) return runMcp(config, tool, run);
        }
      }
      throw withdrawn();
    },
    async look(org) {
      const configs = (await toolsOf(org)).filter((one) => one.kind === 'mcp');
      return Promise.all(
        configs.map(async (config): Promise<ServerLook> => {
          try {
            await approved(org, config, 0);
            return { server: config.name, status: 'listed', say: null };
          } catch (failure) {
            if (!(failure instanceof ToolFailure)) throw failure;
            return { server: config.name, status: 'unavailable', say: failure.message };
          }
        }),
      );
    },
  };
}

const shownHttp = (config: HttpToolConfig): ToolShown => ({
  name: shownName(config.name),
  description: httpDescription(config),
  schema: httpSchema(config),
  idempotent: config.idempotent,
});

/** Null for a schema against which nothing can be checked: what it would let through nobody knows. */
function shownMcp({ name, idempotent }: McpConfig, tool: ListedTool): ToolShown | null {
  if (tool.inputSchema['type'] !== 'object' || schemaFault(tool.inputSchema) !== null) return null;
  return {
    name: shownName(`${name}.${tool.name}`),
    description: tool.description ?? '',
    schema: tool.inputSchema,
    idempotent: idempotent.includes(tool.name),
  };
}

function mustFit(schema: JsonSchema, args: unknown): void {
  const [issue] = checkPayload(schema, args);
  if (issue !== undefined) throw refused(`The arguments do not fit: ${issue.path || 'the value'}: ${issue.message}`);
}

/** All that comes from outside is untrusted, and says where it came from. */
const answer = ({ text, isError }: OutsideText, ref: string): ToolAnswer => {
  const label: Label = { integrity: 'untrusted', readers: 'public', sources: [ref] };
  return { text, isError, label, ref };
};

const refused = (say: string) => new ToolFailure('tool_refused', say, { mayHaveHappened: false });
const notSetUp = () =>
  new ToolFailure('tool_unavailable', 'The tool is not set up: its credential is missing.', { mayHaveHappened: false });
const withdrawn = () =>
  new ToolFailure('tool_changed', 'The tool is not approved as it is now. A person has to look at it first.', {
    mayHaveHappened: false,
  });

const changedAlert = (org: OrgId, server: string, tool: string) =>
  ({
    severity: 'HIGH',
    kind: 'tool_changed',
    org,
    say: `The server ${server} says something else of its tool ${tool} than what was approved. No agent has it until an owner approves it again: swarm_list_tools shows both.`,
    subject: `${server}/${tool}`,
    detail: { server, tool },
  }) as const;
