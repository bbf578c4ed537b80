/** The log's tree, computed anew from its leaves by the definition in RFC 6962 §2.1, without the code under test. */
import { hash } from 'node:crypto';
import { verifyCheckpoint } from '../../src/audit/checkpoint.ts';
import { parseVkey } from '../../src/audit/signed-note.ts';
import type { Engine } from '../../src/store/engine.ts';

const sha256 = (...parts: (string | Uint8Array)[]): Uint8Array =>
  hash('sha256', Buffer.concat(parts.map((part) => Buffer.from(part))), 'buffer');

export const treeLeaf = (body: string): Uint8Array => sha256(Uint8Array.of(0), body);

/** MTH of RFC 6962, from the leaves' hashes. `known` remembers the larger subtrees of these leaves from call to call. */
export function treeRoot(
  leaves: readonly Uint8Array[],
  from = 0,
  to = leaves.length,
  known = new Map<string, Uint8Array>(),
): Uint8Array {
  if (to === from) return sha256('');
  if (to - from === 1) return leaves[from]!;
  const name = `${from}-${to}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  let split = 1;
  while (split * 2 < to - from) split *= 2;
  const root = sha256(
    Uint8Array.of(1),
    treeRoot(leaves, from, from + split, known),
    treeRoot(leaves, from + split, to, known),
  );
  if (to - from >= 64) known.set(name, root);
  return root;
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
