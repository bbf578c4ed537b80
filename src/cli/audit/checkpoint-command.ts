/** `audit checkpoint`: the log's signed state, to be kept where the log's keeper can't reach it. */
import type { Command } from 'commander';
import * as z from 'zod';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { parseVkey } from '../../audit/signed-note.ts';
import { CommandFailure } from '../command-failure.ts';
import { ask, type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { type Shell, say } from '../shell.ts';
import { keyOf, writeEvidence } from './files.ts';

const PATH = '/api/v1/audit/checkpoint';
const head = z.object({ vkey: z.string(), checkpoint: z.string() });

export function checkpointCommand(command: Command, shell: Shell): void {
  command
    .description("Fetches the log's newest signed checkpoint; kept elsewhere, it shows later that nothing was cut off.")
    .option('--out <file>', 'where to; a file that exists is not overwritten (default: standard output)')
    .option('--key <key>', "the log's public key, or a file that holds it: checks the signature");
  withConnection(command).action(async () => {
    const { out, key, ...connection } = command.opts<ConnectionOptions & { out?: string; key?: string }>();
    const given = await keyOf(key);
    using client = connect(connection);
    const { vkey, checkpoint } = head.parse(await ask(client, PATH, {}));
    const verifier = parseVkey(given ?? vkey);
    const verified = verifier === null ? null : verifyCheckpoint(checkpoint, verifier);
    if (verified === null || !verified.ok) {
      throw new CommandFailure(1, [`The checkpoint is not one by the key ${given ?? vkey}.`]);
    }
    if (out === undefined) return void shell.out.write(checkpoint);
    await writeEvidence(out, checkpoint);
    say(shell.err, `The checkpoint at ${verified.value.size} entries is in ${out}. Keep the log's key too:\n  ${vkey}`);
  });
}
