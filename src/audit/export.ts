/**
 * The log as a file that proves itself offline, format `sallyport-log/1`, JSON Lines: a header with a signed checkpoint,
 * then one line a leaf in the log's order: the leaf's hash, and the entry's text if it is the reader's own organisation's.
 * Other organisations' leaves are hashes alone. Every line has one spelling, so that an edit anywhere shows.
 * Verified by `verify-export.ts`.
 */
import { z } from 'zod';
import { fromBase64, toBase64 } from '../kernel/encoding.ts';
import { looksLikeId, type OrgId } from '../kernel/ids.ts';
import { HASH_BYTES } from './merkle.ts';

const FORMAT = 'sallyport-log/1';

export interface ExportHeader {
  readonly origin: string;
  /** The log's public key as the exporter states it: proves nothing by itself. */
  readonly vkey: string;
  /** Whose entries are readable; the platform reads all. */
  readonly org: OrgId;
  readonly size: number;
  /** The signed note of the checkpoint at `size`. */
  readonly checkpoint: string;
}

export interface ExportLeaf {
  readonly leaf: Uint8Array;
  /** The entry's text, only for readers who may see it. */
  readonly body?: string;
}

/** The first line, without a line end. */
export const headerLine = ({ origin, vkey, org, size, checkpoint }: ExportHeader): string =>
  JSON.stringify({ format: FORMAT, origin, vkey, org, size, checkpoint });

/** The line of a leaf, without a line end; leaves come in the log's order, from 0 to before `header.size`. */
export const leafLine = (index: number, { leaf, body }: ExportLeaf): string =>
  JSON.stringify({ i: index, leaf: toBase64(leaf), body });

const headerShape = z.strictObject({
  format: z.literal(FORMAT),
  origin: z.string(),
  vkey: z.string(),
  org: z.custom<OrgId>((value) => typeof value === 'string' && looksLikeId('org', value)),
  size: z.int().min(0),
  checkpoint: z.string(),
});

const leafShape = z.strictObject({ i: z.int().min(0), leaf: z.string(), body: z.string().exactOptional() });

/** Null for anything but the one spelling of a header. */
export function parseHeaderLine(line: string): ExportHeader | null {
  const { data } = headerShape.safeParse(jsonOf(line));
  return data !== undefined && headerLine(data) === line ? data : null;
}

/** Null for anything but the one spelling of a leaf. */
export function parseLeafLine(line: string): (ExportLeaf & { readonly index: number }) | null {
  const { data } = leafShape.safeParse(jsonOf(line));
  const hash = data === undefined ? null : fromBase64(data.leaf);
  if (data === undefined || hash?.length !== HASH_BYTES) return null;
  const leaf: ExportLeaf = data.body === undefined ? { leaf: hash } : { leaf: hash, body: data.body };
  return leafLine(data.i, leaf) === line ? { index: data.i, ...leaf } : null;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
