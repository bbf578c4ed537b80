/**
 * The pages at `/admin`: files that were built, from a list made at the start, and nothing else. They hold no data and no
 * secret, so they need no token; what they show comes from the API, by the rights of who signs in there. A page that runs
 * scripts gets the strictest policy it can work under: its own files alone, nothing inline, no text turned into markup, no
 * frame around it.
 */
import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { type Env, methodNotAllowed, type RequestContext } from '../context.ts';
import type { Protection } from '../protection.ts';

interface ConsoleFile {
  /** The media type, with its charset. */
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface ConsoleDoorParts {
  /** By the path below `/admin/`; empty where nothing was built. */
  readonly consoleFiles: ReadonlyMap<string, ConsoleFile>;
  readonly protection: Pick<Protection, 'uncounted'>;
}

/** CSP Level 3; Trusted Types without a policy: whatever would make markup of a text throws (W3C Trusted Types §4). */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'"],
  ...["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"],
  ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
].join('; ');

/** What a page of ours may ask of the browser: passkeys, copying to the clipboard. */
const PERMISSIONS = [
  ...['publickey-credentials-get=(self)', 'publickey-credentials-create=(self)', 'clipboard-write=(self)'],
  ...['camera', 'microphone', 'geolocation', 'payment', 'usb', 'serial', 'hid'].map((name) => `${name}=()`),
].join(', ');

const PAGE_HEADERS = {
  'content-security-policy': POLICY,
  'permissions-policy': PERMISSIONS,
  'cross-origin-opener-policy': 'same-origin', // no window that opened this one keeps a hand on it
  'referrer-policy': 'no-referrer',
} as const;

/** A name that holds the content's hash never means other content (RFC 8246). */
const IMMUTABLE = 'public, max-age=31536000, immutable';

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sallyport</title></head>
<body><main><h1>The pages are not built</h1>
<p>This server runs, but its pages for people were not built. In the checkout run <code>npm ci</code>, which brings what is needed, or <code>npm run build:console</code>; then start the server again.</p>
<p>Everything else works: the API, MCP and the command line.</p></main></body></html>
`;

export function mountConsole(app: Hono<Env>, { consoleFiles, protection: { uncounted } }: ConsoleDoorParts): void {
  const index = consoleFiles.get('index.html');
  const page = index === undefined ? notBuilt : fileAnswer('index.html', index);
  const answers = new Map([...consoleFiles].map(([path, file]) => [`/admin/${path}`, fileAnswer(path, file)]));

  for (const [path, answer] of [['/admin', page] as const, ['/admin/', page] as const, ...answers]) {
    app.get(path, uncounted, answer);
    app.all(path, methodNotAllowed('GET, HEAD'));
  }
}

const notBuilt = (c: RequestContext): Response =>
  c.body(NOT_BUILT, 503, { 'content-type': 'text/html; charset=utf-8', ...PAGE_HEADERS });

/** What a browser has already is not sent again (RFC 9110 §13.1.2). */
function fileAnswer(path: string, { type, body }: ConsoleFile): (c: RequestContext) => Response {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const isPage = type.startsWith('text/html');
  const headers = {
    'content-type': type,
    'cache-control': path.startsWith('assets/') ? IMMUTABLE : isPage ? 'no-store' : 'no-cache',
    etag,
    ...(isPage ? PAGE_HEADERS : {}),
  };
  return (c) =>
    matches(c.req.raw.headers.get('if-none-match'), etag) ? c.body(null, 304, headers) : c.body(body, 200, headers);
}

const matches = (header: string | null, etag: string): boolean =>
  (header ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
