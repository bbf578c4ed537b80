/**
 * Resend on loopback, as far as we use it: answers from the table in `resend-contract.ts` and refuses whatever does not fit it, keeps
 * idempotency keys, fails in every way that a vendor can, and delivers webhooks that the official library has signed.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { faults, matchEndpoint, queryFaults } from './resend-contract.ts';
import type { Post } from './twilio.ts';

export const API_KEY = 're_double_0123456789';

/** How the next request ends instead of being answered; `took` is whether it was carried out before. */
export type Failure =
  | { readonly is: 'status'; readonly status: number; readonly name?: string; readonly retryAfter?: string }
  | { readonly is: 'hang' | 'reset' | 'half_answer' | 'not_json' | 'no_id' | 'huge'; readonly took?: boolean }
  | { readonly is: 'slow'; readonly ms: number }
  /** Something else than the table says. */
  | { readonly is: 'answer'; readonly body: unknown };

export interface SentMail {
  readonly id: string;
  readonly key: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  lastEvent: string;
}

export interface ReceivedMail {
  readonly id: string;
  readonly mail: Readonly<Record<string, unknown>>;
  readonly attachments: readonly Readonly<Record<string, unknown>>[];
}

interface Hook {
  readonly id: string;
  readonly endpoint: string;
  readonly events: readonly string[];
  readonly signing_secret: string;
}

