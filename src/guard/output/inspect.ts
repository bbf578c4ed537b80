/**
 * The output filter: what leaves in the name of an agent holds no secret that the house knows, no canary, no token of its own
 * and no piece of a prompt. Pure. A second line: the agent is never shown a secret; this is for what went wrong all the same.
 */
import type { Fingerprinter, Fingerprints, Kept } from './fingerprints.ts';
import { type NormalForm, textOf } from './normal-form.ts';
import { readings } from './readings.ts';

export type Leak = Kept | 'token';

/** What the filter compares with: made by one `Fingerprinter`. */
export interface OutputSecrets {
  readonly fingerprinter: Fingerprinter;
  readonly known: readonly Fingerprints[];
}

/** Null: nothing that must not leave. A text whose encodings never end is read as far as it goes. */
export function inspectOutput(text: string, { fingerprinter, known }: OutputSecrets): Leak | null {
  for (const reading of readings(text)) {
    const found = fingerprinter.find(reading, known) ?? (holdsToken(reading) ? 'token' : null);
    if (found !== null) return found;
  }
  return null;
}

/** `spa_` and its like with 49 characters (`identity/token.ts`), in normal form; and private keys as PEM has them. */
const TOKEN = /sp[aosuk][0-9a-z]{49}|beginprivatekey|begin(?:rsa|ec|dsa|openssh|encrypted)privatekey/;
const S = 0x73;
const P = 0x70;
const B = 0x62;
const E = 0x65;

function holdsToken(form: NormalForm): boolean {
  const { codes, length } = form;
  for (let i = 0; i + 15 <= length; i++) {
    const code = codes[i]!;
    if ((code === S && codes[i + 1] === P && length - i >= 52) || (code === B && codes[i + 1] === E))
      if (TOKEN.test(textOf({ codes: codes.subarray(i, i + 60), length: Math.min(60, length - i) }))) return true;
  }
  return false;
}
