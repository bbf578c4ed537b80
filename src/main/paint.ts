/** A little colour, on terminals that have it (`NO_COLOR` and dumb terminals don't) and nowhere else. */
import { styleText } from 'node:util';
import type { Sink } from './operational-log.ts';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';
export type Paint = (style: Style, text: string) => string;

/** A terminal of Node's knows whether it has colours. */
export interface ColourSink extends Sink {
  hasColors?(): boolean;
}

export const paintFor = (sink: ColourSink): Paint =>
  sink.isTTY === true && sink.hasColors?.() === true
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
