/** The log as it is exported: who signs it, and its leaves in order, page by page. */

export interface ExportHead {
  readonly origin: string;
  readonly vkey: string;
  readonly size: number;
  readonly checkpoint: string;
  /** Whose entries can be read in it. */
  readonly organizationId: string;
}

export interface Leaf {
  readonly index: number;
  /** Base64. */
  readonly leaf: string;
  /** Null for what belongs to another organisation. */
  readonly body: string | null;
}

export interface ExportedLog {
  readonly head: ExportHead;
  readonly pages: AsyncIterable<readonly Leaf[]>;
}
