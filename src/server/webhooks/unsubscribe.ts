/**
 * One-click unsubscription (RFC 8058): a POST with the unforgeable token of a mail ends mail to its recipient, without cookie,
 * sign-in or redirect. A GET changes nothing, because mail scanners follow links: it shows a page with one button.
 */
import type { Hono } from 'hono';
import { toBase64 } from '../../kernel/encoding.ts';
import { sha256 } from '../../kernel/hash.ts';
import { looksLikeId } from '../../kernel/ids.ts';
import type { Env } from '../context.ts';
import { methodNotAllowed, type RequestContext } from '../context.ts';
import { providerPrincipal, type WebhookParts, webhookAction } from './delivery.ts';

const PATH = '/unsubscribe/:token';

const STYLE =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color-scheme:light dark}' +
  'button{font:inherit;padding:.6rem 1.4rem;cursor:pointer}h1{font-size:1.4rem}';
const STYLE_HASH = toBase64(sha256(STYLE));
const CSP = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<meta name="robots" content="noindex"><title>${title}</title><style>${STYLE}</style></head><body><main>` +
  `<h1>${title}</h1>${body}</main></body></html>`;

const ASK = page(
  'Unsubscribe',
  '<p>Stop all mail from this sender to your address?</p><form method="post"><button>Unsubscribe</button></form>',
);
const DONE = page('You are unsubscribed', '<p>No more mail is sent to your address from this sender.</p>');
const UNKNOWN = page('This link does not work', '<p>It is not one that we gave out, or it is too old.</p>');

const html = (text: string, status = 200): Response =>
  new Response(text, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CSP,
      'referrer-policy': 'same-origin', // with no-referrer a browser says `Origin: null` when the button is pressed
    },
  });

export function mountUnsubscribe(app: Hono<Env>, parts: WebhookParts): void {
  const entry = webhookAction(parts, 'comms.unsubscribe');

  app.get(PATH, (c) => (readToken(c) === null ? html(UNKNOWN, 404) : html(ASK)));
  app.post(PATH, async (c) => {
    const token = readToken(c);
    const org = token === null ? null : await parts.organizationOf(token.agent);
    if (token === null || org === null) return unknown(c);
    const { agent: agentId, message: messageId, secret } = token;
    const by = providerPrincipal('recipient', org);
    // without an idempotency key: whoever came back with START meanwhile and clicks again is to be stopped again
    const outcome = await parts.perform(entry, by, { agentId, messageId, secret });
    return outcome.is === 'done' ? html(DONE) : unknown(c);
  });
  app.all(PATH, methodNotAllowed('GET, HEAD, POST'));

  async function unknown(c: RequestContext): Promise<Response> {
    await parts.protection.refuse(c, false);
    return html(UNKNOWN, 404);
  }
}

/** `agent.message.secret`, as `comms/sending.ts` makes it. */
function readToken(c: RequestContext) {
  const [agent = '', message = '', secret = '', ...more] = (c.req.param('token') ?? '').split('.');
  const fits = looksLikeId('agt', agent) && looksLikeId('msg', message) && /^[\w-]{16,64}$/.test(secret);
  return fits && more.length === 0 ? { agent, message, secret } : null;
}
