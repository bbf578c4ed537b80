/**
 * What people have approved of the tools of MCP servers. A tool's description is read by a model as if it were an instruction,
 * and its server may say tomorrow something else than today ("rug pull", invariantlabs.ai 2025): so what a server says of a
 * tool is hashed, and an agent is shown a tool only while its server says exactly what a person approved.
 *
 * A tool that was seen changed stays withdrawn, on every server of the house, until the new hash is approved, also when it
 * changes back meanwhile.
 */
import type { OrgId } from '../../kernel/ids.ts';

/** `new`: nobody approved it yet. */
export type PinState = 'new' | 'pinned' | 'changed';

/** A tool as its server says it is: what the hash covers, as canonical JSON (RFC 8785). */
export interface SeenTool {
  readonly tool: string;
  /** SHA-256 of `text`, base64url. */
  readonly hash: string;
  readonly text: string;
}

export interface Pin {
  readonly server: string;
  readonly tool: string;
  readonly state: PinState;
  /** What was approved; null: nothing. */
  readonly approved: SeenTool | null;
  /** What was seen last. */
  readonly seen: SeenTool;
  /** Ms since the epoch. */
  readonly seenAt: number;
  readonly approvedAt: number | null;
  readonly approvedBy: string | null;
}

export interface Pins {
  /**
   * Takes note of everything that a server lists. What was pinned under another hash is withdrawn in the same transaction;
   * what nobody approved and is not listed any more is forgotten.
   * @returns the tools that this very call withdrew: of several servers that see it at once, one is told.
   */
  sight(org: OrgId, server: string, listed: readonly SeenTool[]): Promise<readonly string[]>;
  /** The approved hashes of a server's tools, by tool; without those that are withdrawn. */
  approved(org: OrgId, server: string): Promise<ReadonlyMap<string, string>>;
  /** Everything that was ever approved or is to be, with its texts. */
  list(org: OrgId): Promise<readonly Pin[]>;
}
