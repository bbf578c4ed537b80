/** A folder below a route: its files, `index.html` for a folder, and a list where one is asked for. What is allowed: static-file.ts. */
import { statSync } from 'node:fs';
import type { Context, MiddlewareHandler, Next } from 'hono';
import { SallyportError } from '../../kernel/errors.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { fileAnswer } from './file-answer.ts';
import { linkPage } from './link-page.ts';
import { filesIn, STATIC_RULES, type StaticRules, staticFile } from './static-file.ts';

export interface StaticOptions {
  readonly rules?: StaticRules;
  /** List a folder without `index.html`. */
  readonly isListed?: boolean;
  /** The value of Cache-Control; `public, max-age=3600` unless said. */
  readonly cacheControl?: string;
}

const REFUSED = () => new SallyportError('forbidden', 'This file is not given out.');

/**
 * For `app.get(`${route}/*`, …)`. What is not there is left to the routes behind.
 * @param route the path that is taken off a request's own.
 * @throws ConfigurationError when `directory` is no folder.
 */
export function staticFiles(directory: string, route: string, options: StaticOptions = {}): MiddlewareHandler {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw new ConfigurationError(`${directory} is no folder; name one whose files shall be served at ${route}.`);
  const { rules = STATIC_RULES, isListed = false, cacheControl = 'public, max-age=3600' } = options;
  const prefix = route.replace(/\/+$/, '');

  return async (c: Context, next: Next) => {
    const { pathname } = new URL(c.req.raw.url);
    if (pathname !== prefix && !pathname.startsWith(`${prefix}/`)) return next();
    const below = pathname.slice(prefix.length);
    const found = await staticFile(directory, below, rules);
    if (found.kind === 'absent') return next();
    if (found.kind === 'refused') throw REFUSED();
    if (found.kind === 'file') return fileAnswer(c.req.raw, found, cacheControl);
    const index = await staticFile(directory, `${below.replace(/\/$/, '')}/index.html`, rules);
    if (index.kind === 'file') return fileAnswer(c.req.raw, index, cacheControl);
    if (!isListed) throw REFUSED();
    const names = await filesIn(found.path, rules);
    return c.html(linkPage(pathname.replace(/\/?$/, '/'), names));
  };
}
