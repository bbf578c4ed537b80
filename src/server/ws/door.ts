/**
 * WebSockets: `/ws`, everything that happens in a swarm, and `/ws/messages`, what is said in it alone. Threats: a page elsewhere
 * that opens a socket in somebody's browser (Origin; a cookie opens nothing here), a token in an address (there are only tickets,
 * good once), a socket that outlives the right to it (socket.ts), a client that sends or stores without end (bounds).
 *
 * A page shows a ticket and has an Origin; a program shows its token in the header Authorization. The request goes through
 * everything that stands before every door, and what is refused is refused in HTTP.
 */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Catalogue } from '../../guard/catalogue.ts';
import type { Perform } from '../../guard/perform.ts';
import { isOfPlatform, type Principal } from '../../guard/principal.ts';
import { mayEver } from '../../guard/rights.ts';
import { slidingBucket } from '../../guard/sliding-bucket.ts';
import { type AgentDirectory, subjectOf } from '../../guard/subject.ts';
import type { SocketTickets } from '../../identity/people/socket-tickets.ts';
import { looksSigned } from '../../identity/token.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { EventId, Ids, MessageId, OrgId } from '../../kernel/ids.ts';
import { rfc3339, SECOND_MS } from '../../kernel/time.ts';
import { asksToUpgrade, takeOver } from '../../shield/node-upgrade.ts';
import { EVENT_KINDS } from '../../swarm/feed/event.ts';
import type { SwarmEvents } from '../../swarm/feed/port.ts';
import { agentViews } from '../../swarm/views/agents.ts';
import { viewOfMessage } from '../../swarm/views/threads.ts';
import { type ReadParts, seenBy } from '../../swarm/views/view.ts';
import { addressPrefix } from '../address-prefix.ts';
import { answerTo } from '../answer.ts';
import { bearerOf, type CallerParts, callerOf, credentialsOf } from '../caller.ts';
import { type Env, methodNotAllowed, type RequestContext } from '../context.ts';
import type { Metrics } from '../metrics.ts';
import { detailsOf, type Failure } from '../problems.ts';
import {
  after as afterField,
  type Command,
  commandOf,
  MAX_COMMAND_BYTES,
  type MessageFilter,
  messageFilter,
} from './commands.ts';
import { createHub, type Hub } from './hub.ts';
import { type AgentNow, createSocket, type Socket } from './socket.ts';

export const WS_PATH = '/ws';
export const WS_MESSAGES_PATH = '/ws/messages';
export const WS_PATHS: ReadonlySet<string> = new Set([WS_PATH, WS_MESSAGES_PATH]);

/** What the house offers who watches its swarms. */
export interface Watching {
  readonly tickets: SocketTickets;
  readonly events: SwarmEvents;
  readonly reads: ReadParts;
  /** For who is of the platform. */
  readonly directory: AgentDirectory;
  onRights(listener: () => void): () => void;
}

export interface WsDoorParts extends CallerParts {
  readonly watching: Watching;
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly metrics: Pick<Metrics, 'sockets' | 'socketEvents'>;
  readonly clock: Clock;
  readonly ids: Ids;
  onFault(fault: unknown, requestId: string): void;
}

const PING_MS = 30 * SECOND_MS;
/** Of one user, over all its sockets. */
const COMMANDS_PER_MINUTE = 120;
const MAX_USERS = 10_000;
/** Commands of one socket that wait for each other. */
const MAX_QUEUED = 20;
const SNAPSHOT_THREADS = 50;
/** The reads whose answers are the snapshot. */
const SNAPSHOT = { swarm: 'swarm.show_swarm', agents: 'swarm.list_agents', threads: 'swarm.list_threads' } as const;

interface Admitted {
  readonly by: Principal;
  readonly org: OrgId;
  who(): Promise<Principal | null>;
}

