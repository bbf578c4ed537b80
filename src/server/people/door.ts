/** `/api/v1/auth`: how people come in, stay in and go. Each file mounts the routes of one way. */
import type { Hono } from 'hono';
import type { Env } from '../context.ts';
import { mountFactors } from './factor-routes.ts';
import { mountLinks } from './link-routes.ts';
import { mountOidc } from './oidc-routes.ts';
import { mountPasskeys } from './passkey-routes.ts';
import { mountPasswords } from './password-routes.ts';
import { get, type PeopleDoorParts } from './route.ts';
import { mountSessions } from './session-routes.ts';

export function mountPeople(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { store, passkeys, oidc } = parts.people;
  get(app, '/methods', async (c) =>
    c.json({
      password: true,
      passkey: passkeys.offered,
      oidc: oidc === null ? null : { label: oidc.label },
      setUp: !(await store.any()),
    }),
  );
  mountLinks(app, parts);
  mountPasskeys(app, parts);
  mountOidc(app, parts);
  mountSessions(app, parts);
  mountPasswords(app, parts);
  mountFactors(app, parts);
}
