/**
 * How a client without a token learns what to bring: the challenge of a 401 (RFC 6750 §3) and the protected-resource
 * metadata that it points to (RFC 9728; Model Context Protocol, Authorization). Names no authorization server: tokens are
 * handed out by an administrator.
 */
import type { Hono } from 'hono';
import { type Env, methodNotAllowed } from './context.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The paths that are a protected resource of their own; the empty one is the server as a whole. */
const RESOURCES = ['', '/mcp'] as const;

export function mountProtectedResource(app: Hono<Env>, publicUrl: string): void {
  for (const resource of RESOURCES) {
    const path = `${WELL_KNOWN}${resource}`; // RFC 9728 §3.1: the well-known part goes between host and path
    app.get(path, (c) =>
      c.json({ resource: `${publicUrl}${resource}`, bearer_methods_supported: ['header'], resource_name: 'Sallyport' }),
    );
    app.all(path, methodNotAllowed('GET, HEAD'));
  }
}

/** @param presented whether credentials came; without any, no error code is due (RFC 6750 §3.1). */
export function challenge(publicUrl: string, path: string, presented: boolean): string {
  const resource = RESOURCES.find((one) => one === path) ?? '';
  return `Bearer ${presented ? 'error="invalid_token", ' : ''}resource_metadata="${publicUrl}${WELL_KNOWN}${resource}"`;
}
