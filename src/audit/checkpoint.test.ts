import { describe, expect, it } from 'vitest';
import { type Checkpoint, formatCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { leafHash } from './merkle.ts';
import { keyFromSeed, noteSigner, parseVkey, signNote } from './signed-note.ts';

const signer = noteSigner('log.example/a', keyFromSeed(new Uint8Array(32).fill(1)));
const verifier = parseVkey(signer.vkey)!;
const checkpoint: Checkpoint = { origin: 'log.example/a', size: 20852163, root: leafHash('root') };
const text = formatCheckpoint(checkpoint);
// the example of the specification
const EXAMPLE = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

describe('a checkpoint', () => {
  it("is spelled as in the specification's example", () => {
    const parsed = parseCheckpoint(EXAMPLE)!;
    expect(parsed).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
    expect(formatCheckpoint(parsed)).toBe(EXAMPLE);
  });

  it('comes back from its signed note', () => {
    const opened = verifyCheckpoint(signCheckpoint(checkpoint, signer), verifier);
    expect(opened.ok && formatCheckpoint(opened.value)).toBe(text);
  });

  it('may have extension lines, which say nothing', () => {
    expect(parseCheckpoint(`${text}more\n`)).toEqual(parseCheckpoint(text));
  });

  it.each([
    ['nothing', ''],
    ['no origin', text.replace('log.example/a', '')],
    ['a leading zero', text.replace('2085', '02085')],
    ['a sign', text.replace('2085', '+2085')],
    ['an exponent', text.replace('20852163', '1e3')],
    ['an unsafe size', text.replace('20852163', '9007199254740992')],
    ['a short root', text.replace(/.{5}=\n$/, '=\n')],
    ['a root without padding', text.replace('=', '')],
    ['no line end', text.slice(0, -1)],
    ['an empty extension line', `${text}\n`],
    ['two lines', 'log.example/a\n5\n'],
  ])('is null with %s', (_, wrong) => {
    expect(parseCheckpoint(wrong)).toBeNull();
  });

  it('of another log is refused, though the key signed it', () => {
    const note = signNote(text.replace('/a', '/b'), signer);
    expect(verifyCheckpoint(note, verifier)).toEqual({ ok: false, error: 'wrong_origin' });
    expect(() => signCheckpoint({ ...checkpoint, origin: 'log.example/b' }, signer)).toThrow(TypeError);
  });

  it('is refused when edited, unsigned, or when the note is not a checkpoint', () => {
    const note = signCheckpoint(checkpoint, signer);
    expect(verifyCheckpoint(note.replace('20852163', '20852164'), verifier)).toEqual({
      ok: false,
      error: 'bad_signature',
    });
    expect(verifyCheckpoint(text, verifier)).toEqual({ ok: false, error: 'malformed' });
    expect(verifyCheckpoint(signNote('log.example/a\nx\n', signer), verifier)).toEqual({
      ok: false,
      error: 'malformed',
    });
  });

  it('is not signed with a size or root that can not be read back', () => {
    expect(() => signCheckpoint({ ...checkpoint, size: 1.5 }, signer)).toThrow(TypeError);
    expect(() => signCheckpoint({ ...checkpoint, size: -1 }, signer)).toThrow(TypeError);
    expect(() => signCheckpoint({ ...checkpoint, root: new Uint8Array(31) }, signer)).toThrow(TypeError);
  });
});
