/**
 * The command line. What serves (`start`, `tour`) is loaded apart from what asks a server, so that each starts quickly.
 */
import { Command, CommanderError } from 'commander';
import { columnsOf, paintFor } from '../main/paint.ts';
import { loadSettings } from '../main/settings.ts';
import { StartError } from '../main/start-error.ts';
import { VERSION } from '../main/version.ts';
import { CommandFailure } from './command-failure.ts';
import { doctorCommand } from './doctor-command.ts';
import { renderJson } from './render.ts';
import { type ExitCode, type Shell, say } from './shell.ts';
import { voiceCommand } from './voice/voice-command.ts';

/** Runs one command. @param argv without the program's name. */
export async function run(argv: readonly string[], shell: Shell): Promise<ExitCode> {
  try {
    const program = createProgram(shell);
    if (!program.commands.some((command) => command.name() === argv[0])) {
      const [{ addCatalogueCommands }, { catalogueToRead }] = await Promise.all([
        import('./catalogue-commands.ts'),
        import('../main/actions.ts'),
      ]);
      addCatalogueCommands(program, shell, catalogueToRead(), argv);
    }
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (failure) {
    return tell(failure, shell);
  }
}

function createProgram(shell: Shell): Command {
  const program = new Command('sallyport')
    .description('The guarded door between AI agents and the world.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void shell.out.write(text),
      writeErr: (text) => void shell.err.write(text),
      getOutHelpWidth: () => columnsOf(shell.out),
      getErrHelpWidth: () => columnsOf(shell.err),
    })
    .addHelpText('after', '\nCommands ask the server at SALLYPORT_URL with the token in SALLYPORT_TOKEN.');

  program.commandsGroup('Run:');
  program
    .command('start')
    .description('Serves until Ctrl-C; settings are environment variables, see docs/configuration.md.')
    .action(async () => {
      const settings = loadSettings();
      const { serve } = await import('../main/serve.ts');
      await serve({ settings, ...shell });
    });
  program
    .command('tour')
    .description('Shows the whole story on a server of its own, which is gone afterwards.')
    .action(async () => {
      const { tour } = await import('../main/tour/tour.ts');
      if (!(await tour(shell))) throw new CommandFailure(1, ['The tour did not go as expected.']);
    });
  doctorCommand(program.command('doctor'), shell);
  program.commandsGroup('Build voice agents:');
  voiceCommand(program.command('voice'), shell);
  return program;
}

function tell(failure: unknown, { err }: Shell): ExitCode {
  if (failure instanceof CommanderError) return failure.exitCode === 0 ? 0 : 2; // it has said what is wrong
  if (failure instanceof StartError) {
    for (const line of failure.message.split('\n')) say(err, `${paintFor(err)('red', 'sallyport:')} ${line}`);
    return 2;
  }
  if (failure instanceof CommandFailure) {
    if (failure.format === 'json') say(err, renderJson(failure.document));
    else for (const line of failure.lines) say(err, line);
    return failure.exitCode;
  }
  throw failure;
}
