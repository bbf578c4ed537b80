/**
 * Which room is shown: the part of the address behind `#`, which never reaches a server or its logs. A link's token comes in
 * there; it is taken out of the address (and of the history) before anything else happens.
 */
import { signal } from '@preact/signals';
import { type Query, withQuery } from './query.ts';

export interface Route {
  /** `people`, `sign-in`, … */
  readonly room: string;
  readonly query: URLSearchParams;
  /** Of the link that opened this page; in memory alone, so that loading the page anew needs the link again. */
  readonly token: string | null;
}

function routeOf(hash: string): Route {
  const [room = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { room, query: new URLSearchParams(query), token: null };
}

export const route = signal<Route>(routeOf(''));

function read(): void {
  const next = routeOf(location.hash);
  const token = next.room === 'link' ? next.query.get('token') : null;
  if (token !== null) {
    history.replaceState(null, '', `${location.pathname}#/link`);
    route.value = { ...routeOf('#/link'), token };
    return;
  }
  route.value = next;
}

export function startRoutes(): void {
  read();
  addEventListener('hashchange', read);
}

/** Goes there without a step back to where one was. */
export function replace(room: string): void {
  history.replaceState(null, '', `${location.pathname}#/${room}`);
  read();
}

/** The address of a room with what is shown in it. */
export const hrefTo = (room: string, query: Query = {}): string => `#/${withQuery(room, query)}`;

/** Where one is, to be gone back to. */
export const placeNow = (): string => location.hash.replace(/^#\/?/, '');

const PLACE = 'sallyport.place';
/** Where to go on after signing in; it outlives the way to an identity provider and back. */
export const rememberPlace = (place: string): void => sessionStorage.setItem(PLACE, place);
export function takePlace(): string {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  return place ?? 'home';
}
