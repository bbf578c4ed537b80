import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '../kernel/encoding.ts';
import type { OrgId } from '../kernel/ids.ts';
import { signCheckpoint } from './checkpoint.ts';
import { encodeEntry } from './entry.ts';
import { type ExportHeader, headerLine, leafLine as lineOf } from './export.ts';
import { Frontier, leafHash } from './merkle.ts';
import { keyFromSeed, noteSigner } from './signed-note.ts';
import { exportVerifier, type VerifyReport } from './verify-export.ts';

const ORIGIN = 'log.example/a';
const signer = noteSigner(ORIGIN, keyFromSeed(new Uint8Array(32).fill(3)));
const stranger = noteSigner(ORIGIN, keyFromSeed(new Uint8Array(32).fill(4)));
const SIZE = 12;

const bodyOf = (i: number, org: OrgId, event = 'start') =>
  encodeEntry({ v: 1, type: 'system', at: '2026-11-20T10:00:00.000Z', event, org, detail: { i } });
/** Every third leaf is another organisation's. */
const orgOf = (i: number): OrgId => (i % 3 === 2 ? 'org_b' : 'org_a');
const BODIES = Array.from({ length: SIZE + 3 }, (_, i) => bodyOf(i, orgOf(i)));

function headOf(bodies: readonly string[], size: number, by = signer): string {
  const tree = new Frontier();
  for (const body of bodies.slice(0, size)) tree.push(leafHash(body));
  return signCheckpoint({ origin: ORIGIN, size, root: tree.root() }, by);
}

function exported(bodies: readonly string[] = BODIES, header: Partial<ExportHeader> = {}): string[] {
  const full = {
    origin: ORIGIN,
    vkey: signer.vkey,
    org: 'org_a' as const,
    size: SIZE,
    checkpoint: headOf(bodies, header.size ?? SIZE),
    ...header,
  };
  const leaves = bodies
    .slice(0, full.size)
    .map((body) => (body.includes(full.org) ? { leaf: leafHash(body), body } : { leaf: leafHash(body) }));
  return [headerLine(full), ...leaves.map((leaf, i) => lineOf(i, leaf))];
}

function verifyExport(
  lines: readonly string[],
  opts: { readonly vkey?: string; readonly kept?: string } = {},
): VerifyReport {
  const verifier = exportVerifier(opts);
  for (const line of lines) verifier.line(line);
  return verifier.report();
}

const given = { vkey: signer.vkey };
const codes = (report: VerifyReport) => report.problems.map(({ code }) => code);
const leafLine = (i: number, leaf: Uint8Array, body?: string) => JSON.stringify({ i, leaf: toBase64(leaf), body });
/** Each line's `i` as its place says: what someone who deletes or adds would do too. */
const renumber = (lines: string[]) =>
  lines.map((line, n) => (n === 0 ? line : line.replace(/"i":\d+/, `"i":${n - 1}`)));

describe('an export', () => {
  it('verifies as it was written', () => {
    const lines = exported();
    const report = verifyExport(lines, given);
    expect(report).toMatchObject({ ok: true, size: SIZE, own: 8, problems: [], trust: 'given-key' });
    expect(lines[0]).toContain(report.root);
    expect(verifyExport([...lines, ''], given)).toEqual(report); // what is left after the last line end
  });

  it('of an empty log verifies', () => {
    expect(verifyExport(exported([], { size: 0 }), given)).toMatchObject({ ok: true, size: 0, own: 0 });
  });

  it('shows other organisations as hashes alone, and everything to the platform', () => {
    expect(exported().slice(1).join()).not.toContain('org_b');
    const lines = exported(BODIES, { org: 'org_platform' });
    const all = BODIES.slice(0, SIZE).map((body, i) => leafLine(i, leafHash(body), body));
    expect(verifyExport([lines[0]!, ...all], given)).toMatchObject({ ok: true, own: SIZE });
  });

  it('says that a key from the file itself proves little', () => {
    expect(verifyExport(exported())).toMatchObject({ ok: true, trust: 'key-from-export' });
  });
});

