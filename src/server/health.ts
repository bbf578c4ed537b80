/** Liveness and readiness, for whoever supervises the process. No token: they tell nothing but yes or no. */
import type { Hono } from 'hono';
import { type Env, methodNotAllowed } from './context.ts';
import { ALIVE, READY } from './health-paths.ts';
import type { Protection } from './protection.ts';

export interface HealthParts {
  ready(): boolean;
  readonly protection: Pick<Protection, 'uncounted'>;
}

export function mountHealth(app: Hono<Env>, { ready, protection: { uncounted } }: HealthParts): void {
  app.on('GET', [...ALIVE], uncounted, (c) => c.json({ status: 'ok' }));
  app.on('GET', [...READY], uncounted, (c) =>
    ready() ? c.json({ status: 'ready' }) : c.json({ status: 'not ready' }, 503),
  );
  for (const path of [...ALIVE, ...READY]) app.all(path, methodNotAllowed('GET, HEAD'));
}
