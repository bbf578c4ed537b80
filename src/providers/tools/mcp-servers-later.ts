/** The MCP servers, made when one of them is first asked: the official client takes 3 MB that most servers start without. */
import type { McpServers, McpServersParts } from './mcp-servers.ts';

export function createMcpServersLater(parts: McpServersParts): McpServers {
  let made: Promise<McpServers> | null = null;
  const servers = (): Promise<McpServers> =>
    (made ??= import('./mcp-servers.ts').then(({ createMcpServers }) => createMcpServers(parts)));
  return {
    of: (org, config) => ({
      list: async (maxAgeMs) => (await servers()).of(org, config).list(maxAgeMs),
      call: async (call) => (await servers()).of(org, config).call(call),
    }),
    closeOf: async (org) => (await made)?.closeOf(org),
    [Symbol.asyncDispose]: async () => (await made)?.[Symbol.asyncDispose](),
  };
}
