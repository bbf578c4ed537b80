/**
 * The legacy HTTP+SSE door (Model Context Protocol 2024-11-05, deprecated by 2025-03-26), for clients that know nothing
 * newer: `GET /sse` opens a stream, `POST /messages?sessionId=…` sends into it. Tools and calls are those of `/mcp`.
 *
 * The old protocol's clients often send nothing but the session's id with a message. That id is 122 random bits told to the
 * opener alone, and stands for it; but a client that opened with a header is held to the header, what else is presented must
 * be the same principal, and the opener's token is checked again for every message.
 */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Hono } from 'hono';
import { isOfPlatform, type Principal } from '../../guard/principal.ts';
import { sees } from '../../guard/rights.ts';
import type { AgentDirectory } from '../../guard/subject.ts';
import { looksSigned } from '../../identity/token.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { type AgentId, looksLikeId } from '../../kernel/ids.ts';
import { type BodyLimits, readBody } from '../../shield/body.ts';
import { setOn } from '../../shield/node-server.ts';
import type { HeaderList } from '../../shield/security-headers.ts';
import { addressPrefix } from '../address-prefix.ts';
import { bearerOf, type CallerParts, callerOf, credentialsOf } from '../caller.ts';
import { type Env, methodNotAllowed, type RequestContext } from '../context.ts';
import type { SdkParts } from './sdk.ts';
import { MESSAGES_PATH } from './sse-session.ts';
import {
  createSseSessions,
  SSE_BOUNDS,
  type SseBounds,
  type SseSessions,
  type SseSessionsParts,
} from './sse-sessions.ts';
import { presentedToken } from './sse-token.ts';

export const SSE_PATH = '/sse';

export interface SseDoorParts extends CallerParts, Pick<SseSessionsParts, 'clock'> {
  readonly sdk: SdkParts;
  readonly directory: Pick<AgentDirectory, 'organizationOf'>;
  readonly limits: BodyLimits;
  onFault(fault: unknown, requestId: string): void;
  /** Whether the token may come in the address. */
  readonly queryToken: boolean;
  readonly bounds?: Partial<SseBounds>;
}

/** When the revision that deprecates this transport appeared: 2025-03-26, in the form of RFC 9745 §2.1. */
const DEPRECATED_SINCE = '@1742947200';

const HEADERS: HeaderList = [
  ['cache-control', 'no-store'],
  ['referrer-policy', 'no-referrer'], // the address may hold a token
  ['deprecation', DEPRECATED_SINCE],
  ['link', '</api/docs>; rel="deprecation"; type="text/html"'],
];

/**
 * A picture or a link on any page can ask for an address with a token in it, without an Origin: its guesses would have whoever
 * looks at that page locked out. @throws SallyportError `origin_not_allowed`
 */
function refuseOtherPages(headers: Headers): void {
  const site = headers.get('sec-fetch-site'); // Fetch Metadata; programs send none
  if (headers.has('origin') || (site !== 'cross-site' && site !== 'same-site')) return;
  throw new SallyportError(
    'origin_not_allowed',
    'Pages elsewhere reach this by a request with an Origin that is allowed.',
  );
}

/** Closes nothing by itself: who stops the server calls `drain`. */
export function mountSse(app: Hono<Env>, parts: SseDoorParts): SseSessions {
  const sessions = createSseSessions({
    ...parts,
    onFault: (fault) => parts.onFault(fault, 'sse'),
    bounds: { ...SSE_BOUNDS, ...parts.bounds },
  });

  app.all(SSE_PATH, async (c, next) => {
    if (c.req.method !== 'GET') return methodNotAllowed('GET')(c, next);
    const response = outgoingOf(c);
    setOn(response, HEADERS);
    refuseOtherPages(c.req.raw.headers);
    const query = new URL(c.req.url).searchParams;
    const { bearer, inHeader } = presentedToken(bearerOf(c), query, parts.queryToken);
    const by = await callerOf(c, parts, bearer);
    const credentials = credentialsOf(c, bearer);
    if (credentials.bearer !== null && looksSigned(credentials.bearer)) throw onlyOnce();
    c.set('longLived', true);
    const agent = await agentOf(by, query.getAll('agentId'), parts.directory);
    await sessions.open({ owner: by.id, credentials, byHeader: inHeader, agent, response });
    return RESPONSE_ALREADY_SENT;
  });

  app.all(MESSAGES_PATH, async (c, next) => {
    if (c.req.method !== 'POST') return methodNotAllowed('POST')(c, next);
    setOn(outgoingOf(c), HEADERS);
    const header = bearerOf(c);
    const session = sessions.find(c.req.query('sessionId') ?? '');
    if (session === undefined) {
      if (header.is !== 'absent') await callerOf(c, parts);
      else parts.unauthenticated(addressPrefix(c.get('visitor').address)); // the limit counts it in the end
      throw unknownSession();
    }
    const { bearer } = session.credentials;
    const byId = header.is === 'absent' && !session.byHeader && bearer !== null;
    const presented = byId ? ({ is: 'token', token: bearer } as const) : header;
    const by = await callerOf(c, parts, presented).catch(async (refusal) => {
      await sessions.recheck(session); // a token that has ended ends its stream now, not at the next sweep
      throw refusal;
    });
    if (by.id !== session.owner) throw unknownSession();
    const body = await readBody(c.req.raw, parts.limits, c.env.incoming);
    if (!body.ok) throw new SallyportError(body.error.code, body.error.message);
    sessions.touch(session);
    await session.receive(body.value, { by, requestId: c.get('requestId') });
    return c.body(null, 202);
  });

  return sessions;
}

/** A stream is asked again and again whether it may go on, and a signed token answers once. */
const onlyOnce = () =>
  new SallyportError('invalid_input', 'A signed token is good for one request; open a stream with an API key.');

/** Another principal's session looks like one that is not there. */
const unknownSession = () =>
  new SallyportError('not_found', `There is no such session; open one with GET ${SSE_PATH}.`);

function outgoingOf(c: RequestContext) {
  const outgoing = c.env?.outgoing;
  if (outgoing === undefined || !('assignSocket' in outgoing))
    throw new TypeError("this door needs Node's own response");
  return outgoing;
}

/** The agent that an administrator names to act for. @throws SallyportError `agent_mismatch`, `not_found`, `invalid_input` */
async function agentOf(
  by: Principal,
  [named, ...more]: readonly string[],
  directory: SseDoorParts['directory'],
): Promise<AgentId | null> {
  if (more.length > 0) throw new SallyportError('invalid_input', 'Name one agent in agentId.');
  if (named === undefined || named === '') return null;
  if (by.agent !== null) {
    if (named === by.agent) return null; // its token implies it
    throw new SallyportError('agent_mismatch', 'This token acts for its own agent only.');
  }
  const home = looksLikeId('agt', named) ? await directory.organizationOf(named) : null;
  const visible = home !== null && (isOfPlatform(by) || home === by.org) && sees(by, named as AgentId);
  if (!visible) throw new SallyportError('not_found', 'There is no such agent.');
  return named as AgentId;
}
