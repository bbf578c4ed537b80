/**
 * One MCP server of one organisation, through the official client: the newest protocol that both speak, 2026-07-28 or older.
 * Connected when first asked, kept, connected again after it failed, with growing pauses.
 *
 * The server is a stranger. Its lists are bounded in pages, number and size, its answers in time and size; it is offered nothing
 * that it could ask for in return (no sampling, elicitation or roots); its schemas are never compiled to code.
 */
import {
  type CallToolResult,
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  type Tool,
  type Transport,
} from '@modelcontextprotocol/client';
import type { Clock } from '../../kernel/clock.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { checkPayload } from '../../swarm/rules/payload.ts';
import { ToolFailure } from '../../swarm/tools/port.ts';
import type { ListedTool } from '../../swarm/tools/rules/tool-hash.ts';
import { seenTool } from '../../swarm/tools/rules/tool-hash.ts';
import type { Listing, ToolServer } from '../../swarm/tools/servers.ts';
import { answerOf, bounded } from './mcp-answer.ts';

export const MAX_TOOLS = 200;
const MAX_PAGES = 20;
const MAX_TOOL_CHARS = 64_000;
const TOOL_NAME = /^[A-Za-z0-9_./:-]{1,70}$/;
const CONNECT_MS = 15 * SECOND_MS;
/** A server of the older protocol may never answer what the newer one asks first. */
const PROBE_MS = 3 * SECOND_MS;
const FIRST_PAUSE_MS = SECOND_MS;
const LONGEST_PAUSE_MS = MINUTE_MS;

export interface McpServerParts {
  readonly version: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** A new one for each connection. @throws ToolFailure for what can't be reached as it is configured. */
  readonly transport: () => Promise<Transport>;
  /** Whether it can say by itself that its list has changed: over HTTP that would take a stream that never ends. */
  readonly listens: boolean;
}

export interface RunningServer extends ToolServer {
  close(): Promise<void>;
}

interface Connection {
  readonly client: Client;
  /** The last list, until the server calls it outdated. */
  readonly held: { listing: Listing | null; at: number };
}

