/**
 * A script that was made once, with gaps where each call's tokens go: what is the same for every caller is turned into text a
 * single time, and nothing of one caller can stay in it.
 */
import type { BoundArguments } from '../session-manager.ts';

interface Gap {
  readonly name: string;
  readonly bound: BoundArguments | undefined;
}

export type TokenOf = (name: string, bound: BoundArguments | undefined) => string;

/** The script for a call, as JSON in UTF-8. */
export type ScriptTemplate = (tokenOf: TokenOf) => Uint8Array;

/**
 * @param mark random text that stands nowhere else in the script, of characters that neither JSON nor an address escapes.
 * @param render makes the document, asking for each token once.
 */
export function scriptTemplate(mark: string, render: (tokenOf: TokenOf) => object): ScriptTemplate {
  const gaps: Gap[] = [];
  const text = JSON.stringify(render((name, bound) => `${mark}${gaps.push({ name, bound }) - 1}.`));
  const [first = '', ...rest] = text.split(mark);
  const before = Buffer.from(first);
  const pieces = rest.map((piece) => {
    const end = piece.indexOf('.');
    return { gap: gaps[Number(piece.slice(0, end))]!, after: Buffer.from(piece.slice(end + 1)) };
  });
  const fixedBytes = pieces.reduce((sum, { after }) => sum + after.length, before.length);
  return (tokenOf) => {
    const tokens = pieces.map(({ gap }) => tokenOf(gap.name, gap.bound)); // of ASCII, so that a character is a byte
    const script = Buffer.allocUnsafe(tokens.reduce((sum, token) => sum + token.length, fixedBytes));
    let at = before.copy(script);
    pieces.forEach(({ after }, i) => {
      at += script.write(tokens[i]!, at, 'latin1');
      at += after.copy(script, at);
    });
    return script;
  };
}
