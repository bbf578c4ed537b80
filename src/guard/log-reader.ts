/** What the guard asks of the store about its own record: the log, its proofs, and what became of an action. */
import type { Json } from '../kernel/canonical-json.ts';
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';

/** Leaves that one check reads: a quarter of a second. A power of two, so that they are a subtree. */
export const CHECKED_AT_ONCE = 65_536;

export interface LogLine {
  readonly index: number;
  readonly org: OrgId;
  /** The entry's canonical JSON, byte for byte what its leaf hashes. */
  readonly body: string;
}

/** A leaf's hash in Base64, and the entry's text for who may read it. */
export interface LogLeaf {
  readonly index: number;
  readonly leaf: string;
  readonly body: string | null;
}

export interface LogHead {
  readonly origin: string;
  /** The public key that signs checkpoints, in the C2SP form. */
  readonly vkey: string;
  readonly size: number;
  /** The newest signed checkpoint. */
  readonly checkpoint: string;
}

export interface LogProof extends LogHead {
  readonly index: number;
  readonly org: OrgId;
  readonly body: string;
  /** Base64 hashes from the leaf up. */
  readonly proof: readonly string[];
}

export interface ActionReport {
  readonly id: ActionId;
  readonly name: string;
  readonly agent: AgentId | null;
  readonly by: { readonly kind: string; readonly id: string };
  readonly state: string;
  readonly code: string | null;
  /** Of a refusal or a cancellation, or what a held action waits for. */
  readonly reasons: readonly {
    readonly guard: string;
    readonly code: string;
    readonly say: string;
    readonly source: string;
    readonly fact?: string;
  }[];
  /** Who approved or denied it while it was held, and what they noted. */
  readonly approval: { readonly by: string; readonly note: string | null } | null;
  readonly cost: number;
  readonly createdAt: number;
  readonly settledAt: number | null;
  /** Where the log tells of it; empty while its entries are recorded but not yet sequenced. */
  readonly entries: readonly LogLine[];
}

export interface LogQuery {
  readonly before?: number | undefined;
  readonly limit: number;
  /** Of this type alone, such as `authentication`. */
  readonly type?: string | undefined;
  /** An action's name (decisions, refusals), or what happened (authentication, system). */
  readonly event?: string | undefined;
  /** A principal's id: who asked, signed in, or did it to that person. */
  readonly by?: string | undefined;
  readonly agent?: string | undefined;
  /** Ms since the epoch. */
  readonly since?: number | undefined;
}
export interface LogPage {
  readonly lines: readonly LogLine[];
  readonly nextBefore: number | null;
}

/** A stretch of the stored log against its signed checkpoint. */
export interface LogCheck extends LogHead {
  readonly ok: boolean;
  /** The leaves that were read: from the first to before the last. */
  readonly from: number;
  readonly to: number;
  readonly problems: readonly { readonly index: number | null; readonly say: string }[];
}

/** A configuration as it is now, and the hash by which the log knows it. */
export interface ConfigView {
  readonly config: Json;
  readonly hash: string | null;
}

export interface LogReader {
  head(): Promise<LogHead>;
  /**
   * Entries newest first, of one organisation or (null) of all. A filter that fits few ends the page early rather than
   * reading on for ever: `nextBefore` says where to go on; null: there are no more.
   */
  entries(org: OrgId | null, query: LogQuery): Promise<LogPage>;
  /** Leaves in order from an index, at most `limit` (fewer where they are long: go on from there), none at or beyond `size`; bodies of other organisations are null. */
  leaves(
    org: OrgId | null,
    range: { readonly from: number; readonly size: number; readonly limit: number },
  ): Promise<readonly LogLeaf[]>;
  /** Inclusion of one entry in the newest checkpoint; null when it is not there (or not sequenced yet). */
  inclusion(index: number): Promise<LogProof | null>;
  /** Base64 hashes that show that the tree of size `to` extends the tree of size `from`. */
  consistency(from: number, to: number): Promise<readonly string[]>;
  /**
   * Reads the leaves from `from`, a multiple of `CHECKED_AT_ONCE`, and proves them by the newest checkpoint.
   * @throws SallyportError `overloaded` where several do already.
   */
  check(from: number): Promise<LogCheck>;
  /** @param what as entries of type `config` name it. Null: they name nothing so. */
  config(org: OrgId, what: string): Promise<ConfigView | null>;
  /** What is on record of an action of the organisation (null: of any); null when there is none. */
  action(org: OrgId | null, id: ActionId): Promise<ActionReport | null>;
}
