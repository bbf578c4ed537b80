/**
 * The whole log, checked here rather than believed: every entry that may be read hashes to its leaf, the leaves make the root
 * that the checkpoint signs, and the log leads on from the checkpoint that this browser saw before. Does not show that others
 * were shown the same log: for that, compare the checkpoint with theirs.
 */
import { fromBase64, toBase64 } from './bytes.ts';
import { type Kept, verifiedCheckpoint } from './checkpoint.ts';
import type { ExportedLog } from './exported-log.ts';
import { leafHash, Tree } from './merkle.ts';

export type Verdict =
  | {
      readonly is: 'whole';
      readonly size: number;
      /** Entries whose text was there to be checked. */
      readonly own: number;
      readonly root: string;
      readonly since: Kept | null;
    }
  | { readonly is: 'broken'; readonly says: string };

const broken = (says: string): Verdict => ({ is: 'broken', says });

export async function verifyLog({ head, pages }: ExportedLog, kept: Kept | null): Promise<Verdict> {
  const checkpoint = await verifiedCheckpoint(head.checkpoint, head.vkey);
  if (checkpoint === null) return broken('The checkpoint is not signed by the log’s key.');
  if (kept !== null && kept.vkey !== head.vkey)
    return broken(`The log has another key than on ${kept.seenAt.slice(0, 10)}. Ask whoever runs the server why.`);
  if (kept !== null && kept.size > checkpoint.size)
    return broken(
      `The log is shorter than it was: ${kept.size} entries on ${kept.seenAt.slice(0, 10)}, ${checkpoint.size} now.`,
    );

  const tree = new Tree();
  let own = 0;
  for await (const page of pages) {
    for (const { index, leaf, body } of page) {
      if (kept !== null && tree.size === kept.size && toBase64(await tree.root()) !== kept.root)
        return broken(rewritten(kept));
      const hash = fromBase64(leaf);
      if (index !== tree.size || hash === null) return broken(`Entry ${tree.size} is missing.`);
      if (body !== null) {
        if (toBase64(await leafHash(body)) !== leaf)
          return broken(`Entry ${index} was changed: it does not fit its place in the log.`);
        own++;
      }
      await tree.add(hash);
    }
  }
  const root = toBase64(await tree.root());
  if (tree.size !== checkpoint.size)
    return broken(`The log has ${tree.size} entries where its checkpoint says ${checkpoint.size}.`);
  if (root !== checkpoint.root) return broken('The entries are not those that the checkpoint signs.');
  if (kept !== null && kept.size === tree.size && kept.root !== root) return broken(rewritten(kept));
  return { is: 'whole', size: tree.size, own, root, since: kept };
}

const rewritten = (kept: Kept): string =>
  `The log's past was rewritten: its first ${kept.size} entries are not those that this browser saw on ${kept.seenAt.slice(0, 10)}.`;
