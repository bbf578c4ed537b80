/**
 * The real server in a process of its own, to be attacked over sockets, and what must hold of it after every attack: it
 * answers, it answered nobody with a fault of its own, and its log has one line an event and nobody's secret in it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { agentOf, type Server, startServer, temporaryFolder } from '../cli/command-line.ts';
import { type Answer, answersIn, CRLF, type From, head, untilClosed } from './wire.ts';

export const HOST = 'host: localhost';
export const JSON_TYPE = 'content-type: application/json';

/** Limits out of the way, and little patience, so that no test waits long. */
export const UNLIMITED = {
  HTTP_RATE_LIMIT_PER_IP: '1000000',
  HTTP_RATE_LIMIT_GLOBAL: '1000000',
  REQUEST_TIMEOUT_MS: '1000',
} as const;

export interface Target {
  readonly server: Server;
  readonly folder: string;
  readonly port: number;
  /** The orchestrator's. */
  readonly token: string;
  readonly agent: { readonly id: string; readonly token: string };
}

interface Ask {
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
  readonly from?: From;
}

export async function attack(folder: string, environment: Readonly<Record<string, string>> = UNLIMITED) {
  const server = await startServer(folder, environment);
  const token = readFileSync(join(folder, 'orchestrator.token'), 'utf8').trim();
  return { server, folder, port: Number(new URL(server.url).port), token, agent: await agentOf(server) };
}

/** A target for the tests of a file, which is looked at when they are over. */
export function targetOfFile(environment: Readonly<Record<string, string>> = UNLIMITED): () => Target {
  let target: Target | undefined;
  const folder = temporaryFolder();
  const current = () => {
    if (target === undefined) throw new Error('it has not started');
    return target;
  };
  beforeAll(async () => {
    target = await attack(folder.path, environment);
  });
  afterAll(async () => {
    await using stack = new AsyncDisposableStack();
    stack.use(folder);
    stack.use(current().server);
    await expectUnharmed(current());
  });
  return current;
}

export const bearer = (token: string): string => `authorization: Bearer ${token}`;

/** One request on a connection of its own, with the headers that are given and those that it can't do without. */
export async function ask({ port }: Pick<Target, 'port'>, path: string, more: Ask = {}): Promise<Answer> {
  const { method = 'GET', headers = [], body, from } = more;
  const hasHost = headers.some((header) => /^host:/i.test(header));
  const bytes = Buffer.from(body ?? '');
  const length = body === undefined && method === 'GET' ? [] : [`content-length: ${bytes.length}`];
  const lines = [...(hasHost ? [] : [HOST]), ...headers, ...length, 'connection: close'];
  const sent = Buffer.concat([Buffer.from(head(`${method} ${path} HTTP/1.1`, ...lines), 'latin1'), bytes]);
  const stream = await untilClosed(port, sent, from);
  const [answer, ...others] = method === 'HEAD' ? [headless(stream)] : answersIn(stream);
  if (answer === undefined || others.length > 0) throw new Error(`not one answer: ${JSON.stringify(stream)}`);
  return answer;
}

/** The answer to HEAD, which says a length and has no body. */
function headless(stream: string): Answer {
  const [answer] = answersIn(stream.replace(/^content-length: \d+/im, 'content-length: 0'));
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** A POST of JSON to an action. */
export const act = (target: Pick<Target, 'port'>, path: string, input: unknown, token: string, from?: From) =>
  ask(target, `/api/v1/${path}`, {
    method: 'POST',
    headers: [JSON_TYPE, bearer(token)],
    body: JSON.stringify(input),
    ...(from !== undefined && { from }),
  });

/** The members of a JSON answer. */
export function jsonOf({ text }: Answer): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error(`no object: ${text}`);
  return { ...value };
}

/** What only a fault of the server's own would count: answers of 500 and above, actions that threw. */
const FAULTS =
  /^(?:sallyport_http_requests_total\{[^}]*status="5xx"|sallyport_actions_total\{[^}]*outcome="fault").* [1-9]/m;

/** What a secret looks like, whoever it is of: tokens with their prefix, and headers that carry one. */
const SECRETS = /sp[aos]_\w{8}|\bBearer (?!\[token\])|hunter2/i;

export async function expectUnharmed(target: Target): Promise<void> {
  const { server, token, agent } = target;
  expect((await ask(target, '/readyz', { from: '127.200.0.1' })).status).toBe(200);
  const metrics = await ask(target, '/metrics', { headers: [bearer(token)], from: '127.200.0.1' });
  expect(metrics.status).toBe(200);
  expect(FAULTS.exec(metrics.text)?.[0]).toBeUndefined();
  expect(server.complaints()).toBe('');
  for (const line of server.lines) {
    const text = JSON.stringify(line);
    expect(text).not.toContain(token);
    expect(text).not.toContain(agent.token);
    expect(text).not.toMatch(SECRETS);
    expect(line['alert'] !== undefined || line['level'] === 'info', text).toBe(true);
  }
}

/** A request that proves by its answer which one it was, and after which the connection ends. */
export const LAST = head('GET /readyz HTTP/1.1', HOST, 'connection: close');
export const isLast = ({ status, text }: Answer): boolean => status === 200 && text === '{"status":"ready"}';

/** A request that must never be answered where it is hidden in another. */
export const SMUGGLED = `GET /api/docs/style.css HTTP/1.1${CRLF}${HOST}${CRLF}${CRLF}`;
export const isSmuggled = ({ headers }: Answer): boolean =>
  headers.get('content-type')?.startsWith('text/css') ?? false;
