/**
 * The voice platform's requests to an agent, made in this process: to the agent's real application, with its credentials and, if it
 * has a signing key, the platform's signature; plainly, or as an event of a serverless platform.
 */
import { toUtf8 } from '../../kernel/encoding.ts';
import { SIGNATURE_HEADER, signatureOf } from '../../voice/door/signature.ts';
import type { Platform } from '../../voice/serverless/platform-url.ts';
import { ServerlessAdapter, type ServerlessEvent, type ServerlessResponse } from '../../voice/serverless-adapter.ts';
import type { SWMLService } from '../../voice/swml-service.ts';

export interface PlatformAnswer {
  readonly status: number;
  readonly text: string;
  /** What the serverless platform gets; null without one. */
  readonly response: ServerlessResponse | null;
}

export interface PlatformRequest {
  /** The agent's public address, or one of a script, with the query, perhaps with credentials. */
  readonly address: string;
  readonly body: object;
}

/** Where the agent's own functions are called. */
export const swaigAddress = (agent: SWMLService): string => {
  const url = new URL(agent.getFullUrl(true));
  url.pathname = `${url.pathname.replace(/\/$/, '')}/swaig`;
  return url.href;
};

/** Whether a script's address leads to the agent's own functions. */
export function isOwnAddress(agent: SWMLService, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const [own, given] = [new URL(swaigAddress(agent)), new URL(address)];
  return own.origin === given.origin && own.pathname === given.pathname;
}

/** Asks one agent, with one application for all requests. */
export function platformFor(
  agent: SWMLService,
  platform: Platform | null,
): (request: PlatformRequest) => Promise<PlatformAnswer> {
  const app = agent.getApp();
  const adapter = platform === null ? null : new ServerlessAdapter(platform);
  return async ({ address, body }) => {
    const parts = requestParts(agent, address, JSON.stringify(body));
    if (platform !== null && adapter !== null) {
      const response = await adapter.handleRequest(app, EVENTS[platform](parts));
      const text = response.isBase64Encoded ? Buffer.from(response.body, 'base64').toString() : response.body;
      return { status: response.statusCode, text, response };
    }
    const { url, headers } = parts;
    const answer = await app.request(url.href, { method: 'POST', headers, body: parts.body });
    return { status: answer.status, text: await answer.text(), response: null };
  };
}

interface Parts {
  /** As the application sees it: without the path of a proxy before it. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function requestParts(agent: SWMLService, address: string, body: string): Parts {
  const url = new URL(address);
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  url.username = '';
  url.password = '';
  const key = agent['settings'].signingKey; // protected from builders; the platform has it too
  const headers = {
    host: url.host,
    'content-type': 'application/json',
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    ...(key !== null && { [SIGNATURE_HEADER]: signatureOf(key, url.href, toUtf8(body)) }),
  };
  const full = new URL(agent.getFullUrl()).pathname;
  const proxied = full.slice(0, full.length - (agent.route === '/' ? 0 : agent.route.length)).replace(/\/$/, '');
  url.pathname = url.pathname.slice(proxied.length);
  return { url, headers, body };
}

/** The front ends of platforms append who was connected. */
const PEER = '127.0.0.1';
const withPeer = (headers: Parts['headers']) => ({ ...headers, 'x-forwarded-for': PEER });

/** Each platform's event of a POST: API Gateway's payload 2.0, Express's request, Azure's, CGI's variables. */
const EVENTS: Readonly<Record<Platform, (parts: Parts) => ServerlessEvent>> = {
  lambda: ({ url, headers, body }) => ({
    version: '2.0',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    requestContext: {
      domainName: url.hostname,
      stage: '$default',
      http: { method: 'POST', path: url.pathname, sourceIp: PEER },
    },
    body,
    isBase64Encoded: false,
  }),
  gcf: ({ url, headers, body }) => ({
    method: 'POST',
    url: `${url.pathname}${url.search}`,
    headers: withPeer(headers),
    body: JSON.parse(body),
    rawBody: toUtf8(body),
  }),
  azure: ({ url, headers, body }) => ({
    method: 'POST',
    url: url.href,
    headers: withPeer(headers),
    query: Object.fromEntries(url.searchParams),
    body: JSON.parse(body),
    rawBody: body,
  }),
  cgi: ({ url, headers, body }) =>
    ServerlessAdapter.buildCgiEvent(
      {
        GATEWAY_INTERFACE: 'CGI/1.1',
        REQUEST_METHOD: 'POST',
        REQUEST_SCHEME: url.protocol.slice(0, -1),
        PATH_INFO: decodeURI(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REMOTE_ADDR: PEER,
        SERVER_NAME: url.hostname,
        CONTENT_TYPE: headers['content-type'],
        CONTENT_LENGTH: String(Buffer.byteLength(body)),
        ...Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value]),
        ),
      },
      body,
    ),
};
