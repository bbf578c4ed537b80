/** What a request carries through the doors besides itself: Node's own streams where there are any, its id, who asks. */
import type { HttpBindings } from '@hono/node-server';
import type { Context, Handler, MiddlewareHandler } from 'hono';
import type { Ids } from '../kernel/ids.ts';
import type { Client } from '../shield/hono.ts';
import { failure, problemResponse } from './problems.ts';

export interface Env {
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    visitor: Visitor;
    /** Set to true by a handler that answers late on purpose, so that it is not given up. */
    longLived: boolean | undefined;
  };
}

/** Who asks, before anything is known but an address. */
export interface Visitor extends Client {
  /** Whether a rate limit has counted this request, or need not; what nobody counted is counted as anonymous in the end. */
  counted: boolean;
}
export type RequestContext = Context<Env>;

export const REQUEST_ID = 'x-request-id';

/**
 * Gives the request its id, in a header of whatever is answered in the end. Never taken from the caller, who could forge
 * another's or a line of the log. Also makes an `Error` of anything else that is thrown, so that the error handler sees it.
 */
export const identify =
  (ids: Ids): MiddlewareHandler<Env> =>
  async (c, next) => {
    const outgoing = c.env?.outgoing; // no environment at all without a server beneath
    const given = outgoing?.getHeader(REQUEST_ID); // by `listen`, which covers what never gets here
    const id = typeof given === 'string' ? given : ids.next('req');
    c.set('requestId', id);
    if (given === undefined) outgoing?.setHeader(REQUEST_ID, id);
    try {
      await next();
    } catch (thrown) {
      throw new Error('thrown by a handler, and no Error', { cause: thrown });
    }
    if (outgoing === undefined) c.res.headers.set(REQUEST_ID, id);
  };

/** Answers the methods that a path does not have. @param allow the value of `Allow` (RFC 9110 §10.2.1). */
export const methodNotAllowed =
  (allow: string): Handler<Env> =>
  (c) =>
    problemResponse(failure('method_not_allowed', `Use ${allow} here.`), c.get('requestId'), { allow });
