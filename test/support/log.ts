/** The log's tree, computed anew from its leaves by the definition in RFC 6962 §2.1, without the code under test. */
import { createHash } from 'node:crypto';
import type { Engine } from '../../src/store/engine.ts';
import { verifyCheckpoint } from '../../src/audit/checkpoint.ts';
import { parseVkey } from '../../src/audit/signed-note.ts';

const sha256 = (...parts: (string | Uint8Array)[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const treeLeaf = (body: string): Uint8Array => sha256(Uint8Array.of(0), body);

/** MTH of RFC 6962, from the leaves' hashes. */
export function treeRoot(leaves: readonly Uint8Array[], from = 0, to = leaves.length): Uint8Array {
  if (to === from) return sha256('');
  if (to - from === 1) return leaves[from]!;
  let split = 1;
  while (split * 2 < to - from) split *= 2;
  return sha256(Uint8Array.of(1), treeRoot(leaves, from, from + split), treeRoot(leaves, from + split, to));
}

/** Every entry in order; throws unless indexes have no gap, the head is that of the entries, and its signature holds. */
export async function verifiedLog(engine: Engine, vkey: string): Promise<readonly Record<string, unknown>[]> {
  const rows = await engine.db.selectFrom('log_entry').select(['idx', 'body']).orderBy('idx').execute();
  const head = await engine.db.selectFrom('log_head').selectAll().executeTakeFirstOrThrow();
  rows.forEach(({ idx }, i) => {
    if (idx !== i) throw new Error(`entry ${i} has the index ${idx}`);
  });
  const checkpoint = verifyCheckpoint(head.checkpoint, parseVkey(vkey)!);
  if (!checkpoint.ok) throw new Error(`checkpoint: ${checkpoint.error}`);
  if (head.size !== rows.length || checkpoint.value.size !== rows.length)
    throw new Error(`the head has ${head.size}, its checkpoint ${checkpoint.value.size} of ${rows.length} entries`);
  const root = treeRoot(rows.map(({ body }) => treeLeaf(body)));
  if (Buffer.compare(root, checkpoint.value.root) !== 0) throw new Error('the root is not that of the entries');
  return rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}
