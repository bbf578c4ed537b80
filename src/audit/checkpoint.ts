/**
 * Checkpoints (C2SP tlog-checkpoint): the log's promise of its whole past in three lines: origin, size, root; signed as a
 * note. A rewrite by the key's own holder is found only by someone who kept an earlier checkpoint elsewhere.
 */
import { fromBase64, toBase64 } from '../kernel/encoding.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { HASH_BYTES } from './merkle.ts';
import { type NoteFailure, type NoteSigner, type NoteVerifier, signNote, verifyNote } from './signed-note.ts';

export interface Checkpoint {
  /** The log's name, a URL without its scheme. */
  readonly origin: string;
  /** Leaves in the tree. */
  readonly size: number;
  readonly root: Uint8Array;
}

const TREE_SIZE = /^(?:0|[1-9]\d{0,15})$/;

export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`;

/** Extension lines are allowed and dropped: nobody can audit them. Null for anything that is not a checkpoint's text. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, sizeText, rootText, ...rest] = text.split('\n');
  if (origin === undefined || sizeText === undefined || rootText === undefined || rest.pop() !== '') return null;
  const size = Number(sizeText);
  const root = fromBase64(rootText);
  if (origin === '' || !TREE_SIZE.test(sizeText) || !Number.isSafeInteger(size)) return null;
  if (root?.length !== HASH_BYTES || rest.includes('')) return null;
  return { origin, size, root };
}

/** @throws TypeError for a checkpoint without one reading, or when the key is not named for the log. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  if (signer.name !== checkpoint.origin) throw new TypeError('a checkpoint is signed by the key named for its log');
  const text = formatCheckpoint(checkpoint);
  if (parseCheckpoint(text) === null) throw new TypeError('not a checkpoint');
  return signNote(text, signer);
}

/** `wrong_origin`: a key's checkpoint of a log that is not named as the key is, which could be any other log. */
export function verifyCheckpoint(
  note: string,
  verifier: NoteVerifier,
): Result<Checkpoint, NoteFailure | 'wrong_origin'> {
  const text = verifyNote(note, verifier);
  if (!text.ok) return text;
  const checkpoint = parseCheckpoint(text.value);
  if (checkpoint === null) return err('malformed');
  return checkpoint.origin === verifier.name ? ok(checkpoint) : err('wrong_origin');
}
