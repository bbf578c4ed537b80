/** `audit verify`: an export checked without any server. */
import type { Command } from 'commander';
import type { VerifyReport } from '../../audit/verify-export.ts';
import { paintFor } from '../../main/paint.ts';
import { verifyFile } from '../../main/verify-file.ts';
import { CommandFailure } from '../command-failure.ts';
import { formatFor, type OutputFormat, withOutput } from '../output-format.ts';
import { renderJson, visible } from '../render.ts';
import { type Shell, say } from '../shell.ts';
import { bytesOf, keyOf, textOf } from './files.ts';

interface Options {
  readonly key?: string;
  readonly checkpoint?: string;
  readonly output?: OutputFormat;
}

export function verifyCommand(command: Command, shell: Shell): void {
  command
    .description(
      'Checks an export offline: every leaf, the tree, the signature, and that it extends a kept checkpoint.',
    )
    .argument('<file>', 'what audit export wrote; - for standard input')
    .option('--key <key>', "the log's public key, or a file that holds it; without it the file vouches for itself")
    .option('--checkpoint <file>', 'a checkpoint kept from earlier: finds a log that was cut off or rewritten');
  withOutput(command).action(async (file: string) => {
    const { key, checkpoint, output } = command.opts<Options>();
    const vkey = await keyOf(key);
    const kept = checkpoint === undefined ? undefined : await textOf(checkpoint);
    const report = await verifyFile(bytesOf(file, shell), {
      ...(vkey === undefined ? {} : { vkey }),
      ...(kept === undefined ? {} : { kept }),
    });
    const format = formatFor(output, shell.out);
    if (!report.ok) throw new CommandFailure(1, problemLines(file, report, shell), { document: report, format });
    if (format === 'json') say(shell.out, renderJson(report));
    else for (const line of wholeLines(report, kept !== undefined, shell)) say(shell.out, line);
  });
}

function wholeLines({ size, own, root, trust }: VerifyReport, withKept: boolean, { out }: Shell): string[] {
  const paint = paintFor(out);
  const yes = (text: string) => `${paint('green', '✓')} ${text}`;
  const no = (text: string) => `${paint('yellow', '!')} ${text}`;
  return [
    yes(`${size} leaves, in order and none missing; their root is ${root}`),
    yes(`${own} entries can be read, each the one that its leaf hashes`),
    trust === 'given-key'
      ? yes('the checkpoint over them is signed by the key that you gave')
      : no('the checkpoint is signed by the key in the file itself: give the one you trust with --key'),
    withKept
      ? yes('it extends the checkpoint that you kept')
      : no('not compared with an earlier state: give a checkpoint that you kept with --checkpoint'),
  ];
}

function problemLines(file: string, { problems }: VerifyReport, { err }: Shell): string[] {
  const cross = paintFor(err)('red', '✗');
  const lines = problems.map(({ index, say, code }) => {
    const where = index === undefined ? '' : `leaf ${index}: `;
    return `${cross} ${where}${visible(say)} (${code})`;
  });
  return [`${file} is not the log that was signed:`, ...lines];
}