/** A request as it came, for the proof against Resend's description. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** @param post by which webhooks are delivered. */
export async function startResend(post: Post = fetch) {
  const sent: SentMail[] = [];
  const received = new Map<string, ReceivedMail>();
  const domains: Record<string, unknown>[] = [];
  const webhooks: Hook[] = [];
  const recorded: Recorded[] = [];
  const failures: Failure[] = [];
  const waiters: (() => void)[] = [];
  const open = new Set<ServerResponse>();
  const keys = new Map<string, { readonly body: string; readonly answer: unknown }>();

  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    answer(request, response).catch((fault) => response.destroy(fault as Error));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const url = new URL(request.url ?? '/', 'http://double');
    const say = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    const error = (status: number, name: string, headers = {}) =>
      say(status, { statusCode: status, name, message: `${name}: bob@example.org` }, headers);

    const failure = failures.shift();
    if (failure?.is === 'status')
      return void error(
        failure.status,
        failure.name ?? 'internal_server_error',
        failure.retryAfter === undefined ? {} : { 'retry-after': failure.retryAfter },
      );
    if (failure?.is === 'answer') return void say(200, failure.body);
    const took = failure !== undefined && failure.is !== 'slow' && failure.took === true;
    const result =
      failure === undefined || failure.is === 'slow' || took
        ? perform(request, url, text)
        : { status: 200, body: { id: 'x' } };
    switch (failure?.is) {
      case 'hang':
        for (const resolve of waiters.splice(0)) resolve();
        return;
      case 'reset':
        return void response.socket?.resetAndDestroy();
      case 'half_answer': {
        const whole = JSON.stringify(result.body);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
        response.write(whole.slice(0, whole.length / 2), () => response.socket?.destroy());
        return;
      }
      case 'not_json':
        return void response.writeHead(200).end('<html>');
      case 'no_id':
        return void say(200, { object: 'email' });
      case 'huge':
        return void say(200, { id: 'x'.repeat(20 * 1024 * 1024) });
      case 'slow':
        await new Promise((done) => setTimeout(done, failure.ms));
    }
    say(result.status, result.body);
  }

  function perform(request: IncomingMessage, url: URL, text: string): { status: number; body: unknown } {
    const refuse = (status: number, name: string, message = name) => ({
      status,
      body: { statusCode: status, name, message },
    });
    if (request.headers.authorization === undefined) return refuse(401, 'missing_api_key');
    if (request.headers.authorization !== `Bearer ${API_KEY}`) return refuse(403, 'invalid_api_key');
    const matched = matchEndpoint(request.method ?? '', url.pathname);
    if (matched === null) return refuse(404, 'not_found', `${request.method} ${url.pathname}`);
    const { endpoint, id } = matched;
    let body: unknown = null;
    if (endpoint.json === undefined && text !== '') return refuse(422, 'invalid_parameter', 'a body');
    if (endpoint.json !== undefined) {
      if (request.headers['content-type'] !== 'application/json')
        return refuse(422, 'invalid_parameter', 'content-type');
      body = JSON.parse(text);
      const wrong = faults({ type: 'object', fields: endpoint.json }, body, '');
      if (wrong.length > 0) return refuse(422, 'invalid_parameter', wrong.join('; '));
    }
    const wrong = queryFaults(endpoint.query ?? {}, url.searchParams);
    if (wrong.length > 0) return refuse(400, 'validation_error', wrong.join('; '));
    const result = { status: endpoint.status as number, ...carryOut(endpoint.name, id, body as never, request, url) };
    const { 'idempotency-key': key } = request.headers;
    recorded.push({
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: typeof key === 'string' ? { 'idempotency-key': key } : {},
      body,
      status: result.status,
      answer: result.body,
    });
    return result;
  }

  function carryOut(
    name: string,
    id: string,
    body: Record<string, unknown>,
    request: IncomingMessage,
    url: URL,
  ): { status?: number; body: unknown } {
    const gone = { status: 404, body: { statusCode: 404, name: 'not_found', message: 'not found' } };
    switch (name) {
      case 'send mail':
        return send(body, request);
      case 'fetch mail': {
        const mail = sent.find((one) => one.id === id);
        if (mail === undefined) return gone;
        return {
          body: { object: 'email', id, from: mail.body['from'], to: mail.body['to'], last_event: mail.lastEvent },
        };
      }
      case 'fetch received mail':
        return received.has(id) ? { body: received.get(id)!.mail } : gone;
      case 'list received attachments':
        return received.has(id)
          ? { body: { object: 'list', has_more: false, data: received.get(id)!.attachments } }
          : gone;
      case 'list domains':
        return {
          body: pageOf(
            domains.map(({ records: _kept, ...rest }) => rest),
            url,
          ),
        };
      case 'make domain': {
        const name = String(body['name']);
        if (domains.some((one) => one['name'] === name))
          return { status: 409, body: { statusCode: 409, name: 'validation_error', message: 'registered already' } };
        domains.push(newDomain(name, 'not_started'));
        return { body: domains.at(-1) };
      }
      case 'fetch domain': {
        const domain = domains.find((one) => one['id'] === id);
        return domain === undefined ? gone : { body: { object: 'domain', ...domain } };
      }
      case 'list webhooks':
        return {
          body: pageOf(
            webhooks.map(({ signing_secret: _kept, ...rest }) => rest),
            url,
          ),
        };
      case 'make webhook': {
        const secret = `whsec_${randomBytes(24).toString('base64')}`;
        const hook = {
          id: randomUUID(),
          endpoint: String(body['endpoint']),
          events: body['events'] as string[],
          signing_secret: secret,
        };
        webhooks.push(hook);
        return { body: { object: 'webhook', id: hook.id, signing_secret: secret } };
      }
      default: {
        const at = webhooks.findIndex((one) => one.id === id);
        if (at === -1) return gone;
        webhooks.splice(at, 1);
        return { body: { object: 'webhook', id, deleted: true } };
      }
    }
  }

  function send(body: Record<string, unknown>, request: IncomingMessage) {
    const key = request.headers['idempotency-key'];
    const text = JSON.stringify(body);
    const before = typeof key === 'string' ? keys.get(key) : undefined;
    if (before !== undefined && before.body !== text)
      return { status: 409, body: { statusCode: 409, name: 'invalid_idempotent_request', message: '' } };
    if (before !== undefined) return { body: before.answer };
    const mail: SentMail = { id: randomUUID(), key: typeof key === 'string' ? key : null, body, lastEvent: 'sent' };
    sent.push(mail);
    const answer = { id: mail.id };
    if (mail.key !== null) keys.set(mail.key, { body: text, answer });
    return { body: answer };
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    webhooks,
    recorded,
    /** Each ends one request, in order. */
    failNext: (...next: Failure[]) => failures.push(...next),
    domains,
    addDomain(name: string, change: Record<string, unknown> = {}) {
      domains.push({ ...newDomain(name, 'verified'), ...change });
    },
    /** Puts a mail into the account, as if it had come in. */
    takeIn(mail: Record<string, unknown>, attachments: readonly Record<string, unknown>[] = []): ReceivedMail {
      const id = randomUUID();
      const one: ReceivedMail = {
        id,
        mail: { object: 'email', id, cc: [], bcc: [], reply_to: [], headers: {}, attachments, ...mail },
        attachments,
      };
      received.set(id, one);
      return one;
    },
    /** Posts an event to every webhook that asked for it, as Resend does; the answers' statuses. */
    deliver: (type: string, data: Record<string, unknown>, at: Date) =>
      Promise.all(
        webhooks
          .filter(({ events }) => events.includes(type))
          .map(async ({ endpoint, signing_secret }) => {
            const { body, headers } = signedEvent(type, data, signing_secret, at);
            const response = await post(endpoint, { method: 'POST', body, headers });
            await response.body?.cancel();
            return response.status;
          }),
      ),
    /** Resolves when a request has come that is left hanging. */
    hanging: () => new Promise<void>((resolve) => waiters.push(resolve)),
    hangUp: () => open.forEach((response) => void response.destroy()),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A domain with the records that Resend asks for. */
const newDomain = (name: string, status: string): Record<string, unknown> => ({
  id: randomUUID(),
  ...{ name, status, region: 'eu-west-1', created_at: '2026-11-20 12:00:00+00' },
  capabilities: { sending: 'enabled', receiving: 'enabled' },
  records: [
    { record: 'SPF', name: 'send', type: 'MX', ttl: 'Auto', status, value: 'feedback-smtp.mail.example', priority: 10 },
    { record: 'SPF', name: 'send', type: 'TXT', ttl: 'Auto', status, value: 'v=spf1 include:mail.example ~all' },
    { record: 'DKIM', name: 'resend._domainkey', type: 'TXT', ttl: 'Auto', status, value: 'p=MIGfMA0GCSqGSIb3' },
  ],
});

/** A delivery as Resend posts it: headers and body, signed by the official library. */
export function signedEvent(type: string, data: Record<string, unknown>, secret: string, at: Date) {
  const body = JSON.stringify({ type, created_at: at.toISOString(), data });
  const id = `msg_${randomBytes(12).toString('hex')}`;
  const signature = new Webhook(secret).sign(id, at, body);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return { body, headers: { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } };
}

/** An event's `data` that holds what Resend's description requires. */
export function eventData(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    email_id: randomUUID(),
    created_at: '2026-11-20T12:00:00.000Z',
    from: 'desk@mail.example.com',
    to: ['bob@example.org'],
    subject: 'Hello',
    ...change,
  };
}

function pageOf(all: readonly object[], url: URL) {
  const limit = Number(url.searchParams.get('limit') ?? 20);
  const after = url.searchParams.get('after');
  const from = after === null ? 0 : all.findIndex((one) => (one as { id?: string }).id === after) + 1;
  return { object: 'list', has_more: all.length > from + limit, data: all.slice(from, from + limit) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
