/**
 * Twilio, for tests: its REST endpoints that we use, over real HTTP on a port of this machine, with messages, numbers and
 * senders in memory. Refuses every request that does not fit `twilio-contract.ts`, fails as told, and signs its callbacks
 * with Twilio's own package.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { type Recorded, Refusal, type TwilioBooks, twilioBooks } from './twilio-books.ts';
import { jsonFaults, matchEndpoint, textFaults } from './twilio-check.ts';
import { hex, type StoredMessage } from './twilio-resources.ts';

const { getExpectedTwilioSignature } = twilio;

/** How the next request goes wrong; `after`: when it has been carried out. */
export type Failure = { readonly after?: true } & (
  | { readonly is: 'error'; readonly status: number; readonly code: number | null; readonly retryAfter?: number }
  | { readonly is: 'hang' | 'half_answer' | 'reset' | 'not_json' | 'empty' }
  | { readonly is: 'slow'; readonly ms: number }
);

export interface TwilioDouble extends Omit<TwilioBooks, 'answer'>, AsyncDisposable {
  readonly url: string;
  readonly authToken: string;
  readonly requests: readonly Recorded[];
  /** The next requests fail, one each. */
  fail(...failures: readonly Failure[]): void;
  /** Resolves when a request has come that is left hanging. */
  hanging(): Promise<void>;
  /** Breaks off the requests that are left hanging. */
  hangUp(): void;
  /** Posts a form as Twilio does, signed for the account. */
  deliver(url: string, params: Readonly<Record<string, string>>): Promise<Response>;
  /** Moves a message on and tells its status callback. */
  report(sid: string, status: string, errorCode?: number): Promise<Response>;
}

export interface TwilioDoubleOptions {
  readonly accountSid?: string;
  readonly authToken?: string;
  readonly now?: () => number;
  /** By which callbacks are delivered. */
  readonly fetch?: Post;
  /** Milliseconds until a request is looked at; none unless said. */
  readonly latencyMs?: number;
  /** So many of the latest requests and messages are kept at least, for a load that goes on; all unless said. */
  readonly keep?: number;
  /** Told of every message that it has taken. */
  readonly onMessage?: (message: StoredMessage) => void;
}

/** As `fetch`, for what a double posts. */
export type Post = (
  url: string,
  request: {
    readonly method: 'POST';
    readonly redirect?: 'manual';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: URLSearchParams | string;
  },
) => Promise<Response>;

export async function twilioDouble(options: TwilioDoubleOptions = {}): Promise<TwilioDouble> {
  const { accountSid = `AC${hex(0xa)}`, authToken = 'c0ffee'.repeat(5), now = Date.now, fetch: post = fetch } = options;
  const { latencyMs = 0, keep = Number.POSITIVE_INFINITY, onMessage } = options;
  const books = twilioBooks({ accountSid, authToken, now });
  const requests: Recorded[] = [];
  const failures: Failure[] = [];
  const waiters: (() => void)[] = [];
  const left: ServerResponse[] = [];

  /** Half at a time, so that it costs little. */
  function forget(): void {
    if (requests.length >= 2 * keep) requests.splice(0, requests.length - keep);
    if (books.messages.length >= 2 * keep) books.forget(keep);
  }

  /** What a request must be before anything is done: known, in contract, of this account. */
  function check(request: IncomingMessage, text: string): Recorded {
    const [path = '', search = ''] = (request.url ?? '').split('?');
    const matched = matchEndpoint(request.method ?? '', path);
    if (matched === null) throw new Refusal(404, 20404, `no such endpoint: ${request.method} ${path}`);
    const { endpoint, params } = matched;
    const basic = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const owner = params['AccountSid'] ?? (endpoint.name === 'fetch account' ? params['Sid'] : accountSid);
    if (request.headers.authorization !== basic || owner !== accountSid) throw new Refusal(401, 20003, 'Authenticate');
    const query = new URLSearchParams(search);
    const form = endpoint.form === undefined ? null : new URLSearchParams(text);
    const faults = [
      ...textFaults(endpoint.query ?? {}, query),
      ...(form === null ? [] : textFaults(endpoint.form ?? {}, form)),
    ];
    let json: unknown = null;
    if (endpoint.json !== undefined) {
      json = JSON.parse(text);
      faults.push(...jsonFaults(endpoint.json, json));
    } else if (form === null && text !== '') faults.push('there must be no body');
    const expected = form !== null ? 'application/x-www-form-urlencoded' : json !== null ? 'application/json' : '';
    if (!(request.headers['content-type'] ?? '').startsWith(expected)) faults.push(`the body is not ${expected}`);
    if (faults.length > 0) throw new Refusal(400, 20001, faults.join('; '));
    return { endpoint, params, query, form, json };
  }

  /** The answer to a request: its status and body. */
  function answer(request: IncomingMessage, text: string): readonly [number, unknown] {
    try {
      const recorded = check(request, text);
      requests.push(recorded);
      const told = books.answer(recorded);
      forget();
      if (recorded.endpoint.name === 'create message') onMessage?.(books.messages[0]!);
      return [recorded.endpoint.status, told];
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      const { status, code, message } = fault;
      return [status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }];
    }
  }

  const send = (
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };

  function play(request: IncomingMessage, response: ServerResponse, text: string): void {
    const failure = failures.shift();
    if (failure === undefined) {
      send(response, ...answer(request, text));
      return;
    }
    const told = failure.after === true || failure.is === 'slow' ? answer(request, text) : null;
    switch (failure.is) {
      case 'error': {
        const { status, code, retryAfter } = failure;
        const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
        const body = code === null ? undefined : { code, message: 'as told', more_info: '', status };
        send(response, status, body, headers);
        return;
      }
      case 'hang':
        left.push(response);
        for (const resolve of waiters.splice(0)) resolve();
        return;
      case 'half_answer':
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"sid": "SM', () => response.destroy());
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'not_json':
        response.writeHead(201, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
        return;
      case 'empty':
        response.writeHead(201).end();
        return;
      case 'slow':
        setTimeout(() => told !== null && send(response, ...told), failure.ms);
    }
  }

  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      if (latencyMs === 0) play(request, response, text);
      else setTimeout(() => play(request, response, text), latencyMs);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const deliver: TwilioDouble['deliver'] = (to, params) =>
    post(to, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'x-twilio-signature': getExpectedTwilioSignature(authToken, to, { ...params }) },
      body: new URLSearchParams(params),
    });

  return {
    ...books,
    url,
    authToken,
    requests,
    fail: (...more) => void failures.push(...more),
    hanging: () => new Promise((resolve) => waiters.push(resolve)),
    hangUp: () => left.splice(0).forEach((response) => void response.destroy()),
    deliver,
    async report(sid, status, errorCode) {
      const message = books.messages.find((one) => one.sid === sid);
      if (message?.statusCallback == null) throw new Error(`${sid} has no status callback`);
      message.status = status;
      message.errorCode = errorCode ?? null;
      return deliver(message.statusCallback, {
        AccountSid: accountSid,
        ApiVersion: '2010-04-01',
        From: message.from ?? '',
        MessageSid: sid,
        MessageStatus: status,
        SmsSid: sid,
        SmsStatus: status,
        To: message.to,
        ...(errorCode === undefined ? {} : { ErrorCode: String(errorCode) }),
      });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
