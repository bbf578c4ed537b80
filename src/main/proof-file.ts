/**
 * The proof that the log tells of an action, as a file that can be checked offline: the action's entries, each with its
 * inclusion proof (RFC 9162 §2.1.3) under one signed checkpoint. Does not show what the log told later, nor that the
 * checkpoint is the one that others saw: compare it with one kept elsewhere.
 */
import * as z from 'zod';
import { verifyCheckpoint } from '../audit/checkpoint.ts';
import { parseEntry } from '../audit/entry.ts';
import { leafHash } from '../audit/merkle.ts';
import { verifyInclusion } from '../audit/proof.ts';
import { parseVkey } from '../audit/signed-note.ts';
import { fromBase64 } from '../kernel/encoding.ts';

const FORMAT = 'sallyport-proof/1';

const proofFile = z.strictObject({
  format: z.literal(FORMAT),
  /** Null: the entries stand for themselves. */
  actionId: z.string().nullable(),
  origin: z.string(),
  /** As the server stated it: proves nothing by itself. */
  vkey: z.string(),
  size: z.int().min(0),
  checkpoint: z.string(),
  proofs: z.array(z.strictObject({ index: z.int().min(0), body: z.string(), proof: z.array(z.string()) })),
});
export type ProofFile = z.infer<typeof proofFile>;

export interface ProofReport {
  readonly ok: boolean;
  /** What held, and what did not. */
  readonly held: readonly string[];
  readonly problems: readonly string[];
}

/** From the answer of `audit.prove`, or of `audit.prove_entry` (of no action). @throws for anything else. */
export function proofFileOf(actionId: string | null, answer: Readonly<Record<string, unknown>>): ProofFile {
  const { origin, vkey, size, checkpoint, proofs } = answer;
  return proofFile.parse({ format: FORMAT, actionId, origin, vkey, size, checkpoint, proofs });
}

/** Null for what is no proof file. */
export function parseProofFile(text: string): ProofFile | null {
  try {
    return proofFile.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** @param vkey the key that the reader trusts; the file's own shows only that the file agrees with itself. */
export function checkProof(file: ProofFile, vkey: string = file.vkey): ProofReport {
  const verifier = parseVkey(vkey);
  const head = verifier === null ? null : verifyCheckpoint(file.checkpoint, verifier);
  if (head === null) return failed("the key is not a log's public key");
  if (!head.ok) return failed(`the checkpoint is not one by the key ${vkey} (${head.error})`);
  if (file.proofs.length === 0) return failed('no entry is proven');

  const { origin, size, root } = head.value;
  const held = [`the checkpoint of ${origin} at ${size} entries is signed by ${vkey}`];
  const problems: string[] = [];
  for (const { index, body, proof } of file.proofs) {
    const entry = parseEntry(body);
    const hashes = proof.map(fromBase64);
    const included =
      body.isWellFormed() &&
      hashes.every((hash) => hash !== null) &&
      verifyInclusion({ index, size, root, leaf: leafHash(body), proof: hashes });
    if (!included) problems.push(`entry ${index} is not in the log under this checkpoint`);
    else if (entry === null) problems.push(`entry ${index} is in the log, but its form is not known here`);
    else if (file.actionId !== null && (!('action' in entry) || entry.action !== file.actionId))
      problems.push(`entry ${index} is in the log, but does not tell of ${file.actionId}`);
    else held.push(`entry ${index}, the ${entry.type}, is in the log`);
  }
  return { ok: problems.length === 0, held, problems };
}

const failed = (problem: string): ProofReport => ({ ok: false, held: [], problems: [problem] });
