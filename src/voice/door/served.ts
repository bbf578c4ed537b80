/** What the door needs of the service behind it: a service without AI, or an agent. */
import type { Logger } from '../logger.ts';
import type { SwaigRequest } from '../swaig-function.ts';

/** A request for a script, or one about a call. Headers that carry credentials are not among `headers`. */
export interface CallRequest {
  readonly query: Readonly<Record<string, string>>;
  readonly body: SwaigRequest;
  readonly headers: Readonly<Record<string, string>>;
  /** The path that it came by, below the service's route: `/`, `/swaig`, or a routing callback's. */
  readonly path: string;
}

/** An answer of JSON, as text where it was made as text. */
export interface JsonAnswer {
  readonly status: 200 | 400 | 404;
  readonly body: string | Uint8Array | object;
}

export interface Served {
  readonly name: string;
  readonly log: Logger;
  /** Whether the credentials are right: they match, and the service's own check says so too. */
  isAllowed(user: string, password: string): boolean | Promise<boolean>;
  /** The call script, as JSON. Everything below runs in a scope of its own. */
  script(request: CallRequest): Promise<string | Uint8Array>;
  runFunction(request: CallRequest): Promise<JsonAnswer>;
  takeSummary(request: CallRequest): Promise<object>;
  takeDebugEvent(request: CallRequest): Promise<void>;
  /** Where a call is sent instead, from the routing callback at `path`; null: answered here. */
  reroute(path: string, request: CallRequest): Promise<string | null>;
  readonly routingPaths: readonly string[];
}