describe('tampering with an export is found:', () => {
  it('an edited entry, by its index', () => {
    const lines = exported();
    const report = verifyExport(lines.with(5, lines[5]!.replace('start', 'st0rt')), given);
    expect(report.problems).toMatchObject([{ code: 'edited_body', index: 4 }]);
  });

  it('an entry that differs only in what UTF-8 can not carry', () => {
    const bodies = BODIES.with(0, bodyOf(0, 'org_a', '\ufffd'));
    const lines = exported(bodies);
    const report = verifyExport(lines.with(1, lines[1]!.replace('\ufffd', '\\ud800')), given);
    expect(report.problems).toMatchObject([{ code: 'edited_body', index: 0 }]);
  });

  it('an entry edited together with its hash', () => {
    const lines = exported();
    const body = bodyOf(4, 'org_a', 'nothing');
    expect(codes(verifyExport(lines.with(5, leafLine(4, leafHash(body), body)), given))).toEqual(['root_mismatch']);
  });

  it("another organisation's edited leaf", () => {
    const lines = exported();
    expect(codes(verifyExport(lines.with(3, leafLine(2, leafHash('x'))), given))).toEqual(['root_mismatch']);
  });

  it('a deleted leaf, renumbered or not', () => {
    const lines = exported().toSpliced(5, 1);
    expect(verifyExport(lines, given).problems).toMatchObject([
      { code: 'wrong_index', index: 5 },
      { code: 'truncated' },
    ]);
    expect(codes(verifyExport(renumber(lines), given))).toEqual(['truncated']);
  });

  it('two leaves that changed places, renumbered or not', () => {
    const lines = exported();
    const swapped = lines.with(1, lines[2]!).with(2, lines[1]!);
    expect(codes(verifyExport(swapped, given))).toContain('wrong_index');
    expect(codes(verifyExport(renumber(swapped), given))).toEqual(['root_mismatch']);
  });

  it('an added leaf', () => {
    const lines = exported();
    const body = bodyOf(99, 'org_a');
    const added = renumber(lines.toSpliced(4, 0, leafLine(3, leafHash(body), body)));
    expect(codes(verifyExport(added, given))).toEqual(['surplus']);
    expect(codes(verifyExport([...lines, leafLine(SIZE, leafHash(body), body)], given))).toEqual(['surplus']);
  });

  it('a cut-off tail, also with the size in the header made to fit', () => {
    const lines = exported().slice(0, -2);
    expect(codes(verifyExport(lines, given))).toEqual(['truncated']);
    const fitted = lines.with(0, lines[0]!.replace(`"size":${SIZE}`, `"size":${SIZE - 2}`));
    expect(codes(verifyExport(fitted, given))).toEqual(['header_mismatch', 'truncated']);
  });

  it('another origin in the header', () => {
    expect(codes(verifyExport(exported(BODIES, { origin: 'log.example/b' }), given))).toEqual(['header_mismatch']);
  });

  it('an edited checkpoint', () => {
    const checkpoint = headOf(BODIES, SIZE).replace(`\n${SIZE}\n`, '\n11\n');
    const report = verifyExport(exported(BODIES, { size: 11, checkpoint }), given);
    expect(codes(report)).toEqual(['bad_signature']);
  });

  it('something else where the checkpoint should be', () => {
    expect(codes(verifyExport(exported(BODIES, { checkpoint: 'x' }), given))).toEqual(['bad_checkpoint']);
  });

  it("a stranger's log under the stranger's key", () => {
    const forged = exported(BODIES, { vkey: stranger.vkey, checkpoint: headOf(BODIES, SIZE, stranger) });
    expect(codes(verifyExport(forged, given))).toEqual(['wrong_key', 'wrong_key']);
    expect(codes(verifyExport(forged, { kept: headOf(BODIES, 3) }))).toEqual(['bad_kept_checkpoint']);
    expect(verifyExport(forged)).toMatchObject({ ok: true, trust: 'key-from-export' });
  });

  it('a key that is none', () => {
    expect(codes(verifyExport(exported(), { vkey: 'x' }))).toEqual(['wrong_key']);
  });

  it("another organisation's entry in the open", () => {
    const lines = exported();
    const report = verifyExport(lines.with(3, leafLine(2, leafHash(BODIES[2]!), BODIES[2]!)), given);
    expect(report.problems).toMatchObject([{ code: 'foreign_entry', index: 2 }]);
  });

  it('a logged text that is not an entry', () => {
    const report = verifyExport(exported(BODIES.with(1, '{"org":"org_a","v":2}')), given);
    expect(report.problems).toMatchObject([{ code: 'unreadable_entry', index: 1 }]);
  });

  it('garbage for lines', () => {
    const lines = exported();
    for (const garbage of ['x', '{}', 'null', '[]', `${lines[4]} `, lines[4]!.replace('"i":3', '"i":3.0')]) {
      expect(codes(verifyExport(lines.with(4, garbage), given))).toContain('bad_line');
    }
    expect(codes(verifyExport([], given))).toEqual(['bad_header']);
    expect(codes(verifyExport(lines.slice(1), given))).toEqual(['bad_header']);
    expect(codes(verifyExport([lines[0]!.replace('/1', '/2'), ...lines.slice(1)], given))).toEqual(['bad_header']);
  });

  it('any one character changed, added or taken away', () => {
    const text = exported().join('\n');
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 0, maxLength: 1 }), fc.nat(1), (at, char, cut) => {
        const edited = text.slice(0, at) + char + text.slice(at + cut);
        fc.pre(edited !== text);
        expect(verifyExport(edited.split('\n'), given).ok).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });

  it('without filling the memory with complaints', () => {
    const lines = exported();
    const { problems } = verifyExport([lines[0]!, ...Array.from({ length: 5000 }, () => 'x')], given);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({ code: 'more_problems' });
  });
});

