/**
 * What tabs of one browser tell each other: they share one session, whose refresh token is good for one use. One tab at a
 * time renews it (Web Locks), and the others take what it got; nothing of it is written anywhere.
 */
import type { Signed } from './shapes.ts';

export type Told =
  | { readonly is: 'signed-in'; readonly signed: Signed; readonly at: number }
  | { readonly is: 'signed-out' };

const NAME = 'sallyport-session';
const channel = new BroadcastChannel(NAME);

export const tellOtherTabs = (told: Told): void => channel.postMessage(told);

export function onOtherTabs(hear: (told: Told) => void): void {
  channel.addEventListener('message', ({ data }: MessageEvent<Told>) => hear(data));
}

/** Browsers have locks on secure pages alone; elsewhere there is no session to keep either. */
export const oneTabAtATime = <T>(work: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? (navigator.locks.request(NAME, work) as Promise<T>) : work();
