/** One sub-command for one action: its options come from the input's schema, its help from the action's own words. */

import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { CatalogueEntry } from '../guard/catalogue.ts';
import { columnsOf, paintFor } from '../main/paint.ts';
import { type AnswerText, answerText } from './answer-text.ts';
import { misused } from './command-failure.ts';
import { ask, type ConnectionOptions, connect, withConnection } from './connection.ts';
import { type InputOption, inputFrom, inputOptions, optionFor, secretFields } from './input-options.ts';
import { jsonInput } from './json-input.ts';
import { formatFor, type OutputFormat, withOutput } from './output-format.ts';
import { renderJson } from './render.ts';
import { type Shell, say } from './shell.ts';

export type Body = Readonly<Record<string, unknown>>;

export interface ActionCommandParts {
  readonly entry: CatalogueEntry;
  /** Fields of the input that are arguments rather than options. */
  readonly positional?: readonly string[];
  /** Another text than the derived one. */
  readonly tell?: (body: Body) => AnswerText;
  /** What the derived text shows of the answer; all of it unless said. JSON has it whole. */
  readonly shows?: (body: Body) => Body;
}

/** Makes `command` perform the action. */
export function actionCommand(command: Command, shell: Shell, parts: ActionCommandParts): Command {
  const { entry, positional = [] } = parts;
  const options = inputOptions(entry);
  const byName = (field: string) => options.find(({ path }) => path.length === 1 && path[0] === field);
  const args = positional.flatMap((field) => byName(field) ?? []);
  const flags = options.filter((option) => !args.includes(option));

  command.description(entry.action.says);
  for (const arg of args) {
    const shape = new Argument(arg.required ? `<${arg.name}>` : `[${arg.name}]`, arg.says).argParser(reader(arg));
    command.addArgument(arg.choices === null ? shape : shape.choices([...arg.choices]));
  }
  command.optionsGroup('Input:');
  for (const option of flags.filter(({ common }) => !common)) addOption(command, option);
  command.option('--json <object>', jsonHelp(secretFields(entry)));
  command.optionsGroup('Every action:');
  for (const option of flags.filter(({ common }) => common)) addOption(command, option);
  withConnection(command);
  withOutput(command);

  return command.action(async () => {
    const chosen = command.opts<ConnectionOptions & { readonly output?: OutputFormat; readonly json?: string }>();
    const given = [
      ...args.map((arg, i) => [arg.path, command.processedArgs[i]] as const),
      ...flags.map((option) => [option.path, command.getOptionValue(attributeOf(option))] as const),
    ].flatMap(([path, value]) => (value === undefined ? [] : [[path, value === NULL ? null : value] as const]));
    const input = inputFrom(await jsonInput(chosen.json, shell, ['--json', '{"limit": 5}']), given);
    const nameOf = (path: string) => optionFor(options, path);
    checkInput(entry, input, nameOf);
    using client = connect(chosen);
    const format = formatFor(chosen.output, shell.out);
    print(await ask(client, entry.path, input, { nameOf, format }), format, shell, parts);
  });
}

function jsonHelp(secrets: readonly string[]): string {
  const usual = 'the input, or part of it, as JSON; - reads it from standard input';
  return secrets.length === 0
    ? usual
    : `${usual}. Only so are secrets given (${secrets.join(', ')}): every user of this machine can read a command line`;
}

function print(
  body: Body,
  format: OutputFormat,
  shell: Shell,
  { entry, tell, shows = (whole) => whole }: ActionCommandParts,
): void {
  const { answer, notes } =
    format === 'json'
      ? { answer: renderJson(body), notes: [] }
      : (tell?.(body) ??
        answerText(shows(body), paintFor(shell.out), { width: columnsOf(shell.out), remarks: remarksOn(entry) }));
  say(shell.out, answer);
  for (const note of notes) say(shell.err, note);
}

const remarksOn = ({ action }: CatalogueEntry) =>
  Object.fromEntries((action.secretOutput ?? []).map((name) => [name, 'shown this once']));

/** Refuses what the server would refuse, in the words of the command line. The server judges again. */
function checkInput(entry: CatalogueEntry, input: Body, nameOf: (path: string) => string): void {
  const parsed = entry.schema.safeParse(input);
  if (parsed.success) return;
  const lines = parsed.error.issues.map(({ path, message }) => {
    const missing =
      path.reduce<unknown>((at, step) => (isObject(at) ? at[String(step)] : undefined), input) === undefined;
    return `  ${nameOf(path.join('.'))}  ${missing && path.length > 0 ? 'is required' : message}`;
  });
  throw misused('The input is not complete or not valid:', ...lines, 'See --help of this command.');
}

const isObject = (value: unknown): value is Body => typeof value === 'object' && value !== null;

/** Commander's own naming: camel case at dashes. */
const attributeOf = ({ name }: InputOption): string =>
  name.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());

function addOption(command: Command, option: InputOption): void {
  if (option.kind === 'flag') {
    addFlag(command, option);
    return;
  }
  const shape = new Option(`--${option.name} <${option.kind}>`, helpOf(option)).argParser(reader(option));
  command.addOption(option.choices === null ? shape : shape.choices([...option.choices]).argParser(reader(option)));
}

/** Both spellings work; the help shows the one that changes something. */
function addFlag(command: Command, option: InputOption): void {
  const yes = new Option(`--${option.name}`, helpOf(option));
  const no = new Option(`--no-${option.name}`, helpOf(option));
  const usual = option.fallback === true ? yes : no;
  usual.hideHelp();
  command.addOption(yes).addOption(no);
}

function helpOf({ says, required, many, fallback }: InputOption): string {
  const marks = [
    ...(required ? ['required'] : []),
    ...(many ? ['may be repeated'] : []),
    ...(fallback === undefined || String(fallback) === '' ? [] : [`default: ${String(fallback)}`]),
  ];
  return [says, ...(marks.length === 0 ? [] : [`(${marks.join('; ')})`])].filter((part) => part !== '').join(' ');
}

/** Commander takes a `null` from a reader for an empty text. */
const NULL = Symbol('null');
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) ?? NULL;
  } catch {
    return text;
  }
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Text of the command line as the value that the schema wants. */
function reader({ kind, many, nullable, choices }: InputOption): (text: string, before: unknown) => unknown {
  const one = (text: string): unknown => {
    if (kind === 'json') return jsonOrText(text);
    if (nullable && text === 'null') return NULL;
    if (choices !== null && !choices.includes(text)) throw new InvalidArgumentError(`Allowed: ${choices.join(', ')}.`);
    if (kind !== 'number') return text;
    if (!NUMBER.test(text)) throw new InvalidArgumentError('It must be a number.');
    return Number(text);
  };
  return many ? (text, before) => [...(Array.isArray(before) ? before : []), one(text)] : one;
}
