/**
 * The checks of this room as Hono middleware: thin, nothing is decided here. A refusal is thrown as a `SallyportError`,
 * so that the door answers it in its own form; the headers middleware stands first and covers those answers too.
 */
import { ServerResponse } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import { SallyportError } from '../kernel/errors.ts';
import { checkHost, type HostAllowList } from './host.ts';
import { setOn } from './node-server.ts';
import { checkOrigin, type OriginAllowList } from './origin.ts';
import type { HeaderList } from './security-headers.ts';

/**
 * Sets `headers` on every answer, refusals, errors and unknown paths too; a header that a handler sets itself wins.
 * Under Node they go on the response beneath Hono before the handler runs: a third of the cost of a `Headers` object,
 * and they stay on whatever is answered in the end.
 */
export function setHeaders(headers: HeaderList): MiddlewareHandler {
  return async (c, next) => {
    const outgoing = nodeResponse(c.env);
    if (outgoing !== null) {
      if (headers[0] !== undefined && !outgoing.hasHeader(headers[0][0])) setOn(outgoing, headers); // else `hardenServer` did
      return next();
    }
    await next();
    for (const [name, value] of headers) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
}

/** Refuses a request for another Host (`host_not_allowed`) or from another web origin (`origin_not_allowed`). */
export function checkSource(hosts: HostAllowList, origins: OriginAllowList): MiddlewareHandler {
  return async (c, next) => {
    const { headers } = c.req.raw;
    const host = checkHost(headers.get('host'), hosts);
    if (!host.ok) throw new SallyportError(host.error.code, host.error.message);
    const origin = checkOrigin(headers.get('origin'), origins);
    if (!origin.ok) throw new SallyportError(origin.error.code, origin.error.message);
    return next();
  };
}

const nodeResponse = (env: unknown): ServerResponse | null =>
  typeof env === 'object' && env !== null && 'outgoing' in env && env.outgoing instanceof ServerResponse
    ? env.outgoing
    : null;
