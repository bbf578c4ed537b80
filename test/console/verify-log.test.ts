import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Kept } from '../../console/src/log/checkpoint.ts';
import type { ExportedLog, Leaf } from '../../console/src/log/exported-log.ts';
import { verifyLog } from '../../console/src/log/verify.ts';
import { signCheckpoint } from '../../src/audit/checkpoint.ts';
import { Frontier, leafHash } from '../../src/audit/merkle.ts';
import { noteSigner } from '../../src/audit/signed-note.ts';
import { toBase64 } from '../../src/kernel/encoding.ts';

const ORIGIN = 'log.example/x';
const signer = noteSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);

/** A log as the server would sign and export it; every third entry belongs to somebody else. */
function logOf(bodies: readonly string[], by = signer) {
  const tree = new Frontier();
  for (const body of bodies) tree.push(leafHash(body));
  const checkpoint = signCheckpoint({ origin: ORIGIN, size: bodies.length, root: tree.root() }, by);
  const leaves = bodies.map(
    (body, index): Leaf => ({
      index,
      leaf: toBase64(leafHash(body)),
      body: index % 3 === 2 ? null : body,
    }),
  );
  return { root: toBase64(tree.root()), checkpoint, leaves };
}

function exported(leaves: readonly Leaf[], checkpoint: string, vkey = signer.vkey): ExportedLog {
  async function* pages() {
    for (let at = 0; at < leaves.length; at += 4) yield leaves.slice(at, at + 4);
  }
  const head = { origin: ORIGIN, vkey, size: leaves.length, checkpoint, organizationId: 'org_x' };
  return { head, pages: pages() };
}

const entries = (n: number, text = 'entry') => Array.from({ length: n }, (_, i) => `{"${text}":${i},"ü":"–"}`);
const keptOf = (size: number, text?: string): Kept => ({
  ...{ origin: ORIGIN, size, root: logOf(entries(size, text)).root },
  ...{ vkey: signer.vkey, seenAt: '2026-11-20T10:00:00Z' },
});

describe('the browser finds', () => {
  it('every log whole that the server signs, of any size, and that it leads on from what was seen before', async () => {
    for (const size of [0, 1, 2, 3, 4, 5, 7, 8, 9, 13, 33]) {
      const { leaves, checkpoint, root } = logOf(entries(size));
      const own = leaves.filter(({ body }) => body !== null).length;
      expect(await verifyLog(exported(leaves, checkpoint), null)).toEqual({
        is: 'whole',
        size,
        own,
        root,
        since: null,
      });
      for (let before = 0; before <= size; before++)
        expect(await verifyLog(exported(leaves, checkpoint), keptOf(before))).toMatchObject({ is: 'whole' });
    }
  });

  const { leaves, checkpoint } = logOf(entries(9));
  const edited = (index: number, change: Partial<Leaf>) =>
    leaves.map((leaf) => (leaf.index === index ? { ...leaf, ...change } : leaf));
  const other = toBase64(leafHash('other'));
  const stranger = noteSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);

  it.for([
    ['an edited entry', exported(edited(4, { body: '{"entry":400}' }), checkpoint), null, 'Entry 4 was changed'],
    [
      'a leaf that was exchanged with its entry',
      exported(edited(4, { body: 'other', leaf: other }), checkpoint),
      null,
      'not those that the checkpoint signs',
    ],
    [
      "another organisation's leaf exchanged",
      exported(edited(5, { leaf: other }), checkpoint),
      null,
      'not those that the checkpoint signs',
    ],
    [
      'a missing entry',
      exported(
        leaves.filter(({ index }) => index !== 3),
        checkpoint,
      ),
      null,
      'Entry 3 is missing',
    ],
    [
      'a tail that was cut off',
      exported(leaves.slice(0, 8), checkpoint),
      null,
      '8 entries where its checkpoint says 9',
    ],
    ['a leaf that is no hash', exported(edited(2, { leaf: '!' }), checkpoint), null, 'Entry 2 is missing'],
    ["a signature by another's key", exported(leaves, logOf(entries(9), stranger).checkpoint), null, 'not signed'],
    ['a broken signature', exported(leaves, checkpoint.replace('\n9\n', '\n8\n')), null, 'not signed'],
    ['a key that is none', exported(leaves, checkpoint, 'x'), null, 'not signed'],
    [
      'a key that is not the one of before',
      exported(leaves, checkpoint),
      { ...keptOf(4), vkey: stranger.vkey },
      'another key',
    ],
    ['a log that is shorter than it was', exported(leaves, checkpoint), keptOf(12), 'shorter than it was'],
    ['a past that the key itself signed anew', exported(leaves, checkpoint), keptOf(4, 'was'), 'past was rewritten'],
    ['the same, as long as before', exported(leaves, checkpoint), keptOf(9, 'was'), 'past was rewritten'],
  ] as const)('%s', async ([, log, kept, says]) => {
    const verdict = await verifyLog(log, kept);
    expect(verdict).toMatchObject({ is: 'broken', says: expect.stringContaining(says) });
  });
});
