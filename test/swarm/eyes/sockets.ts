/** A whole server with a swarm on a socket of this machine, people who have signed in, and what a client hears. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { Role } from '../../../src/identity/rules/roles.ts';
import type { AgentId, OrgId } from '../../../src/kernel/ids.ts';
import { signedIn } from '../../support/enrol.ts';
import { type Live, type LiveOptions, openLive, PUBLIC_NAME } from '../../support/live-house.ts';
import { putLive } from '../fixture.ts';
import { handlers, SHOP } from './house.ts';

export const ORIGIN = `https://${PUBLIC_NAME}`;

// biome-ignore lint/suspicious/noExplicitAny: tests look into frames of every shape
export type Frame = any;

export interface Client {
  readonly ws: WebSocket;
  readonly heard: Frame[];
  /** The next frame that has not been asked for yet and is meant. */
  next(meant: string | ((frame: Frame) => boolean)): Promise<Frame>;
  say(command: object): void;
  /** Code and reason. */
  readonly closed: Promise<readonly [number, string]>;
}

export interface Watched {
  readonly live: Live;
  readonly org: OrgId;
  stop(): Promise<void>;
  person(role: Role): Promise<{ readonly id: string; readonly token: string; ticket(): Promise<string> }>;
  /** @throws with the status that refused it */
  open(path: string, options?: ClientOptions): Promise<Client>;
  /** Signs somebody in and opens `/ws`. */
  watch(role: Role, query?: string): Promise<Client & { readonly id: string; readonly token: string }>;
  /** A message to the desk, and all that comes of it, done. */
  say(token: string, payload: unknown): Promise<string>;
}

export async function openWatched(options: LiveOptions = {}): Promise<Watched> {
  const live = await openLive({
    ...options,
    overrides: { ...options.overrides, swarm: { handlers: new Map(Object.entries(handlers)) } },
  });
  const org = live.house.defaultOrganization;
  const agents: AgentId[] = [];
  for (const { name } of SHOP.agents)
    agents.push(
      (await live.done('comms/provision-channels', { displayName: name, capabilities: { sms: true } })).agentId,
    );
  await putLive(live.house.store, org, SHOP, agents);

  const person: Watched['person'] = async (role) => {
    const { id, signed } = await signedIn(live.house, role, org);
    return {
      id,
      token: signed.accessToken,
      ticket: async () => (await live.done('auth/ws-ticket', {}, signed.accessToken)).ticket,
    };
  };
  const open: Watched['open'] = (path, { headers, ...more } = {}) =>
    openSocket(live.port, path, { headers: { host: PUBLIC_NAME, ...headers }, ...more });
  return {
    stop: live.stop,
    live,
    org,
    person,
    open,
    async watch(role, query = '') {
      const { id, token, ticket } = await person(role);
      return { id, token, ...(await open(`/ws?ticket=${await ticket()}${query}`, { origin: ORIGIN })) };
    },
    async say(token, payload) {
      const { threadId } = await live.done('inject', { to: 'desk', payload }, token);
      return threadId;
    },
  };
}

async function openSocket(port: number, path: string, options: ClientOptions): Promise<Client> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, options);
  const heard: Frame[] = [];
  let looked = 0;
  let tell = () => {};
  ws.on('message', (data) => {
    heard.push(JSON.parse(String(data)));
    tell();
  });
  const closed = once(ws, 'close').then(([code, reason]) => [code, String(reason)] as const);
  closed.catch(() => undefined);
  onTestFinished(() => ws.terminate());
  const opened = Promise.withResolvers<void>();
  ws.on('open', opened.resolve);
  ws.on('error', opened.reject);
  ws.on('unexpected-response', async (_, response: IncomingMessage) => {
    let body = '';
    for await (const chunk of response) body += chunk;
    opened.reject(new Refused(response.statusCode ?? 0, body));
  });
  await opened.promise;
  return {
    ws,
    heard,
    closed,
    say: (command) => ws.send(JSON.stringify(command)),
    async next(meant) {
      const isMeant = typeof meant === 'string' ? ({ type }: Frame) => type === meant : meant;
      for (;;) {
        while (looked < heard.length) {
          const frame = heard[looked++];
          if (isMeant(frame)) return frame;
        }
        const more = Promise.withResolvers<void>();
        tell = more.resolve;
        await Promise.race([more.promise, closed]);
        if (looked === heard.length && ws.readyState !== WebSocket.OPEN)
          throw new Error(`closed, having heard ${JSON.stringify(heard)}`);
      }
    },
  };
}

export class Refused extends Error {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a problem document
  readonly problem: any;
  constructor(status: number, body: string) {
    super(`${status} ${body}`);
    this.status = status;
    this.problem = body.startsWith('{') ? JSON.parse(body) : null;
  }
}