describe('with a checkpoint kept from earlier,', () => {
  it('a log that only grew verifies, from any size', () => {
    for (let size = 0; size <= SIZE; size++) {
      expect(verifyExport(exported(), { ...given, kept: headOf(BODIES, size) })).toMatchObject({
        ok: true,
      });
    }
  });

  it('a shortened log is found, though the key signed it', () => {
    const report = verifyExport(exported(BODIES, { size: 5 }), { ...given, kept: headOf(BODIES, SIZE) });
    expect(codes(report)).toEqual(['older_than_kept']);
  });

  it('a rewritten log is found, though the key signed it', () => {
    const rewritten = BODIES.with(4, bodyOf(4, 'org_a', 'harmless'));
    for (const size of [5, 8, SIZE]) {
      const report = verifyExport(exported(rewritten), { ...given, kept: headOf(BODIES, size) });
      expect(codes(report)).toEqual(['history_rewritten']);
    }
    expect(verifyExport(exported(rewritten), { ...given, kept: headOf(BODIES, 4) })).toMatchObject({
      ok: true,
    });
  });

  it('a kept checkpoint of an empty log must have the empty root', () => {
    const kept = signCheckpoint({ origin: ORIGIN, size: 0, root: leafHash('x') }, signer);
    expect(codes(verifyExport(exported(), { ...given, kept }))).toEqual(['history_rewritten']);
  });

  it('a kept checkpoint that is none is told, not ignored', () => {
    for (const kept of ['', 'x', headOf(BODIES, 3, stranger), headOf(BODIES, 3).replace('\n3\n', '\n0\n')]) {
      expect(codes(verifyExport(exported(), { ...given, kept }))).toEqual(['bad_kept_checkpoint']);
    }
  });
});
