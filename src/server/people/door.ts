/** `/api/v1/auth`: how people come in, stay in and go. Each file mounts the routes of one way. */
import type { Hono } from 'hono';
import type { Env } from '../context.ts';
import { mountLinks } from './link-routes.ts';
import { get, type PeopleDoorParts } from './route.ts';
import { mountSessions } from './session-routes.ts';

export function mountPeople(app: Hono<Env>, parts: PeopleDoorParts): void {
  get(app, '/methods', async (c) =>
    c.json({ password: true, passkey: true, oidc: null, setUp: !(await parts.people.store.any()) }),
  );
  mountLinks(app, parts);
  mountSessions(app, parts);
}
