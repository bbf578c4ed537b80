/** SIGKILL of the server's process in the middle of work, and what the next one finds. */
import { type AdminDoor, type Body, listIn, textIn } from '../doors.ts';
import type { OwnServer } from './own-server.ts';
import { answered, inject, inspected, reached, type Scene, until } from './threads.ts';

/** A call of an agent, of which nobody knows whether it happened. */
async function unknownCall(scene: Scene, threadId: string): Promise<{ frameId: string; step: number } | null> {
  for (const frame of await inspected(scene, threadId)) {
    const call = listIn(frame, 'steps').find(({ kind, state }) => kind === 'call' && state === 'unknown');
    if (call !== undefined) return { frameId: textIn(frame, 'frameId'), step: Number(call['n']) };
  }
  return null;
}

/** @param again starts the next server over the same folder. */
export async function crash(
  scene: Scene,
  server: OwnServer,
  again: () => Promise<{ readonly server: OwnServer; readonly admin: AdminDoor }>,
): Promise<{ readonly server: OwnServer; readonly admin: AdminDoor }> {
  const { say, bank } = scene;
  say.step('SIGKILL: one transfer done, one under way, two waiting their turn');
  const carl = await inject(scene, 'Send 1 dollars to carl.');
  await answered(scene, carl);
  bank.hush();
  const dora = await inject(scene, 'Send 2 dollars to dora.');
  await reached(scene, 'dora');
  const emil = await inject(scene, 'Send 3 dollars to emil.');
  const fay = await inject(scene, 'Send 4 dollars to fay.');
  await server.kill();
  bank.speak();
  say.check('the process is gone', bank.book.slice(-2).join() === 'carl,dora', `pid ${server.pid}`);

  say.tell('Starting it again, on the same folder …');
  const next = await again();
  const now: Scene = { ...scene, admin: next.admin };
  const answers = [await answered(now, carl), await answered(now, emil), await answered(now, fay)];
  say.check(
    'what was taken in is answered: nothing is lost',
    answers.join() === '1 dollars went to carl,3 dollars went to emil,4 dollars went to fay',
  );
  const open = await until(() => unknownCall(now, dora));
  const alerts = async () =>
    listIn(await next.admin.post('comms/list-alerts', {}), 'alerts').find(({ kind }) => kind === 'outcome_unknown');
  const alert: Body | null = await until(alerts);
  say.check('the transfer that was cut is not repeated: a person is told', open !== null && alert !== null);
  say.tell(`  ${textIn(alert ?? {}, 'say')}`);
  await next.admin.post('swarm/resolve-step', {
    ...{ threadId: dora, frameId: open?.frameId ?? '', step: open?.step ?? 0 },
    ...{ as: 'done', note: 'It is in the book of the bank.' },
  });
  const told = await answered(now, dora);
  say.check('the person looks at the bank, and says that it was done', told?.includes('was done') === true);
  const book = bank.book.slice(bank.book.indexOf('carl'));
  say.check('each left once', book.toSorted().join() === 'carl,dora,emil,fay', book.join(', '));
  return next;
}
