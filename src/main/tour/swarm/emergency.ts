/** Everything stops, at once. */
import type { Clock } from '../../../kernel/clock.ts';
import { listIn, openAdminDoor, textIn } from '../doors.ts';
import { inject, reached, type Scene } from './threads.ts';

const WITHIN_MS = 5_000;

export async function emergency(scene: Scene, url: string, clock: Clock): Promise<void> {
  const { admin, say, bank } = scene;
  say.step('Emergency stop');
  const made = await admin.post('comms/provision-channels', { displayName: 'Ivy', capabilities: { sms: true } });
  using ivy = openAdminDoor(url, textIn(made, 'securityToken'));
  const before = await ivy.post('comms/get-waiting-messages', {});
  bank.hush();
  await inject(scene, 'Send 5 dollars to gus.');
  await reached(scene, 'gus');
  const from = clock.now();
  const report = await admin.post('swarm/emergency-stop', {});
  const took = clock.now() - from;
  bank.speak();
  const [ended, open] = [listIn(report, 'framesEnded').length, listIn(report, 'notProven').length];
  say.check('within five seconds', took < WITHIN_MS && report['complete'] === true, `${took} ms`);
  say.check('everything that was under way is in its report', ended === 2 && open === 1, textIn(report, 'say'));
  const after = await ivy.post('comms/get-waiting-messages', {});
  say.check(
    'tokens of all agents are dead, also of those outside the swarm',
    Array.isArray(before['messages']) && textIn(after, 'code') === 'unauthenticated',
    `${listIn(report, 'tokensEnded').length} tokens`,
  );
  await inject(scene, 'Send 6 dollars to hal.');
  const { state } = await admin.post('swarm/show-swarm', {});
  say.check('what comes in now is kept, and waits for a person', state === 'paused' && !bank.book.includes('hal'));
}
