/** `sallyport doctor`: a line for each check of the set-up, with what to do. Exit code 1 when one of them fails. */
import type { Command } from 'commander';
import type { Examination } from '../main/doctor/doctor.ts';
import { type Paint, paintFor } from '../main/paint.ts';
import { CommandFailure } from './command-failure.ts';
import { formatFor, type OutputFormat, withOutput } from './output-format.ts';
import { renderJson, visible } from './render.ts';
import { type Shell, say } from './shell.ts';

export function doctorCommand(command: Command, shell: Shell): Command {
  command.description('Looks at settings, keys, database and machine, and says what to do; changes nothing.');
  return withOutput(command).action(async () => {
    const { examine } = await import('../main/doctor/doctor.ts');
    const found = await examine(shell.clock);
    const format = formatFor(command.opts<{ readonly output?: OutputFormat }>().output, shell.out);
    say(shell.out, format === 'json' ? renderJson(found) : examinationText(found, paintFor(shell.out)));
    if (found.verdict === 'fail') throw new CommandFailure(1, []);
  });
}

const STYLES = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

function examinationText({ checks }: Examination, paint: Paint): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  return checks
    .map(({ check, is, says, todo }) => {
      const told = visible([says, ...(todo === undefined ? [] : [todo])].join(' '));
      return `${paint(STYLES[is], is.padEnd(4))}  ${check.padEnd(width)}  ${told}`;
    })
    .join('\n');
}
