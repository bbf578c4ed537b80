/**
 * `GET /api/v1/openapi.json` and `GET /api/docs`: what the server can do, for machines and for people. No token: it tells
 * what is in the source anyway, and of no organisation anything. The page runs no script and loads one local stylesheet.
 */
import type { Hono } from 'hono';
import { type Env, methodNotAllowed } from '../context.ts';
import { type OpenApiParts, openApi } from '../openapi.ts';
import { docsPage } from './page.ts';
import { DOCS_STYLE } from './style.ts';

/** CSP Level 3: as for an API answer, but for the stylesheet. */
const PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Made when they are first asked for: a third of what a start would need of memory, for what few ever read. */
export function mountDocs(app: Hono<Env>, parts: OpenApiParts): void {
  const texts = {
    '/api/v1/openapi.json': { type: 'application/json', text: once(() => JSON.stringify(openApi(parts))) },
    '/api/docs': { type: 'text/html; charset=utf-8', text: once(() => docsPage(parts)) },
    '/api/docs/style.css': { type: 'text/css; charset=utf-8', text: () => DOCS_STYLE },
  };
  for (const [path, { type, text }] of Object.entries(texts)) {
    const policy: Record<string, string> = type.startsWith('text/html')
      ? { 'content-security-policy': PAGE_POLICY }
      : {};
    app.get(path, (c) => c.body(text(), 200, { 'content-type': type, ...policy }));
    app.all(path, methodNotAllowed('GET, HEAD'));
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
