/**
 * What must not leave, as fingerprints: of a secret or a prompt only keyed hashes of pieces of its normal form are kept, so
 * that neither the filter nor what it is given holds a secret. A rolling hash finds candidates (a few nanoseconds a character),
 * an HMAC-SHA-256 under a key of this process confirms them. Threat: an agent that was talked into telling a secret or its
 * instructions, as they are or split up, reversed or encoded.
 *
 * What has less than 8 letters and digits is no secret that could be told from words.
 */
import type { Entropy } from '../../kernel/entropy.ts';
import { shortMac } from '../../kernel/short-mac.ts';
import { type NormalForm, normalForm, textOf } from './normal-form.ts';

/** `canary`: planted to be noticed, and used for nothing else. */
export type Kept = 'secret' | 'canary' | 'prompt';

/** Of prompts pieces of so many letters and digits: 40 characters of running text. */
export const PROMPT_WINDOW = 32;
/** A secret is looked for by its beginning, then by the rest; shorter than that it is none. */
const SECRET_WINDOW = 8;
/** Of long secrets pieces of so many, at every place: a half of one is enough to be noticed. Of shorter ones the whole. */
const SECRET_PIECE = 16;
const LONG_SECRET = 20;
const WINDOWS = [SECRET_WINDOW, PROMPT_WINDOW] as const;
const MAC_CHARS = 24;
/** Longer prompts are fingerprinted to here; the schema allows no longer one. */
const MAX_CHARS = 200_000;

interface Piece {
  readonly is: Kept;
  /** In code units, from the window's first on. */
  readonly length: number;
  readonly mac: string;
}

/** Pieces of one window's length, by their rolling hash; `seen` says in one look that there is none. */
interface Layer {
  readonly window: number;
  readonly pieces: ReadonlyMap<number, readonly Piece[]>;
  readonly seen: Uint8Array;
}

declare const OF: unique symbol;
/** Only the `Fingerprinter` that made it can use it. */
export interface Fingerprints {
  readonly [OF]?: never;
  readonly layers: readonly Layer[];
}

export const NO_FINGERPRINTS: Fingerprints = { layers: [] };

export interface Fingerprinter {
  ofSecret(secret: string, is?: 'secret' | 'canary'): Fingerprints;
  /** A name for a text by which nobody can tell it. */
  tag(text: string): string;
  /** Links in it are meant to be given, and are left out. */
  ofPrompt(prompt: string): Fingerprints;
  /** What of all of these stands in a text; null: nothing. */
  find(text: NormalForm, known: readonly Fingerprints[]): Kept | null;
}

const KEY_BYTES = 32;
const LINK = /\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+|\bwww\.\S+/gi;

export function createFingerprinter(entropy: Entropy): Fingerprinter {
  const mac = shortMac(entropy.bytes(KEY_BYTES));
  const macOf = (text: string): string => mac(text).slice(0, MAC_CHARS);
  const [base, salt] = new Uint32Array(entropy.bytes(8).buffer);
  const multiplier = base! | 1;
  const codeHash = (code: number): number => Math.imul(code ^ salt!, 0x9e3779b1) ^ (code << 7);
  const spread = (hash: number): number => (hash ^ (hash >>> 15)) >>> 0;
  /** What the code that leaves a window has become by then. */
  const leaving = new Map(WINDOWS.map((window) => [window as number, power(multiplier, window)]));

  function rolled(window: number, { codes }: NormalForm, from: number): number {
    let hash = 0;
    for (let i = from; i < from + window; i++) hash = (Math.imul(hash, multiplier) + codeHash(codes[i]!)) | 0;
    return spread(hash);
  }

  function layersOf(found: readonly { readonly window: number; readonly hash: number; readonly piece: Piece }[]) {
    return [...Map.groupBy(found, ({ window }) => window)].map(([window, pieces]): Layer => {
      const byHash = Map.groupBy(pieces, ({ hash }) => hash);
      return {
        window,
        pieces: new Map([...byHash].map(([hash, same]) => [hash, same.map(({ piece }) => piece)])),
        seen: sieve(byHash.keys(), byHash.size),
      };
    });
  }

  function pieces(form: NormalForm, is: Kept, window: number, length: number): Fingerprints {
    const text = textOf(form);
    const found = [];
    for (let from = 0; from + length <= form.length; from++) {
      const piece = { is, length, mac: macOf(text.slice(from, from + length)) };
      found.push({ window, hash: rolled(window, form, from), piece });
    }
    return { layers: layersOf(found) };
  }

  function findIn({ window, pieces: known, seen }: Layer, { codes, length }: NormalForm, hashes: Int32Array) {
    if (length < window) return null;
    const gone = leaving.get(window)!;
    const mask = seen.length * 8 - 1;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      hash = (Math.imul(hash, multiplier) + hashes[i]!) | 0;
      if (i >= window) hash = (hash - Math.imul(hashes[i - window]!, gone)) | 0;
      if (i < window - 1) continue;
      const spot = spread(hash);
      const bit = spot & mask;
      if ((seen[bit >>> 3]! & (1 << (bit & 7))) === 0) continue;
      const from = i - window + 1;
      for (const piece of known.get(spot) ?? []) {
        if (from + piece.length > length) continue;
        const text = textOf({ codes: codes.subarray(from, from + piece.length), length: piece.length });
        if (macOf(text) === piece.mac) return piece.is;
      }
    }
    return null;
  }

  return {
    tag: macOf,
    ofSecret(secret, is = 'secret') {
      const form = normalForm(secret.slice(0, MAX_CHARS));
      if (form.length < SECRET_WINDOW) return NO_FINGERPRINTS;
      return pieces(form, is, SECRET_WINDOW, form.length >= LONG_SECRET ? SECRET_PIECE : form.length);
    },
    ofPrompt: (prompt) =>
      pieces(normalForm(prompt.slice(0, MAX_CHARS).replace(LINK, ' ')), 'prompt', PROMPT_WINDOW, PROMPT_WINDOW),
    find(text, known) {
      const hashes = new Int32Array(text.length);
      for (let i = 0; i < text.length; i++) hashes[i] = codeHash(text.codes[i]!);
      for (const { layers } of known) {
        for (const layer of layers) {
          const found = findIn(layer, text, hashes);
          if (found !== null) return found;
        }
      }
      return null;
    },
  };
}

/** One set for many: a text is gone through once for each length of window, however many secrets there are. */
export function allOf(sets: readonly Fingerprints[]): Fingerprints {
  const layers = Map.groupBy(
    sets.flatMap((set) => set.layers),
    ({ window }) => window,
  );
  return {
    layers: [...layers].map(([window, same]): Layer => {
      if (same.length === 1) return same[0]!;
      const pieces = new Map<number, readonly Piece[]>();
      for (const layer of same)
        for (const [hash, more] of layer.pieces) pieces.set(hash, [...(pieces.get(hash) ?? []), ...more]);
      return { window, pieces, seen: sieve(pieces.keys(), pieces.size) };
    }),
  };
}

/** A bit for each hash, 16 places for each of them: most of what is not there is seen not to be. */
function sieve(hashes: Iterable<number>, count: number): Uint8Array {
  const bits = Math.max(1 << 12, 2 ** Math.ceil(Math.log2(Math.max(1, count) * 16)));
  const seen = new Uint8Array(bits / 8);
  for (const hash of hashes) {
    const bit = hash & (bits - 1);
    seen[bit >>> 3]! |= 1 << (bit & 7);
  }
  return seen;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i++) result = Math.imul(result, base);
  return result;
}
