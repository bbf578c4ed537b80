/**
 * The yardstick for scripts: a voice agent as one writes it with Hono and its own middleware, that puts its script together for each
 * request: the prompt from its sections, a token for each function, the whole turned into JSON. And for functions (`swaig`): a
 * bare route that reads the same JSON and answers with the same headers, without credentials, tokens or a look at the arguments.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import { reportListening } from '../target-process.ts';
import { ANSWER, CREDENTIALS, FUNCTIONS, HINTS, PARAMS, SECTIONS, SWAIG_SECRET } from '../voice-content.ts';

const [username, password] = CREDENTIALS;
const app = new Hono();

if (process.argv[2] === 'swaig') {
  app.use(async (c, next) => {
    await next();
    c.header(
      'content-security-policy',
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    c.header('x-frame-options', 'DENY');
    c.header('x-content-type-options', 'nosniff');
    c.header('x-xss-protection', '1; mode=block');
    c.header('referrer-policy', 'strict-origin-when-cross-origin');
    c.header('cross-origin-resource-policy', 'same-origin');
    c.header('cache-control', 'no-store');
    c.header('vary', 'Origin');
  });
  app.post('/swaig', async (c) => {
    const { function: name } = await c.req.json();
    return c.json({ response: name === '' ? '' : ANSWER });
  });
} else {
  app.use(secureHeaders());
  app.use(cors());
  app.use(bodyLimit({ maxSize: 1_048_576 }));
  app.use(basicAuth({ username, password }));
  const script = async (c: Context) => {
    const body = c.req.method === 'POST' ? await c.req.json() : {};
    return c.json(render(body.call?.call_id ?? randomBytes(16).toString('hex'), `http://${c.req.header('host')}`));
  };
  app.get('/', script);
  app.post('/', script);
}

function render(callId: string, base: string): object {
  const pom = SECTIONS.map(({ title, body, bullets }) => ({ title, body, bullets: [...bullets] }));
  const functions = FUNCTIONS.map(({ name, description, parameters }) => ({
    function: name,
    description,
    parameters: { ...parameters },
    web_hook_url: `${base.replace('://', `://${username}:${password}@`)}/swaig?__token=${token(name, callId)}`,
  }));
  return {
    version: '1.0.0',
    sections: {
      main: [
        { answer: {} },
        { ai: { prompt: { pom }, hints: [...HINTS], params: { ...PARAMS }, SWAIG: { functions } } },
      ],
    },
  };
}

function token(name: string, callId: string): string {
  const expiry = Math.floor(Date.now() / 1000) + 3600;
  const nonce = randomBytes(16).toString('hex');
  const signature = createHmac('sha256', SWAIG_SECRET).update(`${callId}:${name}:${expiry}:${nonce}`).digest('hex');
  return Buffer.from(`${callId}.${name}.${expiry}.${nonce}.${signature}`).toString('base64url');
}

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => reportListening(port));
