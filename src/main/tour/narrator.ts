/** The tour's voice: numbered steps, what was expected of each, and the evidence. Short lines, made to be read. */
import { columnsOf, paintFor, type TerminalSink } from '../paint.ts';

const INDENT = '    ';

export interface Narrator {
  /** Begins a step. */
  step(title: string): void;
  /** What happens, or what it means. */
  tell(text: string): void;
  /** An expectation, whether it held, and what shows it. */
  check(expectation: string, holds: boolean, evidence?: string): void;
  heading(text: string): void;
  /** How many expectations there were, and how many of them did not hold. */
  readonly tally: { readonly checked: number; readonly failed: number };
}

export function createNarrator(out: TerminalSink): Narrator {
  const paint = paintFor(out);
  const write = (text: string) => void out.write(`${text}\n`);
  const tally = { checked: 0, failed: 0 };
  let steps = 0;
  return {
    tally,
    heading: (text) => write(`\n${paint('bold', text)}`),
    step(title) {
      steps++;
      write(`\n${String(steps).padStart(2)}  ${paint('bold', title)}`);
    },
    tell(text) {
      for (const line of wrapped(text, columnsOf(out) - INDENT.length)) write(`${INDENT}${line}`);
    },
    check(expectation, holds, evidence = '') {
      tally.checked++;
      if (!holds) tally.failed++;
      const mark = holds ? paint('green', '✓') : paint('red', '✗');
      write(`${INDENT}${mark} ${expectation}${evidence === '' ? '' : paint('dim', `  ${evidence}`)}`);
    },
  };
}

/** Broken at spaces; what follows the first line stands in a little. */
function wrapped(text: string, width: number): string[] {
  const hang = ' '.repeat(text.search(/\S/) + 2);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${hang}${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
