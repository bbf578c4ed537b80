/** `audit proof` and `audit verify-proof`: that the log tells of one action, fetched and checked, or checked offline. */
import type { Command } from 'commander';
import { paintFor } from '../../main/paint.ts';
import { SALLYPORT } from '../../main/program-name.ts';
import { checkProof, type ProofFile, parseProofFile, proofFileOf } from '../../main/proof-file.ts';
import { CommandFailure, misused } from '../command-failure.ts';
import { ask, type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { visible } from '../render.ts';
import { type Shell, say } from '../shell.ts';
import { keyOf, textOf, writeEvidence } from './files.ts';

const PATH = '/api/v1/audit/prove';
const ENTRY_PATH = '/api/v1/audit/prove-entry';
const KEY = [
  '--key <key>',
  "the log's public key, or a file that holds it; without it the proof vouches for itself",
] as const;

export function proofCommand(command: Command, shell: Shell): void {
  command
    .description('Fetches the proof that the log tells of an action, or has one entry, and checks it here.')
    .argument('<action-id | index>', 'an action as every answer and refusal names it, or an entry by its number')
    .option('--out <file>', 'keeps the proof; a file that exists is not overwritten')
    .option(...KEY);
  withConnection(command).action(async (subject: string) => {
    const { out, key, ...connection } = command.opts<ConnectionOptions & { out?: string; key?: string }>();
    const vkey = await keyOf(key);
    using client = connect(connection);
    const proof = /^\d{1,15}$/.test(subject)
      ? proofFileOf(null, await ask(client, ENTRY_PATH, { index: Number(subject) }))
      : proofFileOf(subject, await ask(client, PATH, { actionId: subject }));
    if (proof.proofs.length === 0) {
      throw new CommandFailure(1, [
        `Nothing is proven of ${visible(subject)}: the log has no such action, or its entries are less than a second old.`,
      ]);
    }
    if (out !== undefined) await writeEvidence(out, `${JSON.stringify(proof)}\n`);
    tell(proof, vkey, shell);
    if (out !== undefined)
      say(shell.err, `Kept in ${out}; check it anywhere with: ${SALLYPORT} audit verify-proof ${out}`);
  });
}

export function verifyProofCommand(command: Command, shell: Shell): void {
  command
    .description('Checks a kept proof offline.')
    .argument('<file>', 'what audit proof kept')
    .option(...KEY)
    .action(async (file: string) => {
      const vkey = await keyOf(command.opts<{ key?: string }>().key);
      const proof = parseProofFile(await textOf(file));
      if (proof === null) throw misused(`${file} is not a proof that sallyport audit proof kept.`);
      tell(proof, vkey, shell);
    });
}

/** @throws CommandFailure when the proof does not hold. */
function tell(proof: ProofFile, vkey: string | undefined, { out, err }: Shell): void {
  const { ok, held, problems } = checkProof(proof, vkey);
  if (!ok) {
    const cross = paintFor(err)('red', '✗');
    throw new CommandFailure(1, [
      `The proof of ${visible(proof.actionId ?? 'the entry')} does not hold:`,
      ...problems.map((problem) => `${cross} ${visible(problem)}`),
    ]);
  }
  for (const line of held) say(out, `${paintFor(out)('green', '✓')} ${visible(line)}`);
  if (vkey === undefined)
    say(out, `${paintFor(out)('yellow', '!')} that key came with the proof: give the one you trust with --key`);
}