export function createMcpServer({ version, clock, timeoutMs, transport, listens }: McpServerParts): RunningServer {
  let open: Promise<Connection> | null = null;
  let looking: Promise<Listing> | null = null;
  let failures = 0;
  let notBefore = 0;
  let closed = false;
  /** A server that could not bear the newer protocol's first question is asked in the older one from then on. */
  let mode: 'auto' | 'legacy' = 'auto';

  function connection(): Promise<Connection> {
    if (open !== null) return open;
    if (closed || clock.now() < notBefore) throw unavailable('has failed and is not asked for a moment', false);
    const opening = connect();
    open = opening;
    opening.catch(() => {
      if (open === opening) open = null;
      failed();
    });
    return opening;
  }

  function failed(): void {
    notBefore = clock.now() + Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    failures = Math.min(failures + 1, 10);
  }

  async function connect(): Promise<Connection> {
    try {
      return await connectBy(mode);
    } catch (failure) {
      const isOlder = failure instanceof SdkError && failure.code === SdkErrorCode.EraNegotiationFailed;
      if (!isOlder || mode === 'legacy' || closed) throw connectFailure(failure);
      mode = 'legacy';
      return await connectBy(mode).catch((again: unknown) => {
        throw connectFailure(again);
      });
    }
  }

  async function connectBy(mode: 'auto' | 'legacy'): Promise<Connection> {
    const held: Connection['held'] = { listing: null, at: 0 };
    const outdated = () => {
      held.listing = null;
    };
    const client = new Client(
      { name: 'sallyport', version },
      {
        capabilities: {},
        ...(listens ? { listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: outdated } } } : {}),
        versionNegotiation: { mode, probe: { timeoutMs: PROBE_MS } },
        jsonSchemaValidator: {
          getValidator: (schema) => (value) => {
            const [issue] = checkPayload(schema as Record<string, unknown>, value);
            return issue === undefined
              ? { valid: true, data: value as never, errorMessage: undefined }
              : { valid: false, data: undefined, errorMessage: issue.message };
          },
        },
      },
    );
    const made: Connection = { client, held };
    client.onerror = () => undefined; // what matters fails a request
    client.onclose = () => {
      void open?.then((one) => {
        if (one === made) open = null;
      }, ignore);
    };
    try {
      await client.connect(await transport(), { timeout: CONNECT_MS, maxTotalTimeout: CONNECT_MS });
    } catch (failure) {
      await client.close().catch(ignore);
      throw failure;
    }
    return made;
  }

  /** What fails on the way ends the connection: the next one who asks gets another. */
  function drop(made: Connection): void {
    void open?.then((one) => {
      if (one === made) open = null;
    }, ignore);
    failed();
    void made.client.close().catch(ignore);
  }

  async function look(): Promise<Listing> {
    const made = await connection();
    try {
      const tools = await pages(made.client);
      const listing = { tools };
      failures = 0;
      Object.assign(made.held, { listing, at: clock.now() });
      return listing;
    } catch (failure) {
      if (!(failure instanceof ProtocolError) && !(failure instanceof ToolFailure)) drop(made);
      throw failure instanceof ToolFailure ? failure : requestFailure(failure, false);
    }
  }

  async function pages(client: Client): Promise<readonly ListedTool[]> {
    const tools = new Map<string, ListedTool>();
    const signal = AbortSignal.timeout(timeoutMs);
    let cursor: string | undefined;
    for (let page = 0; ; page++) {
      const params = cursor === undefined ? {} : { cursor };
      const result = await client.request({ method: 'tools/list', params }, { timeout: timeoutMs, signal });
      for (const tool of result.tools) {
        if (tools.has(tool.name)) throw unavailable('lists two tools by one name', false);
        if (isTakeable(tool)) tools.set(tool.name, tool);
        if (tools.size > MAX_TOOLS) throw unavailable(`lists more than ${MAX_TOOLS} tools`, false);
      }
      cursor = result.nextCursor;
      if (cursor === undefined) return [...tools.values()];
      if (page + 1 >= MAX_PAGES) throw unavailable(`lists more than ${MAX_PAGES} pages of tools`, false);
    }
  }

  return {
    async list(maxAgeMs) {
      const held = (await open?.catch(ignore))?.held;
      const age = clock.now() - (held?.at ?? 0);
      if (held?.listing != null && age >= 0 && age < maxAgeMs) return held.listing;
      looking ??= look().finally(() => {
        looking = null;
      });
      return looking;
    },
    async call({ tool, args, key, signal }) {
      const made = await connection();
      if (signal.aborted) throw new ToolFailure('tool_timeout', 'The call was stopped.', { mayHaveHappened: false });
      try {
        const params = { name: tool, arguments: args as Record<string, unknown>, _meta: { 'sallyport/key': key } };
        const result = await made.client.request(
          { method: 'tools/call', params },
          { timeout: timeoutMs, maxTotalTimeout: timeoutMs, signal },
        );
        return answerOf(result as CallToolResult);
      } catch (failure) {
        // the server said no in the protocol's own words: an answer like others
        if (failure instanceof ProtocolError) return { text: bounded(failure.message), isError: true };
        if (!signal.aborted && !isTimeout(failure)) drop(made);
        throw signal.aborted ? stopped() : requestFailure(failure, true);
      }
    },
    async close() {
      closed = true;
      const made = await open?.catch(() => null);
      open = null;
      await made?.client.close().catch(ignore);
    },
  };
}

/** A tool that can't be pinned or named is as good as not there. */
function isTakeable(tool: Tool): boolean {
  if (!TOOL_NAME.test(tool.name)) return false;
  try {
    return seenTool(tool).text.length <= MAX_TOOL_CHARS;
  } catch {
    return false;
  }
}

function connectFailure(failure: unknown): ToolFailure {
  if (failure instanceof ToolFailure) return failure;
  return failure instanceof SdkHttpError && (failure.status === 401 || failure.status === 403)
    ? unavailable('did not accept the credential', false)
    : unavailable('could not be reached', false);
}

/** @param sent the request left, as far as anybody knows. */
function requestFailure(failure: unknown, sent: boolean): ToolFailure {
  if (failure instanceof SdkHttpError && failure.status !== undefined && failure.status < 500)
    return unavailable(`refused the request with status ${failure.status}`, false);
  if (isTimeout(failure))
    return new ToolFailure('tool_timeout', 'The tool did not answer in time.', { mayHaveHappened: sent });
  return unavailable('broke off the connection, or gave an answer that can not be read', sent);
}

const stopped = () =>
  new ToolFailure('tool_timeout', 'The call was stopped before the tool answered.', { mayHaveHappened: true });

const isTimeout = (failure: unknown): boolean =>
  (failure instanceof SdkError && failure.code === SdkErrorCode.RequestTimeout) ||
  (failure instanceof DOMException && failure.name === 'TimeoutError');

const unavailable = (what: string, mayHaveHappened: boolean) =>
  new ToolFailure('tool_unavailable', `The server of the tool ${what}.`, { mayHaveHappened });

const ignore = () => undefined;
