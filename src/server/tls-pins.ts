/**
 * `GET /.well-known/sallyport/tls`: pins of the key that is served, for native clients that hold on to it. Only there where this
 * server itself speaks TLS: behind a proxy the key is the proxy's. A client that learns a pin here trusts its first connection.
 */
import type { Hono } from 'hono';
import { type Env, methodNotAllowed } from './context.ts';

const TLS_PATH = '/.well-known/sallyport/tls';

export interface TlsPins {
  /** As `sha256/` and Base64 of the SHA-256 of a SubjectPublicKeyInfo (RFC 7469 §2.4); asked each time, as keys are renewed. */
  pins(): readonly string[];
}

export function mountTlsPins(app: Hono<Env>, { pins }: TlsPins): void {
  app.get(TLS_PATH, (c) => c.json({ spki: pins() }));
  app.all(TLS_PATH, methodNotAllowed('GET, HEAD'));
}
