/**
 * What an agent can do besides talking to its peers: actions of the catalogue, tools of MCP servers, HTTP requests to allowed
 * domains. To the agent each is a name, a description and a schema; how it is done, and with whose credential, it never sees.
 */
import type { Label } from '../../guard/label.ts';
import type { AgentId, OrgId } from '../../kernel/ids.ts';

/** A tool as an agent is shown it. */
export interface ToolShown {
  /** `[a-zA-Z0-9_-]{1,64}`; unique among an agent's tools. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema 2020-12 of the arguments, an object. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** An attempt whose outcome is not known may be made again under the same key. */
  readonly idempotent: boolean;
}

export interface ToolRun {
  readonly org: OrgId;
  readonly agent: AgentId;
  /** The same for every attempt at one call: for outside services that take an idempotency key. */
  readonly key: string;
  /** As it was shown. */
  readonly name: string;
  /** Checked against the tool's schema. */
  readonly args: unknown;
  readonly signal: AbortSignal;
}

/** What came back. Everything from outside is untrusted, whatever it says of itself. */
export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
  readonly label: Label;
  /** Where it came from, for the log: `mcp:files/read_file`, `http:api.example.com`. */
  readonly ref: string;
}

/** Tools that reach the outside by themselves, that is all but the catalogue's actions. @throws ToolFailure */
export interface OutsideTools {
  /**
   * The tools that a line of an agent's configuration means (`weather`, `files.read`, `files.*`), as far as they are there and
   * approved as they are now. A server that does not answer has none; nobody waits for it twice.
   */
  show(org: OrgId, pattern: string): Promise<readonly ToolShown[]>;
  run(call: ToolRun): Promise<ToolAnswer>;
}

/** `mayHaveHappened`: the request left, and nobody knows what became of it. */
export class ToolFailure extends Error {
  readonly code: 'tool_unavailable' | 'tool_refused' | 'tool_timeout' | 'tool_changed';
  readonly mayHaveHappened: boolean;

  constructor(code: ToolFailure['code'], message: string, more: { mayHaveHappened: boolean; cause?: unknown }) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'ToolFailure';
    this.code = code;
    this.mayHaveHappened = more.mayHaveHappened;
  }
}
