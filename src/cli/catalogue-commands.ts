/** The commands that act through a running server: friendly names, evidence, and every action of the catalogue by itself. */
import { Command } from 'commander';
import type { Catalogue, CatalogueEntry } from '../guard/catalogue.ts';
import { configContext } from '../main/actions.ts';
import { SALLYPORT } from '../main/program-name.ts';
import { actionCommand } from './action-command.ts';
import { ALIASES, GROUPS } from './aliases.ts';
import { checkpointCommand } from './audit/checkpoint-command.ts';
import { exportCommand } from './audit/export-command.ts';
import { proofCommand, verifyProofCommand } from './audit/proof-commands.ts';
import { verifyCommand } from './audit/verify-command.ts';
import { misused } from './command-failure.ts';
import { explainCommand } from './compliance/explain-command.ts';
import type { Shell } from './shell.ts';
import { applyCommand, checkCommand, diffCommand } from './swarm/file-commands.ts';
import { watchCommand } from './watch/watch-command.ts';
import { whyText } from './why-text.ts';

const ROOMS: Readonly<Record<string, string>> = {
  comms: 'Messages, consent, limits, do-not-contact.',
  identity: 'People, sessions, grants, programs and their keys, agents’ tokens.',
};

/** They work, and the help names what serves people better. */
const UNLISTED = new Set([
  'audit.why',
  'audit.prove',
  'audit.prove_entry',
  'audit.export_log',
  'comms.explain_compliance',
]);

/**
 * @param argv what was typed: options are read from schemas, a millisecond an action, and only those that can be seen are.
 */
export function addCatalogueCommands(
  program: Command,
  shell: Shell,
  catalogue: Catalogue,
  argv: readonly string[],
): void {
  const [first, second = ''] = argv[0] === 'help' ? argv.slice(1) : argv;
  const isShown = (groupName: string, verb: string): boolean =>
    first === groupName && (second === verb || second === '' || second === 'help' || second.startsWith('-'));
  const entryOf = (name: string): CatalogueEntry => {
    const entry = catalogue.byName(name);
    if (entry === undefined) throw new TypeError(`there is no action ${name}`);
    return entry;
  };
  const groups = new Map<string, Command>();
  const group = (name: string, says: string): Command =>
    groups.getOrInsertComputed(name, () => program.command(name).description(says));

  program.commandsGroup('Administer:');
  watchCommand(program.command('watch'), shell);
  const swarm = group('swarm', GROUPS['swarm'] ?? '');
  checkCommand(swarm.command('check'), shell, configContext(catalogue));
  diffCommand(swarm.command('diff'), shell, entryOf('swarm.diff_config'));
  applyCommand(swarm.command('apply'), shell, entryOf('swarm.put_config'));
  for (const { command: path, action, positional, shows } of ALIASES) {
    const [name, verb] = path;
    const command = verb === undefined ? program.command(name) : group(name, GROUPS[name] ?? '').command(verb);
    if (verb === undefined || isShown(name, verb))
      actionCommand(command, shell, { entry: entryOf(action), positional, ...(shows && { shows }) });
  }

  program.commandsGroup('Explain and prove:');
  const why = {
    entry: entryOf('audit.why'),
    positional: ['actionId'],
    tell: (body: unknown) => ({ answer: whyText(body), notes: [] }),
  };
  actionCommand(program.command('why'), shell, why);
  explainCommand(
    group('compliance', 'What law and records say of contacting somebody.').command('explain'),
    shell,
    entryOf('comms.explain_compliance'),
  );
  const audit = group('audit', 'The log: read it, take it away, verify it offline.');
  exportCommand(audit.command('export'), shell);
  verifyCommand(audit.command('verify'), shell);
  proofCommand(audit.command('proof'), shell);
  verifyProofCommand(audit.command('verify-proof'), shell);
  checkpointCommand(audit.command('checkpoint'), shell);

  program.commandsGroup('Every action, as the catalogue has it:');
  for (const entry of catalogue.entries) {
    const [room = '', verb = ''] = entry.action.name.split('.');
    const inRoom = group(room, ROOMS[room] ?? `Actions of ${room}.`);
    const name = verb.replaceAll('_', '-');
    const isTaken = inRoom.commands.some((other) => other.name() === name);
    if (!entry.action.doors.includes('cli') || isTaken) continue;
    const command = inRoom.command(name, { hidden: UNLISTED.has(entry.action.name) });
    if (isShown(room, name)) actionCommand(command, shell, { entry });
  }
  callCommand(program, shell, catalogue);
}

/** `call <tool>`: an action by the name that agents know it by. */
function callCommand(program: Command, shell: Shell, catalogue: Catalogue): void {
  program
    .command('call')
    .description('Calls an action by its tool’s name, such as comms_ping, with the options of that action.')
    .argument('<tool>')
    .argument('[options...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (tool: string, options: readonly string[]) => {
      const entry = catalogue.byTool(tool);
      if (entry === undefined || !entry.action.doors.includes('cli')) {
        throw misused(`There is no tool ${JSON.stringify(tool)} here; ${SALLYPORT} --help shows where to look.`);
      }
      const command = new Command(`sallyport call ${tool}`).copyInheritedSettings(program);
      await actionCommand(command, shell, { entry }).parseAsync([...options], { from: 'user' });
    });
}
