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

/** The script for a call, as JSON. */
export type ScriptTemplate = (tokenOf: TokenOf) => string;

/**
 * @param mark random text that stands nowhere else in the script, of characters that neither JSON nor an address escapes.
 * @param render makes the document, asking for each token once.
 */
export function scriptTemplate(mark: string, render: (tokenOf: TokenOf) => object): ScriptTemplate {
  const gaps: Gap[] = [];
  const text = JSON.stringify(render((name, bound) => `${mark}${gaps.push({ name, bound }) - 1}.`));
  const [first = '', ...rest] = text.split(mark);
  const pieces = rest.map((piece) => {
    const end = piece.indexOf('.');
    return { gap: gaps[Number(piece.slice(0, end))]!, text: piece.slice(end + 1) };
  });
  return (tokenOf) => {
    let script = first;
    for (const { gap, text: after } of pieces) script += tokenOf(gap.name, gap.bound) + after;
    return script;
  };
}
