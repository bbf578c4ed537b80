/**
 * `npm run tour`: the main job on a server of its own, then a swarm on another, with temporary folders and free ports, over
 * real HTTP. Each step says what it expects and checks it; nothing is left behind.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { createOperationalLog } from '../operational-log.ts';
import type { TerminalSink } from '../paint.ts';
import { SALLYPORT } from '../program-name.ts';
import { loadSettings } from '../settings.ts';
import { type RunningServer, startServer } from '../start.ts';
import { introduction } from './agents.ts';
import { conversation, optOut } from './conversation.ts';
import { openAdminDoor } from './doors.ts';
import { checkOffline, keepCheckpoint, takeAway } from './evidence.ts';
import { approval, cap, dryRun, impersonation } from './limits.ts';
import { createNarrator, type Narrator } from './narrator.ts';
import { erasure, explainedRefusal, oneTimeCode } from './people.ts';
import { swarmChapter } from './swarm/chapter.ts';

const DRAIN_MS = 2_000;

export interface TourParts {
  readonly out: TerminalSink;
  /** For faults of the server. */
  readonly err: TerminalSink;
  readonly clock: Clock;
}

/** True when every step had its expected outcome. */
export async function tour({ out, err, clock }: TourParts): Promise<boolean> {
  const startedAt = clock.now();
  const say = createNarrator(out);
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-tour-'));
  try {
    await told(folder, say, createOperationalLog({ level: 'error', clock, out: err }));
    const second = join(folder, 'swarm');
    await mkdir(second);
    await swarmChapter({ folder: second, say, err, clock });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const { checked, failed } = say.tally;
  const seconds = ((clock.now() - startedAt) / SECOND_MS).toFixed(1);
  say.heading(
    failed === 0
      ? `All ${checked} expectations held, in ${seconds} s. The servers, their folders and keys are gone.`
      : `${failed} of ${checked} expectations did not hold.`,
  );
  if (failed === 0) say.tell(`Now your own: npm start, and in another terminal ${SALLYPORT} --help`);
  return failed === 0;
}

async function told(folder: string, say: Narrator, log: ReturnType<typeof createOperationalLog>): Promise<void> {
  let token = '';
  const server = await startServer({
    settings: loadSettings({ PORT: '0', DATA_DIR: folder }), // these alone: the tour is the same everywhere
    log,
    onFounding: (made) => {
      token = made.token ?? '';
    },
  });
  try {
    say.heading('Sallyport: the guarded door between AI agents and the world');
    say.tell(`A server of its own on ${server.url}, with new keys, in sandbox: nobody’s telephone rings.`);
    await story(server, token, folder, say);
  } finally {
    await server.stop(DRAIN_MS);
  }
}

async function story(server: RunningServer, token: string, folder: string, say: Narrator): Promise<void> {
  const { url, vkey } = server;
  using admin = openAdminDoor(url, token);
  const stage = { url, admin, say };

  const ada = await introduction(stage);
  const sent = await conversation(stage, ada);
  const kept = await keepCheckpoint(stage);
  const denied = await optOut(stage, ada);
  await impersonation(stage, ada);
  await cap(stage);
  await approval(stage);
  await dryRun(stage, ada);
  await oneTimeCode(stage, ada);
  await explainedRefusal(stage, ada, denied);
  await erasure(stage, ada);
  const evidence = await takeAway(stage, folder, sent);
  await ada.door[Symbol.asyncDispose]();

  say.heading('The server stops. What follows needs the files alone.');
  await server.stop(DRAIN_MS);
  await checkOffline(stage, evidence, { vkey, kept }, denied);
}
