/**
 * HTTP requests that agents ask for, through the safe fetch: public addresses alone, resolved once and connected to as checked,
 * at most five redirects, each within the tool's own domains; what is secret stays with the origin that it was for.
 */

import { FetchRefused } from '../../shield/fetch-refused.ts';
import { createSafeFetch, type SafeFetchOptions } from '../../shield/safe-fetch.ts';
import { ToolFailure } from '../../swarm/tools/port.ts';
import { withinDomains } from '../../swarm/tools/rules/domains.ts';
import { type HttpAsk, isSafe } from '../../swarm/tools/rules/http-request.ts';
import type { HttpTools, OutsideText } from '../../swarm/tools/servers.ts';
import { notSentBecause } from '../http/network-fault.ts';
import { bounded } from './mcp-answer.ts';

const MAX_REDIRECTS = 5;

/** @param dangerously for tests: how other than public addresses are reached. */
export const createHttpTools = (
  dangerously: Pick<SafeFetchOptions, 'resolve' | 'dangerouslyAllowNetworks' | 'dangerouslyAllowHttp'> = {},
): HttpTools => ({
  async ask({ domains, credential: shape, maxBytes, timeoutMs }, ask, { credential, key, signal }) {
    let asked = 0;
    const within = withinDomains(domains);
    const send = createSafeFetch({
      ...{ maxBytes, timeoutMs, maxRedirects: MAX_REDIRECTS, ...dangerously },
      mayAsk: (url) => ++asked > 0 && within(url),
    });
    try {
      const headers = headersOf(ask, key);
      if (credential !== null && shape !== undefined) headers.set(shape.header, `${shape.prefix}${credential}`);
      const init = { method: ask.method, headers, body: ask.body, signal };
      return await answerOf(await send(ask.url, init), ask.method);
    } catch (failure) {
      throw failureOf(failure, { isSafe: isSafe(ask.method), redirected: asked > 1, stopped: signal.aborted });
    }
  },
});

function headersOf({ headers, method }: HttpAsk, key: string): Headers {
  const made = new Headers(headers);
  made.set('user-agent', 'sallyport');
  // draft-ietf-httpapi-idempotency-key-header: a structured string
  if (!isSafe(method)) made.set('idempotency-key', `"${key}"`);
  return made;
}

async function answerOf(response: Response, method: HttpAsk['method']): Promise<OutsideText> {
  const { status, headers } = response;
  const type = (headers.get('content-type') ?? '').toLowerCase();
  const head = `HTTP ${status}${/^[\w.+/;=" -]{1,100}$/.test(type) ? `, ${type}` : ''}`;
  const isError = status >= 400;
  if (method === 'HEAD' || response.body === null) return { text: head, isError };
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = bytes.byteLength === 0 || isText(type) ? decoded(bytes, type) : null;
  return {
    text: `${head}\n\n${text === null ? `[${bytes.byteLength} bytes that are no text, not shown]` : bounded(text)}`,
    isError,
  };
}

const isText = (type: string): boolean =>
  /^(?:text\/|application\/(?:json|xml|javascript|x-www-form-urlencoded|xhtml\+xml|yaml)\b|application\/[\w.-]+\+(?:json|xml)\b)/.test(
    type,
  );

function decoded(bytes: Uint8Array, type: string): string | null {
  const label = /charset="?([\w-]{1,40})/.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What was refused by us, or failed before the first byte, did not happen, unless an earlier leg had gone out. */
function failureOf(
  failure: unknown,
  {
    isSafe,
    redirected,
    stopped,
  }: { readonly isSafe: boolean; readonly redirected: boolean; readonly stopped: boolean },
): ToolFailure {
  const mayHaveHappened = !isSafe && (redirected || !certainlyNotSent(failure));
  if (stopped) return new ToolFailure('tool_timeout', 'The request was stopped.', { mayHaveHappened });
  if (!(failure instanceof FetchRefused))
    return new ToolFailure('tool_unavailable', 'The server could not be reached, or broke off.', { mayHaveHappened });
  if (failure.reason === 'timeout')
    return new ToolFailure('tool_timeout', 'The server did not answer in time.', { mayHaveHappened });
  return new ToolFailure('tool_refused', SAYS[failure.reason], { mayHaveHappened });
}

const BEFORE_SENDING: ReadonlySet<string> = new Set(['url', 'scheme', 'credentials', 'host', 'address']);
const certainlyNotSent = (failure: unknown): boolean =>
  failure instanceof FetchRefused
    ? BEFORE_SENDING.has(failure.reason)
    : notSentBecause(new Error('', { cause: failure })) !== null;

const SAYS = {
  url: 'The url is not an absolute address.',
  scheme: 'Only https is asked.',
  credentials: 'The address has a user name or password.',
  host: 'The address leads outside the domains of this tool.',
  address: 'The name leads to an address that is not public.',
  redirect: 'The server sent the request elsewhere, where it may not go.',
  encoding: 'The answer is compressed, which was not asked for.',
  too_large: 'The answer is larger than this tool takes.',
} satisfies Record<Exclude<FetchRefused['reason'], 'timeout'>, string>;
