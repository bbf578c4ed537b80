/**
 * `swarm check`, `swarm diff` and `swarm apply`: a configuration that is in a file here. `check` asks no server and needs no
 * token: exit code 0, or 1 with every problem by line and column, as compilers tell them.
 */
import type { Command } from 'commander';
import type { CatalogueEntry } from '../../guard/catalogue.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { type Paint, paintFor } from '../../main/paint.ts';
import { readSwarmSource, type SwarmSourceFile } from '../../main/swarm-module.ts';
import { parseConfig } from '../../swarm/config/parse.ts';
import type { Problem } from '../../swarm/config/problem.ts';
import type { CheckContext } from '../../swarm/config/rules/context.ts';
import { CommandFailure, misused } from '../command-failure.ts';
import { ask, type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { formatFor, type OutputFormat, withOutput } from '../output-format.ts';
import { renderJson, visible } from '../render.ts';
import { type Shell, say } from '../shell.ts';

const FILE = 'a .yaml or .json file, or a .ts or .mjs module that exports defineSwarm(...)';

export function checkCommand(command: Command, shell: Shell, known: Omit<CheckContext, 'handlers'>): void {
  command.description('Checks a configuration of a swarm, without a server.').argument('<file>', FILE);
  withOutput(command).action(async (file: string) => {
    const { source, handlers } = await readHere(file);
    const parsed = parseConfig(source, { ...known, handlers: handlers.size === 0 ? null : new Set(handlers.keys()) });
    const format = formatFor(command.opts<{ readonly output?: OutputFormat }>().output, shell.out);
    const answer = { ok: parsed.ok, hash: parsed.ok ? parsed.hash : null, problems: parsed.problems.map(asJson) };
    const lines = parsed.problems.map((problem) =>
      problemText(file, problem, paintFor(parsed.ok ? shell.out : shell.err)),
    );
    if (!parsed.ok) throw new CommandFailure(1, lines, { document: answer, format });
    if (format === 'json') say(shell.out, renderJson(answer));
    else
      for (const line of [...lines, `${visible(file)} is good: ${parsed.config.agents.length} agents, ${parsed.hash}`])
        say(shell.out, line);
  });
}

interface Options extends ConnectionOptions {
  readonly output?: OutputFormat;
  readonly organizationId?: string;
  readonly expectedVersion?: string;
  readonly note?: string;
}

const onServer = (command: Command): Command =>
  withOutput(
    withConnection(command.argument('<file>', FILE).option('--organization-id <organization>', 'for the orchestrator')),
  );

export function diffCommand(command: Command, shell: Shell, entry: CatalogueEntry): void {
  onServer(command.description('Tells what a file would change of the live configuration of the swarm.')).action(
    async (file: string) => {
      const { body, format } = await send(file, command.opts<Options>(), entry, {}, shell);
      if (format === 'json') say(shell.out, renderJson(body));
      else for (const line of changeLines(body, shell)) say(shell.out, line);
    },
  );
}

export function applyCommand(command: Command, shell: Shell, entry: CatalogueEntry): void {
  command
    .description('Makes a file the live configuration of the swarm.')
    .option('--expected-version <version>', 'refused when another version is live by now; swarm diff tells which is')
    .option('--note <text>', 'why, for whoever looks at the versions later');
  onServer(command).action(async (file: string) => {
    const options = command.opts<Options>();
    const { expectedVersion, note } = options;
    const version = expectedVersion === undefined ? {} : { expectedVersion: Number(expectedVersion) };
    const input = { ...version, ...(note === undefined ? {} : { note }) };
    const { body, format } = await send(file, options, entry, input, shell);
    if (format === 'json') say(shell.out, renderJson(body));
    else for (const line of [...changeLines(body, shell), outcomeLine(body)]) say(shell.out, line);
  });
}

async function send(file: string, options: Options, entry: CatalogueEntry, more: object, shell: Shell) {
  const { source } = await readHere(file);
  const organization = options.organizationId === undefined ? {} : { organizationId: options.organizationId };
  using client = connect(options);
  const format = formatFor(options.output, shell.out);
  return { body: await ask(client, entry.path, { source, ...more, ...organization }, { format }), format };
}

async function readHere(file: string): Promise<SwarmSourceFile> {
  try {
    return await readSwarmSource(file);
  } catch (failure) {
    if (!(failure instanceof SallyportError)) throw failure;
    const cause = failure.cause instanceof Error ? [`  ${visible(failure.cause.message)}`] : [];
    throw misused(visible(failure.message), ...cause);
  }
}

const asJson = ({ is, path, at, say }: Problem) => ({
  ...{ is, path: path.join('.'), say },
  ...{ line: at?.line ?? null, column: at?.column ?? null },
});

/** `swarm.yaml:12:5 error agents.0.peers.1: is no agent of this configuration.` */
function problemText(file: string, { is, path, at, say }: Problem, paint: Paint): string {
  const place = at === null ? file : `${file}:${at.line}:${at.column}`;
  const what = path.length === 0 ? say : `${path.join('.')}: ${say}`;
  return `${visible(place)} ${paint(is === 'error' ? 'red' : 'yellow', is)} ${visible(what)}`;
}

interface Body {
  readonly changes?: readonly {
    readonly path: string;
    readonly is: string;
    readonly before: unknown;
    readonly after: unknown;
  }[];
  readonly forbidden?: readonly string[];
  readonly version?: number;
  readonly changed?: boolean;
  readonly proposal?: string | null;
}

const MARKS: Readonly<Record<string, string>> = { added: '+', removed: '-', changed: '~' };

function changeLines(body: Body, { out }: Shell): readonly string[] {
  const paint = paintFor(out);
  const lines = (body.changes ?? []).map(({ path, is, before, after }) => {
    const values =
      is === 'added' ? spelled(after) : is === 'removed' ? spelled(before) : `${spelled(before)} → ${spelled(after)}`;
    return `${paint(is === 'removed' ? 'red' : is === 'added' ? 'green' : 'yellow', MARKS[is] ?? '?')} ${visible(path)} ${visible(values)}`;
  });
  const forbidden = body.forbidden ?? [];
  return [
    ...(lines.length === 0 ? ['Nothing changes.'] : lines),
    ...(forbidden.length === 0 ? [] : [`You may not change: ${forbidden.join(', ')}.`]),
    ...(body.changed === undefined ? [`Version ${body.version} is live.`] : []),
  ];
}

const MAX_VALUE = 80;
function spelled(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'sha256' in value && 'characters' in value)
    return `(${value.characters} characters, ${String(value.sha256).slice(0, 8)}…)`;
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

const outcomeLine = ({ changed, proposal, version }: Body): string =>
  proposal != null
    ? `It waits for a second person: sallyport swarm confirm ${proposal}`
    : changed
      ? `Version ${version} is live.`
      : `Version ${version} stays live: it says the same.`;
