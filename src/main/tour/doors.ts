/** How the tour reaches its server: as the administrator over REST, as an agent with the official MCP client. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { VERSION } from '../version.ts';

export type Body = Readonly<Record<string, unknown>>;

export interface ToolAnswer {
  readonly refused: boolean;
  readonly body: Body;
}

/** An agent's connection. */
export interface AgentDoor extends AsyncDisposable {
  call(tool: string, input: Body): Promise<ToolAnswer>;
  /** How many tools it is shown. */
  tools(): Promise<number>;
  /** The protocol's revision that both sides agreed on. */
  readonly protocol: string;
}

/** @param token of the agent. */
export async function openAgentDoor(url: string, token: string): Promise<AgentDoor> {
  const client = new Client({ name: 'sallyport-tour', version: VERSION }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { authProvider: { token: async () => token } }),
  );
  return {
    async call(name, input) {
      const { isError = false, structuredContent } = await client.callTool({ name, arguments: { ...input } });
      return { refused: isError, body: bodyOf(structuredContent) };
    },
    protocol: client.getNegotiatedProtocolVersion() ?? 'none',
    tools: async () => (await client.listTools()).tools.length,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

export interface AdminDoor extends Disposable {
  /** The answer's body; a refusal's is a problem document. @param verb as in the route: `comms/approve`. */
  post(verb: string, input: Body): Promise<Body>;
}

export function openAdminDoor(url: string, token: string): AdminDoor {
  const client: ApiClient = createApiClient({ url, token });
  return {
    post: async (verb, input) => (await client.post(`/api/v1/${verb}`, input)).body,
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}

const bodyOf = (value: unknown): Body => (typeof value === 'object' && value !== null ? { ...value } : {});

/** A member that is text, or the empty text. */
export const textIn = (body: Body, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : '';
};

/** A member that is an object, or the empty one. */
export const bodyIn = (body: Body, name: string): Body => bodyOf(body[name]);

/** A member that is a list of objects, or the empty list. */
export const listIn = (body: Body, name: string): readonly Body[] => {
  const value = body[name];
  return Array.isArray(value) ? value.map(bodyOf) : [];
};

/** The codes of a refusal's reasons. */
export const codesOf = (refusal: Body): readonly string[] => {
  const reasons = listIn(refusal, 'reasons').map((reason) => textIn(reason, 'code'));
  return reasons.length > 0 ? reasons : [textIn(refusal, 'code')];
};
