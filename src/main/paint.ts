/** Terminals: their width, and a little colour, on those that have it (`NO_COLOR` and dumb terminals don't) and nowhere else. */
import { styleText } from 'node:util';
import type { Sink } from './operational-log.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';
export type Paint = (style: Style, text: string) => string;

/** A terminal of Node's knows how wide it is and whether it has colours. */
export interface TerminalSink extends Sink {
  readonly columns?: number;
  hasColors?(): boolean;
}

const USUAL_COLUMNS = 100;
const FEWEST_COLUMNS = 40;

/** Characters in a line. A terminal that nobody told its size says 0. */
export const columnsOf = ({ columns = 0 }: TerminalSink): number =>
  columns === 0 ? USUAL_COLUMNS : Math.max(columns, FEWEST_COLUMNS);

export const paintFor = (sink: TerminalSink): Paint =>
  sink.isTTY === true && sink.hasColors?.() === true
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
