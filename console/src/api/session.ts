/**
 * Who is signed in here. The access token lives in this module's memory alone: a script of another origin can't reach it, and
 * closing the tab forgets it. The refresh token is in a cookie that no script can read; it is renewed on load and before the
 * access token ends.
 */
import { signal } from '@preact/signals';
import { oneTabAtATime, onOtherTabs, tellOtherTabs } from './across-tabs.ts';
import { type Method, send } from './http.ts';
import { asProblem, Problem } from './problem.ts';
import type { Person, SessionInfo, Signed } from './shapes.ts';
import { confirmItIsYou } from './step-up.ts';

export type SessionState =
  | { readonly is: 'starting' }
  | {
      readonly is: 'nobody';
      /** Why somebody who was here is not any more. */
      readonly why: string | null;
      /** Of their own will: the next one starts at the start. */
      readonly left: boolean;
    }
  | { readonly is: 'signed-in'; readonly person: Person; readonly session: SessionInfo };

export const session = signal<SessionState>({ is: 'starting' });

/** Renewed this long before it ends, so that no request goes out with a token that dies on the way. */
const EARLY_MS = 60_000;
/** Whatever the clocks say, a token is not renewed more often than this. */
const LEAST_MS = 30_000;

/** Says whether a session may be there at all, so that a first visit does not ask for one. Holds no secret. */
const HINT = 'sallyport.session';

interface Token {
  readonly text: string;
  /** By this machine's clock, ms. */
  readonly renewAt: number;
}
let token: Token | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** What every sign-in ends with. */
export function signedIn(signed: Signed, serverNow: number = Date.now()): void {
  adopt(signed, serverNow);
  tellOtherTabs({ is: 'signed-in', signed, at: serverNow });
}

function adopt(signed: Signed, serverNow: number): void {
  const lastsMs = Math.max(LEAST_MS, Date.parse(signed.expiresAt) - serverNow - EARLY_MS);
  token = { text: signed.accessToken, renewAt: Date.now() + lastsMs };
  localStorage.setItem(HINT, '1');
  session.value = { is: 'signed-in', person: signed.person, session: signed.session };
  clearTimeout(timer);
  timer = setTimeout(renewIfSeen, lastsMs);
}

function forget(why: string | null, left = false): void {
  localStorage.removeItem(HINT);
  nobody(why, left);
}

function nobody(why: string | null, left = false): void {
  token = null;
  clearTimeout(timer);
  session.value = { is: 'nobody', why, left };
}

/** A tab that nobody looks at does not keep a session alive. */
function renewIfSeen(): void {
  if (document.visibilityState === 'visible' && token !== null && token.renewAt <= Date.now())
    renew(token.text).catch(() => undefined);
}

let flight: Promise<string> | null = null;

/** @param stale the token that is not good any more; null: none was there. @throws Problem */
function renew(stale: string | null): Promise<string> {
  flight ??= oneTabAtATime(async () => {
    if (token !== null && token.text !== stale) return token.text; // another tab was faster
    const { body, serverNow } = await send<Signed>('POST', '/auth/refresh', { body: {} });
    signedIn(body, serverNow);
    return body.accessToken;
  })
    .catch((problem: unknown) => {
      if (problem instanceof Problem && problem.status === 401) forget(stale === null ? null : ENDED);
      throw problem;
    })
    .finally(() => {
      flight = null;
    });
  return flight;
}

const ENDED = 'Your session has ended. Sign in to go on where you were.';

/** On load. @param expected whether a session must be there, as after coming back from an identity provider. */
export async function startSession(expected: boolean): Promise<void> {
  onOtherTabs((told) => {
    if (told.is === 'signed-in') adopt(told.signed, told.at);
    else if (session.value.is !== 'nobody') forget('You signed out in another tab.', true);
  });
  document.addEventListener('visibilitychange', renewIfSeen);
  if (!expected && localStorage.getItem(HINT) === null) return forget(null);
  try {
    await renew(null);
  } catch (thrown) {
    // no answer is no end: the next load asks again
    if (session.value.is === 'starting') nobody(asProblem(thrown).message);
  }
}

/**
 * A request as the person who is signed in. A token that the server does not take any more is renewed once; where the API asks
 * for a fresh factor, the person is asked, and the request is sent once more.
 * @throws Problem, or `Cancelled` when the person would not confirm.
 */
export async function ask<T>(method: Method, path: string, body?: object): Promise<T> {
  try {
    return await withToken<T>(method, path, body);
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== 'step_up_required') throw thrown;
    await confirmItIsYou();
    return withToken<T>(method, path, body);
  }
}

export async function withToken<T>(method: Method, path: string, body?: object): Promise<T> {
  const text = token !== null && token.renewAt > Date.now() ? token.text : await renew(token?.text ?? null);
  try {
    return (await send<T>(method, path, { body, token: text })).body;
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.status !== 401) throw thrown;
    return (await send<T>(method, path, { body, token: await renew(text) })).body;
  }
}

export const get = <T>(path: string): Promise<T> => ask<T>('GET', path);
export const change = <T>(path: string, body: object = {}): Promise<T> => ask<T>('POST', path, body);

/** Who this is, anew: after a factor was added or taken away. */
export async function reloadMe(): Promise<void> {
  const { person, session: info } = await get<{ person: Person; session: SessionInfo }>('/auth/me');
  session.value = { is: 'signed-in', person, session: info };
}

export function confirmedUntil(steppedUpUntil: string): void {
  if (session.value.is === 'signed-in')
    session.value = { ...session.value, session: { ...session.value.session, steppedUpUntil } };
}

/** Here and in every other tab. It holds here even when the server can't be reached. */
export async function signOut(): Promise<void> {
  try {
    const fresh = token !== null && token.renewAt > Date.now(); // otherwise the cookie says which session
    await send('POST', '/auth/logout', fresh ? { body: {}, token: token?.text } : { body: {} });
  } finally {
    forget(null, true);
    tellOtherTabs({ is: 'signed-out' });
  }
}
