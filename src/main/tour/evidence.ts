/** The log: taken away while the server runs, checked when it is gone. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkProof, type ProofFile, proofFileOf } from '../proof-file.ts';
import { readRemoteLog } from '../remote-log.ts';
import { verifyFile } from '../verify-file.ts';
import type { Stage } from './agents.ts';
import { textIn } from './doors.ts';

export interface Evidence {
  /** The export's file. */
  readonly file: string;
  readonly proof: ProofFile;
}

/** A checkpoint to keep from before, as an auditor would. */
export const keepCheckpoint = async ({ admin }: Stage): Promise<string> =>
  textIn(await admin.post('audit/checkpoint', {}), 'checkpoint');

/** @param sent the action whose record is to be proven. */
export async function takeAway({ admin, say }: Stage, folder: string, sent: string): Promise<Evidence> {
  say.step('An auditor takes the log away, and the proof of Ada’s first message');
  const log = await readRemoteLog((page) => admin.post('audit/export-log', page), { everyOrganization: false });
  const lines: string[] = [];
  for await (const line of log.lines()) lines.push(`${line}\n`);
  const file = join(folder, 'log.jsonl');
  await writeFile(file, lines.join(''));
  say.check('the export is a file of its own', lines.length === log.header.size + 1, `${log.header.size} entries`);
  return { file, proof: proofFileOf(sent, await admin.post('audit/prove', { actionId: sent })) };
}

/** @param trusted the log's key, known from elsewhere. @param denied an action whose refusal someone would like to undo. */
export async function checkOffline(
  { say }: Pick<Stage, 'say'>,
  { file, proof }: Evidence,
  trusted: { readonly vkey: string; readonly kept: string },
  denied: string,
): Promise<void> {
  say.step('Offline, with the log’s key and a checkpoint kept from before');
  const report = await verifyFile(whole(await readFile(file)), trusted);
  say.check('every entry is in its place, signed, and extends what was kept', report.ok, `${report.size} leaves`);
  const inclusion = checkProof(proof, trusted.vkey);
  say.check(
    'Ada’s message is in the log: decision and result',
    inclusion.ok && proof.proofs.length === 2,
    proof.actionId ?? '',
  );

  say.step('Someone changes one byte of the export: the refusal after STOP');
  const changed = await readFile(file);
  const entry = changed.indexOf(`"action\\":\\"${denied}`);
  const at = changed.indexOf('deny', entry);
  changed[at] = 'D'.charCodeAt(0);
  await writeFile(`${file}.changed`, changed);
  const edited = await verifyFile(whole(changed), trusted);
  const [problem] = edited.problems;
  const found = entry !== -1 && problem?.code === 'edited_body';
  say.check('found, with its place', found, `byte ${at}: leaf ${problem?.index}, ${problem?.code}`);

  const cut = Buffer.from(`${(await readFile(file, 'utf8')).trimEnd().split('\n').slice(0, -1).join('\n')}\n`);
  const shortened = await verifyFile(whole(cut), trusted);
  say.check(
    'and so is an entry cut off at the end',
    shortened.problems.some(({ code }) => code === 'truncated'),
    'truncated',
  );
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
