/**
 * What may be a password (NIST SP 800-63B-4 §3.1.1.2). Here a password never signs in alone, a second factor always comes
 * with it; hence eight characters are enough. No rule about kinds of characters and no change by the calendar: both make
 * people choose worse ones. What is refused is what an attacker tries first: common passwords, the person's own name and
 * address, the product's, one character over and over, a plain run.
 *
 * Lengths are counted in code points after NFKC, which is also what is hashed, so that a password typed on another keyboard
 * or system is the same one. Nothing is cut off. Does not judge how hard a password is to guess beyond that.
 */
import { sha256 } from '../../kernel/hash.ts';
import { COMMON_PASSWORDS } from '../data/common-passwords.ts';

export const PASSWORD = {
  /** With a second factor; 15 would be the least for a password alone. */
  leastChars: 8,
  /** Of UTF-8, before and after normalisation: far more than the 64 characters that must be accepted, and cheap to hash. */
  mostBytes: 1024,
} as const;

/** Whose password it is to be; null where that is not known yet. */
export interface PasswordOwner {
  readonly email: string | null;
  readonly name: string | null;
}

/** Each with the sentence that its person reads. */
export const PASSWORD_FAULTS = {
  malformed: 'This text contains half a character. Type the password again.',
  too_long: 'The password is too long. Choose one of at most 1024 bytes.',
  too_short:
    'The password is too short. Choose one of at least 8 characters; a few words in a row are easy to remember.',
  repeated: 'The password is one character over and over. Choose one that is harder to guess.',
  run: 'The password is a plain run of characters, such as 12345678. Choose one that is harder to guess.',
  common: 'The password is one of the most common ones, which attackers try first. Choose another.',
  about_you:
    'The password is little more than your name, your mail address or the name of this product. Choose one that has nothing to do with them.',
} as const;
export type PasswordFault = keyof typeof PASSWORD_FAULTS;

/** The password as it is counted and hashed; null for what is none: longer than `mostBytes`, or no Unicode text. */
export function normalPassword(typed: string): string | null {
  if (typed.length > PASSWORD.mostBytes || !typed.isWellFormed()) return null; // no character has less than a byte
  const password = typed.normalize('NFKC');
  return Math.max(Buffer.byteLength(typed), Buffer.byteLength(password)) <= PASSWORD.mostBytes ? password : null;
}

/** Why a person may not have this password; null if it may. */
export function passwordFault(typed: string, owner: PasswordOwner): PasswordFault | null {
  if (!typed.isWellFormed()) return 'malformed';
  const password = normalPassword(typed);
  if (password === null) return 'too_long';
  if (length(password) < PASSWORD.leastChars) return 'too_short';
  const folded = fold(password);
  const weak = weakness(folded);
  if (weak !== null) return weak;
  const rest = wordsOf(owner).reduce((left, word) => left.replaceAll(word, ''), folded);
  return rest !== folded && (length(rest) < PASSWORD.leastChars || weakness(rest) !== null) ? 'about_you' : null;
}

/** For the script that makes the list. @returns the first 32 bits of the hash of the password, whatever its case. */
export function commonPasswordKey(password: string): number {
  const { buffer, byteOffset } = sha256(fold(password.normalize('NFKC')));
  return new DataView(buffer, byteOffset).getUint32(0);
}

function weakness(folded: string): 'repeated' | 'run' | 'common' | null {
  const chars = [...folded];
  if (chars.every((char) => char === chars[0])) return 'repeated';
  if (isRun(chars, 1) || isRun(chars, -1)) return 'run';
  return isCommon(folded) ? 'common' : null;
}

/** Each character follows the one before in Unicode, and 0 follows 9. */
const isRun = (chars: readonly string[], step: 1 | -1): boolean =>
  chars.every((char, i) => i === 0 || next(chars[i - 1]!, step) === char.codePointAt(0)!);

function next(char: string, step: 1 | -1): number {
  if (step === 1 && char === '9') return 48;
  if (step === -1 && char === '0') return 57;
  return char.codePointAt(0)! + step;
}

/** Shorter words stand in too many others. */
const LEAST_WORD_CHARS = 3;

/** What an attacker knows of the person, the longest first, so that a part does not hide the whole. */
function wordsOf({ email, name }: PasswordOwner): readonly string[] {
  const known = [email ?? '', (email ?? '').split('@')[0]!, name ?? '', 'sallyport'].map((text) =>
    fold(text.normalize('NFKC')),
  );
  const words = known.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]);
  return [...new Set(words)]
    .filter((word) => length(word) >= LEAST_WORD_CHARS)
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

const fold = (text: string): string => text.toLowerCase();
const length = (text: string): number => [...text].length;

const LIST = Buffer.from(COMMON_PASSWORDS, 'base64');

/** By halving. One password in 240 000 that is not on the list shares its prefix with one that is, and is refused too. */
function isCommon(folded: string): boolean {
  const key = commonPasswordKey(folded);
  let from = 0;
  let to = LIST.length / 4;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const found = LIST.readUInt32BE(4 * middle);
    if (found === key) return true;
    if (found < key) from = middle + 1;
    else to = middle;
  }
  return false;
}
