/** `--output`: text for people, JSON for machines; unless said, by whether a terminal is there to show it. */
import { type Command, Option } from 'commander';
import type { Terminal } from './shell.ts';

const FORMATS = ['text', 'json'] as const;
export type OutputFormat = (typeof FORMATS)[number];

export const withOutput = (command: Command): Command =>
  command.addOption(new Option('--output <format>', 'default: text on a terminal, else json').choices([...FORMATS]));

export const formatFor = (asked: OutputFormat | undefined, out: Terminal): OutputFormat =>
  asked ?? (out.isTTY === true ? 'text' : 'json');
