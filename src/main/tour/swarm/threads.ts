/** How the tour puts something to its swarm, and waits for what comes of it. */
import { setTimeout as wait } from 'node:timers/promises';
import { type AdminDoor, type Body, listIn, textIn } from '../doors.ts';
import type { Narrator } from '../narrator.ts';
import type { Bank } from './bank.ts';

export interface Scene {
  readonly admin: AdminDoor;
  readonly say: Narrator;
  readonly bank: Bank;
}

/** Longer each time: reads have a limit as well. */
const LOOK_MS = [40, 80, 120, 200, 300] as const;
const LOOKS = 60;

/** What `look` finds, or null when it found nothing in time. */
export async function until<T>(look: () => Promise<T | null | undefined>): Promise<T | null> {
  for (let i = 0; i < LOOKS; i++) {
    const found = await look();
    if (found != null) return found;
    await wait(LOOK_MS[Math.min(i, LOOK_MS.length - 1)]);
  }
  return null;
}

/** @returns the thread, as soon as the message is on the disk. */
export const inject = async ({ admin }: Pick<Scene, 'admin'>, payload: string): Promise<string> =>
  textIn(await admin.post('swarm/inject', { to: 'desk', payload }), 'threadId');

/** What was said in a thread, the first first. */
export const said = async ({ admin }: Pick<Scene, 'admin'>, threadId: string): Promise<readonly Body[]> =>
  listIn(await admin.post('swarm/list-thread-messages', { threadId }), 'messages').toReversed();

/** What the thread's owner was answered; null when nothing came in time. */
export const answered = (scene: Pick<Scene, 'admin'>, threadId: string): Promise<string | null> =>
  until(async () => {
    const last = (await said(scene, threadId)).findLast(({ to }) => to === 'owner');
    return last === undefined ? null : String(last['payload']);
  });

/** Whether the bank got an order for this account in time. */
export const reached = async ({ bank }: Pick<Scene, 'bank'>, account: string): Promise<boolean> =>
  (await until(async () => bank.book.find((one) => one === account))) !== null;

export const isPaused = async ({ admin }: Pick<Scene, 'admin'>, threadId: string): Promise<Body | null> => {
  const thread = await admin.post('swarm/show-thread', { threadId });
  return thread['status'] === 'paused' ? thread : null;
};

/** The frames of a thread with their steps, from the record. */
export const inspected = async ({ admin }: Pick<Scene, 'admin'>, threadId: string): Promise<readonly Body[]> =>
  listIn(await admin.post('swarm/inspect-thread', { threadId }), 'frames');
