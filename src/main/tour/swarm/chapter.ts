/**
 * The swarm's chapter of the tour: agents at work on a server of its own, stopped in every way there is, killed and started
 * again; and its log, which says all of it and is checked when both servers are gone.
 */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../kernel/clock.ts';
import type { Sink } from '../../operational-log.ts';
import { readRemoteLog } from '../../remote-log.ts';
import { verifyFile } from '../../verify-file.ts';
import { type AdminDoor, openAdminDoor, textIn } from '../doors.ts';
import type { Narrator } from '../narrator.ts';
import { openBank } from './bank.ts';
import { BANK_SWARM } from './bank-swarm.ts';
import { agents, question } from './counter.ts';
import { crash } from './crash.ts';
import { emergency } from './emergency.ts';
import { budget, killed, poisoned } from './hands.ts';
import { startOwnServer } from './own-server.ts';
import type { Scene } from './threads.ts';

export interface ChapterParts {
  /** Empty, and gone afterwards. */
  readonly folder: string;
  readonly say: Narrator;
  readonly err: Sink;
  readonly clock: Clock;
}

export async function swarmChapter({ folder, say, err, clock }: ChapterParts): Promise<void> {
  await using bank = await openBank();
  const swarmFile = join(folder, 'swarm.mjs');
  await writeFile(swarmFile, moduleOf(bank.url));
  const place = { folder: join(folder, 'data'), swarmFile, bank: bank.origin };

  say.heading('A swarm: agents that work under people’s eyes and hands');
  say.tell('Starting a second server, in a process of its own; a bank listens beside it …');
  await using first = await startOwnServer(place, err);
  const token = first.token ?? '';
  using admin = openAdminDoor(first.url, token);
  const scene: Scene = { admin, say, bank };

  await agents(scene);
  await question(scene);
  await budget(scene, clock);
  await poisoned(scene);
  await killed(scene, clock);
  const kept = textIn(await admin.post('audit/checkpoint', {}), 'checkpoint');
  const next = await crash(scene, first, async () => {
    const server = await startOwnServer(place, err);
    return { server, admin: openAdminDoor(server.url, token) };
  });
  await using second = next.server;
  using after = next.admin;
  await emergency({ ...scene, admin: after }, second.url, clock);

  const file = join(folder, 'swarm-log.jsonl');
  const size = await takeLog(after, file);
  await second.stop();
  say.step('The log of all this, offline: with a checkpoint kept from before the SIGKILL');
  const report = await verifyFile(createReadStream(file), { vkey: first.vkey, kept });
  say.check('one log, over both processes: nothing of it was changed or lost', report.ok, `${size} entries`);
}

/** A file of the author's, which the server is told of by SWARM_FILE. */
const moduleOf = (bank: string): string =>
  `import { bankSwarm } from ${JSON.stringify(BANK_SWARM)};\nexport default bankSwarm(${JSON.stringify(bank)});\n`;

async function takeLog(admin: AdminDoor, file: string): Promise<number> {
  const log = await readRemoteLog((page) => admin.post('audit/export-log', page), { everyOrganization: false });
  const lines: string[] = [];
  for await (const line of log.lines()) lines.push(`${line}\n`);
  await writeFile(file, lines.join(''));
  return log.header.size;
}
