/** `sallyport voice …`: looks at a builder's agent file, tries it and serves it. What runs is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { columnsOf, paintFor } from '../../main/paint.ts';
import { formatFor, type OutputFormat, withOutput } from '../output-format.ts';
import { type Shell, say } from '../shell.ts';
import type { AgentFile } from './agent-file.ts';
import type { DumpOptions } from './dump.ts';
import type { ExecOptions } from './exec.ts';
import type { ServeOptions } from './serve.ts';

const PLATFORMS = ['lambda', 'gcf', 'azure', 'cgi'];

export function voiceCommand(voice: Command, shell: Shell): void {
  voice.description('Looks at a file with voice agents, tries their functions, serves them.').addHelpText(
    'after',
    `
FILE is TypeScript or JavaScript that exports an agent, or serves it at its end:
it is run, but nothing listens (except by voice serve). What it prints goes to
standard error. --agent chooses, by name or route, where it has several.

Examples:
  voice list-tools agent.ts
  voice dump agent.ts --from +15555550100
  voice exec agent.ts book_table --people 4 --name Miller
  voice serve agent.ts --port 3000

Exit codes: 0 done, 1 refused or failed, 2 the command or the file is wrong.`,
  );
  listAgents(voice.command('list-agents'), shell);
  listTools(voice.command('list-tools'), shell);
  dumpCommand(voice.command('dump'), shell);
  execCommand(voice.command('exec'), shell);
  serveCommand(voice.command('serve'), shell);
}

function listAgents(command: Command, shell: Shell): void {
  withFile(command, shell, async (file, format) => {
    const { agentsText } = await import('./lists.ts');
    say(shell.out, agentsText(file, format, columnsOf(shell.out)));
  })
    .summary('the agents of a file')
    .description('The agents of a file: name, route, functions, and how they are found in it.');
}

function listTools(command: Command, shell: Shell): void {
  withFile(command, shell, async (file, format) => {
    const [{ toolsText }, { chosenAgent }] = await Promise.all([import('./lists.ts'), import('./agent-file.ts')]);
    const agent = chosenAgent(file, command.opts<{ readonly agent?: string }>().agent);
    say(shell.out, toolsText(agent, format, paintFor(shell.out)));
  })
    .summary('the functions of an agent')
    .description('The functions of an agent: whether they are secure, where they run, what they take.')
    .addOption(agentOption());
}

function dumpCommand(command: Command, shell: Shell): void {
  withFile(command, shell, async (file, format) => {
    const { dump } = await import('./dump.ts');
    await dump(file, command.opts<DumpOptions>(), format, shell);
  })
    .summary('the script of a call')
    .description('The script of a call, as the platform would get it. Tokens and passwords are hidden.')
    .addOption(agentOption())
    .option('--call-id <id>', 'the call (default: one made at random)')
    .option('--from <number>', 'who calls (default: +15555550100)')
    .option('--to <number>', 'who is called (default: +15555550199)')
    .option('--query <name=value>', "part of the address's query; may be repeated", collect)
    .option('--body <object>', 'body of the request as JSON; - reads it from standard input')
    .addOption(simulateOption())
    .option('--show-secrets', 'show tokens and passwords, too');
}

function execCommand(command: Command, shell: Shell): void {
  command
    .summary('runs a function')
    .description('Runs a function as a call would, token and all, and prints its answer.')
    .argument('<file>', 'file with agents')
    .argument('<function>', 'its name')
    .argument('[options...]', "the function's parameters, as options: see voice list-tools")
    .usage('[options] <file> <function> [--parameter value ...]')
    .allowUnknownOption()
    .addOption(agentOption())
    .option('--args <object>', 'parameters as JSON; - reads it from standard input')
    .option('--call-id <id>', 'the call (default: one made at random)')
    .option('--call-from <number>', 'who calls (default: +15555550100)')
    .option('--call-to <number>', 'who is called (default: +15555550199)')
    .option('--call-query <name=value>', "part of the script's address; may be repeated", collect)
    .addOption(simulateOption())
    .addHelpText(
      'after',
      `
--people 4 gives a number where the function wants one; --flag alone is true,
--no-flag false; a list is given by repeating its option, or as JSON. A
parameter that is called like an option above is given by --args.`,
    );
  withFormat(command).action(async (path: string, name: string, words: readonly string[]) => {
    const { exec } = await import('./exec.ts');
    const options = command.opts<ExecOptions & Format>();
    await onFile(path, shell, (file) => exec(file, { name, words }, options, formatOf(options, shell), shell));
  });
}

function serveCommand(command: Command, shell: Shell): void {
  withFile(command, shell, async (file, format) => {
    const { serve } = await import('./serve.ts');
    const { agent, host, port } = command.opts<ServeOptions>();
    const where = { ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
    await serve(file, { ...where, ...(agent !== undefined && { agent }) }, format, shell);
  })
    .summary('serves until Ctrl-C')
    .description('Serves the agents of a file until Ctrl-C: one by itself, several at their routes.')
    .addOption(agentOption())
    .addOption(new Option('--port <n>', 'port; 0 takes a free one (default: as the file says)').argParser(portOf))
    .option('--host <address>', 'address to listen on (default: as the file says)');
}

interface Format {
  readonly output?: OutputFormat;
  readonly json?: boolean;
}

const withFormat = (command: Command): Command => withOutput(command).option('--json', 'the same as --output json');

const formatOf = ({ json, output }: Format, shell: Shell): OutputFormat =>
  json === true ? 'json' : formatFor(output, shell.out);

const withFile = (
  command: Command,
  shell: Shell,
  work: (file: AgentFile, format: OutputFormat) => Promise<void>,
): Command =>
  withFormat(command.argument('<file>', 'file with agents')).action((path: string) =>
    onFile(path, shell, (file) => work(file, formatOf(command.opts<Format>(), shell))),
  );

async function onFile(given: string, shell: Shell, work: (file: AgentFile) => Promise<void>): Promise<void> {
  const [{ agentFilePath, loadAgentFile }, { withBuildersCode }] = await Promise.all([
    import('./agent-file.ts'),
    import('./builders-code.ts'),
  ]);
  const path = agentFilePath(given);
  await withBuildersCode(path, shell, async (guarded) => work(await guarded(loadAgentFile(path))));
}

const agentOption = () => new Option('--agent <name>', 'which agent of the file, by name or route');
const simulateOption = () =>
  new Option('--simulate <platform>', "ask as a serverless platform's event, and print what that gets").choices(
    PLATFORMS,
  );

const collect = (one: string, before: readonly string[] = []): readonly string[] => [...before, one];

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}
