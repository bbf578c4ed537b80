/** The shapes of the API that the swarm's rooms use. Times are RFC 3339 text; money is in millionths of a US dollar. */

export const AGENT_STATES = ['processing', 'waiting', 'error', 'paused', 'idle'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

export const THREAD_STATUSES = ['active', 'paused', 'completed', 'error', 'killed'] as const;
export type ThreadStatus = (typeof THREAD_STATUSES)[number];

export interface Swarm {
  /** Null: there is none yet. */
  readonly name: string | null;
  readonly version: number;
  readonly state: AgentState;
  readonly agents: Readonly<Record<AgentState, number>>;
  readonly threads: Readonly<Record<ThreadStatus, number>>;
  /** Messages that wait. */
  readonly queued: number;
}

export interface Agent {
  readonly name: string;
  readonly agentId: string;
  readonly description: string;
  readonly kind: 'llm' | 'handler' | 'remote';
  readonly state: AgentState;
  /** Why it is paused: `person`, `budget`, `stop`. */
  readonly paused: string | null;
  readonly queue: number;
  readonly working: number;
}

export interface Topology {
  readonly nodes: readonly Pick<Agent, 'name' | 'kind' | 'state' | 'queue'>[];
  readonly edges: readonly Edge[];
}
export interface Edge {
  /** Null: somebody who is no agent. */
  readonly from: string | null;
  readonly to: string;
  readonly configured: boolean;
  readonly calls: number;
  readonly lastAt: string | null;
}

export interface Counted {
  readonly steps: number;
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number;
  readonly unpriced: number;
}
export interface Usage {
  readonly rows: readonly (Counted & { readonly of: string })[];
  readonly total: Counted;
}

export interface Budget {
  readonly scope: 'thread' | 'agent' | 'user' | 'swarm';
  readonly of: string;
  readonly name: string;
  readonly agent: string | null;
  readonly kind: 'tokens' | 'costMicros' | 'calls' | 'wallMs';
  readonly limit: number;
  /** With what is reserved. */
  readonly used: number;
  readonly reserved: number;
  readonly raisedUntil: string | null;
  readonly waits: boolean;
  readonly waitsUntil: string | null;
}

export interface Thread {
  readonly threadId: string;
  readonly owner: { readonly is: 'principal' | 'contact'; readonly id: string | null };
  readonly visibility: 'organization' | 'private';
  readonly status: ThreadStatus;
  readonly because: string | null;
  /** Whom its owner speaks to. */
  readonly agents: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Frame {
  readonly frameId: string;
  readonly agent: string;
  readonly status: 'ready' | 'running' | 'waiting' | 'idle' | 'done' | 'failed' | 'killed';
  readonly depth: number;
  readonly version: number;
  readonly usage: Pick<Counted, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>;
  readonly createdAt: string;
  /** Null: the owner of the thread did. */
  readonly calledBy: string | null;
}
export interface ThreadTree extends Thread {
  /** Each after the one that called it. */
  readonly frames: readonly Frame[];
}

export interface Message {
  readonly messageId: string;
  readonly threadId: string;
  readonly kind: 'inject' | 'inbound' | 'call' | 'self' | 'reply' | 'error';
  /** `agent:<name>` or `owner`. */
  readonly from: string;
  readonly to: string;
  readonly frameId: string | null;
  readonly payload: unknown;
  readonly trust: 'trusted' | 'untrusted';
  readonly version: number;
  readonly at: string;
}

export interface Held {
  readonly actionId: string;
  readonly name: string;
  readonly agentId: string | null;
  readonly requestedBy: string;
  readonly until: string;
  /** Somebody approved it, and it is being judged again. */
  readonly approved: boolean;
  readonly threadId: string | null;
  /** Exactly what would run; null once the person whom it is about was erased. */
  readonly input: unknown;
  /** HMAC-SHA256 of its canonical JSON (RFC 8785) under the salt; both in base64url. */
  readonly argsHash: string | null;
  readonly salt: string | null;
  readonly why: readonly string[];
}

interface StoppedLine {
  readonly actionId: string;
  readonly action: string;
  readonly agentId: string | null;
}
export interface StopReport {
  readonly stopId: string;
  readonly what: 'thread' | 'agent' | 'swarm' | null;
  readonly found: 'something' | 'nothing' | 'unknown';
  readonly complete: boolean;
  readonly framesEnded: readonly {
    readonly frameId: string;
    readonly threadId: string;
    readonly agent: string;
    readonly was: string;
  }[];
  readonly actionsStopped: readonly (StoppedLine & {
    readonly how: 'never_began' | 'did_not_happen' | 'finished';
  })[];
  readonly notProven: readonly (StoppedLine & { readonly why: 'under_way' | 'outcome_unknown' })[];
  readonly approvalsCancelled: readonly StoppedLine[];
  readonly modelCalls: readonly {
    readonly actionId: string;
    readonly agentId: string | null;
    readonly how: 'never_began' | 'aborted' | 'finished' | 'under_way';
  }[];
  readonly tokensEnded: readonly { readonly tokenId: string; readonly agentId: string }[];
  readonly turnsUnderWay: number;
  readonly messagesHeld: { readonly count: number; readonly messageIds: readonly string[] };
  /** Of agents and threads that are not there for who asks. */
  readonly others: { readonly count: number; readonly notProven: number };
  readonly say: string;
}

export interface ConfigVersion {
  readonly version: number;
  readonly hash: string;
  readonly by: string;
  readonly at: string;
  readonly note: string | null;
  readonly source: 'put' | 'file' | 'rollback';
  readonly live: boolean;
}
export interface ConfigProblem {
  readonly is: 'error' | 'warning';
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly say: string;
}
export interface ConfigChange {
  readonly section: string;
  readonly path: string;
  readonly is: 'added' | 'removed' | 'changed';
  readonly before: unknown;
  readonly after: unknown;
}
export interface ConfigChanged {
  readonly version: number;
  readonly changed: boolean;
  readonly proposal: string | null;
  readonly sections: readonly string[];
  readonly changes: readonly ConfigChange[];
  readonly warnings: readonly ConfigProblem[];
}
