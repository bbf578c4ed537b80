/** What is asked of MCP servers and of HTTP: how they are reached is `providers/tools`. */
import type { OrgId } from '../../kernel/ids.ts';
import type { ToolConfig } from '../config/schema.ts';
import type { HttpAsk, HttpToolConfig } from './rules/http-request.ts';
import type { ListedTool } from './rules/tool-hash.ts';

export type McpConfig = Extract<ToolConfig, { kind: 'mcp' }>;

/** Everything that a server listed at once; a later list is another object. */
export interface Listing {
  readonly tools: readonly ListedTool[];
}

/** What came back, as text: what is no text is described. */
export interface OutsideText {
  readonly text: string;
  readonly isError: boolean;
}

/** A server of one organisation; connected when it is first asked, and again after it failed. @throws ToolFailure */
export interface ToolServer {
  /** @param maxAgeMs a listing that is older, or that the server has called outdated, is asked for again. */
  list(maxAgeMs: number): Promise<Listing>;
  call(call: {
    readonly tool: string;
    readonly args: unknown;
    /** The same for every attempt; travels as `_meta`. */
    readonly key: string;
    readonly signal: AbortSignal;
  }): Promise<OutsideText>;
}

export interface ToolServers {
  /** The same server for the same organisation and configuration. */
  of(org: OrgId, config: McpConfig): ToolServer;
}

export interface HttpTools {
  /** @param credential the value of the tool's own header; null: it has none. @throws ToolFailure */
  ask(
    config: HttpToolConfig,
    ask: HttpAsk,
    more: { readonly credential: string | null; readonly key: string; readonly signal: AbortSignal },
  ): Promise<OutsideText>;
}