/** Ends nothing by itself: who stops the server calls `drain`. */
export function mountWs(app: Hono<Env>, parts: WsDoorParts): Pick<Hub, 'drain'> {
  const { watching, clock, ids, perform, catalogue } = parts;
  const onFault = (fault: unknown) => parts.onFault(fault, 'ws');
  const wss = new WebSocketServer({ noServer: true, maxPayload: MAX_COMMAND_BYTES, clientTracking: false });
  const commands = slidingBucket(COMMANDS_PER_MINUTE, 60 * SECOND_MS, MAX_USERS);
  const hub = createHub({
    ...{ events: watching.events, onRights: watching.onRights, clock, onFault, agentsFor },
    counted: parts.metrics.socketEvents,
  });
  parts.metrics.sockets(hub.size);

  for (const path of WS_PATHS) {
    app.get(path, async (c) => {
      const query = new URL(c.req.url).searchParams;
      const admitted = await admit(c, parts, query);
      const from = afterOf(query);
      const messages = path === WS_MESSAGES_PATH ? filterOf(query) : null;
      const incoming = c.env?.incoming;
      if (incoming === undefined || !asksToUpgrade(incoming))
        throw new SallyportError('invalid_input', 'This address speaks WebSocket (RFC 6455).');
      const seat = hub.admit(admitted.by.id);
      const upgrade = takeOver(incoming);
      if (upgrade === null) {
        seat.release();
        throw new SallyportError('invalid_input', 'The connection is gone.');
      }
      upgrade.socket.once('close', seat.release);
      wss.handleUpgrade(incoming, upgrade.socket, upgrade.head, (ws) => {
        serve(ws, admitted, from, messages).catch((fault: unknown) => {
          onFault(fault);
          ws.close(1011, 'internal');
        });
      });
      return RESPONSE_ALREADY_SENT;
    });
    app.all(path, methodNotAllowed('GET'));
  }
  return hub;

  async function serve(
    ws: WebSocket,
    { by, org, who }: Admitted,
    from: EventId | null,
    messages: MessageFilter | null,
  ): Promise<void> {
    const socket = createSocket({
      ws,
      org,
      by,
      who,
      messages,
      clock,
      bodies: (wanted, reader) => bodies(org, wanted, reader),
      onFault,
    });
    ws.on('error', () => ws.terminate()); // ws has closed it with the code that fits
    ws.on('close', () => hub.leave(socket));
    keepAlive(ws, socket);
    listen(ws, socket);
    // the place first: what happens while the snapshot is made comes after it
    const cursor = ids.next('evt');
    const head = await watching.events.head(org);
    const again = from === null ? head : await watching.events.placeOf(org, from, clock.now());
    const snapshot = messages === null ? await snapshotFor(by, org) : null;
    socket.begin(from ?? cursor);
    socket.send({ type: 'connected', at: rfc3339(clock.now()), cursor, ...(snapshot === null ? {} : { snapshot }) });
    if (again === null) socket.send({ type: 'gap', from, to: cursor });
    if (snapshot !== null) socket.know(agentsOf(snapshot));
    await hub.join(socket, again ?? head);
    if (!socket.isOpen()) hub.leave(socket);
  }

  async function snapshotFor(by: Principal, org: OrgId): Promise<Readonly<Record<string, unknown>>> {
    const snapshot: Record<string, unknown> = {};
    for (const [name, action] of Object.entries(SNAPSHOT)) {
      const input = action === SNAPSHOT.threads ? { limit: SNAPSHOT_THREADS } : {};
      const outcome = await perform(catalogue.byName(action)!, by, { ...input, ...named(by, org) });
      const output = outcome.is === 'done' ? (outcome.output as Record<string, unknown>) : null;
      // what a right is missing for is not in it; `swarm` is one thing, the others are lists
      snapshot[name] = output === null ? null : name === 'swarm' ? output : output[name];
    }
    return snapshot;
  }

  async function agentsFor(socket: Socket): Promise<readonly AgentNow[]> {
    const by = await socket.renew();
    if (by === null) return [];
    const seen = await seenBy(watching.reads, { by, org: socket.org }, EVENT_KINDS.agent_state);
    return (await agentViews(watching.reads.reader, seen, clock.now())).map(nowOf);
  }

  async function bodies(org: OrgId, wanted: readonly string[], by: Principal): Promise<ReadonlyMap<string, object>> {
    const found = await watching.reads.reader.messagesById(org, wanted as readonly MessageId[]);
    return new Map(found.map((message) => [message.id, viewOfMessage(message, by, watching.reads.redaction)]));
  }

  /** A socket whose client is gone, or does nothing any more, is ended. */
  function keepAlive(ws: WebSocket, socket: Socket): void {
    let answered = true;
    ws.on('pong', () => {
      answered = true;
    });
    const timer = setInterval(() => {
      if (!answered) {
        socket.close('no_answer');
        return ws.terminate();
      }
      answered = false;
      ws.ping();
    }, PING_MS).unref();
    ws.on('close', () => clearInterval(timer));
  }

  function listen(ws: WebSocket, socket: Socket): void {
    let queued = 0;
    let work = Promise.resolve();
    ws.on('message', (data, isBinary) => {
      const command = isBinary ? null : commandOf(data as Buffer);
      if (command === null) {
        socket.send({
          type: 'refused',
          code: 'invalid_input',
          say: 'This is no command: JSON with the type subscribe, inject or ack.',
        });
        return socket.close('malformed');
      }
      if (++queued > MAX_QUEUED) return socket.close('too_many_commands');
      work = work
        .then(() => obey(socket, command))
        .catch(onFault)
        .finally(() => {
          queued--;
        });
    });
  }

  async function obey(socket: Socket, command: Command): Promise<void> {
    if (command.type === 'ack') return socket.acknowledge(command.id);
    const by = await socket.renew();
    if (by === null) return;
    const ref = command.ref === undefined ? {} : { ref: command.ref };
    const refuse = (failure: Pick<Failure, 'code' | 'say'> & Partial<Failure>) =>
      socket.send({
        type: 'refused',
        ...ref,
        code: failure.code,
        say: failure.say,
        ...('issues' in failure ? detailsOf(failure as Failure) : {}),
      });
    const retryAt = commands(by.id, clock.now());
    if (retryAt !== null)
      return refuse({ code: 'rate_limited', say: `At most ${COMMANDS_PER_MINUTE} commands a minute.` });
    if (command.type === 'subscribe') {
      const setOf = <T>(list: readonly T[] | undefined): ReadonlySet<T> | null =>
        list === undefined ? null : new Set(list);
      socket.want({ threads: setOf(command.threads), agents: setOf(command.agents), events: setOf(command.events) });
      return socket.send({ type: 'done', ...ref });
    }
    const { type: _type, ref: _ref, idempotencyKey, ...input } = command;
    const envelope = { ...named(by, socket.org), ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
    const answer = answerTo(
      await perform(catalogue.byName('swarm.inject')!, by, { ...input, ...envelope }),
      clock.now(),
    );
    if (answer.ok) socket.send({ type: 'done', ...ref, ...answer.body });
    else refuse(answer.failure);
  }
}

const named = (by: Principal, org: OrgId) => (isOfPlatform(by) ? { organizationId: org } : {});

const nowOf = ({
  name,
  agentId,
  state,
  paused,
  queue,
  working,
}: Awaited<ReturnType<typeof agentViews>>[number]): AgentNow => ({
  ...{ agent: name, agentId: agentId as AgentNow['agentId'], state, paused, queue, working },
});
const agentsOf = ({ agents }: Readonly<Record<string, unknown>>): readonly AgentNow[] =>
  ((agents ?? []) as Awaited<ReturnType<typeof agentViews>>).map(nowOf);

/** @throws SallyportError what a request to any door may be refused for, and `origin_not_allowed`, `forbidden`, `not_found` */
async function admit(c: RequestContext, parts: WsDoorParts, query: URLSearchParams): Promise<Admitted> {
  const ticket = query.get('ticket');
  const { by, who } = ticket === null ? await byHeader(c, parts) : await byTicket(c, parts, ticket);
  const watches = Object.values(EVENT_KINDS).some((asked) => mayEver(by, asked));
  if (!watches) throw new SallyportError('forbidden', 'This needs the right to look at the organisation.');
  const organizationId = query.get('organizationId') ?? undefined;
  const subject = await subjectOf(
    by,
    { access: 'org:view', subject: 'organization' },
    { organizationId },
    parts.watching.directory,
  );
  if (!subject.ok) throw new SallyportError(subject.error.code, subject.error.say);
  return { by, who, org: subject.value.org };
}

/** A page's: it has an Origin, which protection.ts has looked at. */
async function byTicket(c: RequestContext, parts: WsDoorParts, ticket: string): Promise<Omit<Admitted, 'org'>> {
  const { tickets } = parts.watching;
  if (!c.req.raw.headers.has('origin'))
    throw new SallyportError(
      'origin_not_allowed',
      'A ticket is for a page; programs send their token in the header Authorization.',
    );
  const network = addressPrefix(c.get('visitor').address);
  const of = await tickets.take(ticket, network);
  const by = of === null ? null : await tickets.holder(of.org, of.session);
  if (of === null || by === null) {
    parts.unauthenticated(network);
    await parts.protection.refuse(c, true);
    throw new SallyportError('unauthenticated', 'This ticket is not good, or not any more. Ask for another.');
  }
  await parts.protection.admit(c, by);
  return { by, who: () => tickets.holder(of.org, of.session) };
}

async function byHeader(c: RequestContext, parts: WsDoorParts): Promise<Omit<Admitted, 'org'>> {
  const bearer = bearerOf(c);
  const credentials = credentialsOf(c, bearer);
  const by = await callerOf(c, parts, bearer);
  if (credentials.bearer !== null && looksSigned(credentials.bearer))
    throw new SallyportError('invalid_input', 'A signed token is good for one request; open a socket with an API key.');
  const isGuest = credentials.bearer === null && credentials.certificate === null; // demo mode: this machine's own
  return { by, who: isGuest ? async () => by : () => parts.authenticate(credentials) };
}

function afterOf(query: URLSearchParams): EventId | null {
  const given = query.get('after');
  if (given === null) return null;
  if (!afterField.safeParse(given).success)
    throw new SallyportError('invalid_input', 'after is the id of an event, or the cursor of a connection.');
  return given as EventId;
}

function filterOf(query: URLSearchParams): MessageFilter {
  const given = Object.fromEntries(
    ['thread', 'agent', 'kind'].flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const parsed = messageFilter.safeParse(given);
  if (!parsed.success)
    throw new SallyportError('invalid_input', 'thread is an id, agent a name, kind one of the kinds of messages.');
  return parsed.data;
}
