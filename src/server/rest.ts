/**
 * The REST door: `POST /api/v1/<room>/<verb>` for every catalogued action that has it, and the method and path that an action
 * names besides (`guard/http-place.ts`). The body, or there the address too, is the action's input with its envelope; an
 * `Idempotency-Key` header overrides the envelope's. Answers are those of `answer.ts`: 200 when done or explained, 202 when
 * pending, held or taken in to be worked on, a problem document otherwise.
 */
import type { Hono } from 'hono';
import type { Catalogue, CatalogueEntry } from '../guard/catalogue.ts';
import type { HttpPlace } from '../guard/http-place.ts';
import type { Perform } from '../guard/perform.ts';
import type { Clock } from '../kernel/clock.ts';
import { SallyportError } from '../kernel/errors.ts';
import { type BodyLimits, readBody } from '../shield/body.ts';
import { addressInput, hasQuery, twice } from './address-input.ts';
import { type AnswerStatus, answerTo } from './answer.ts';
import { type CallerParts, callerOf } from './caller.ts';
import { type Env, methodNotAllowed, type RequestContext } from './context.ts';
import { problemResponse } from './problems.ts';

export interface RestParts extends CallerParts {
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly clock: Clock;
  readonly limits: BodyLimits;
}

const HTTP_STATUS = { done: 200, explained: 200, pending: 202, held: 202 } as const satisfies Record<
  AnswerStatus,
  number
>;

const statusFor = ({ action }: CatalogueEntry, status: AnswerStatus) =>
  status === 'done' && action.accepts === true ? 202 : HTTP_STATUS[status];

export function mountRest(app: Hono<Env>, parts: RestParts): void {
  const methods = new Map<string, string[]>();
  const serve = (method: HttpPlace['method'], path: string, entry: CatalogueEntry, read: ReadInput) => {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(pattern, [...(methods.get(pattern) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
    app.on(method, pattern, async (c) => {
      const by = await callerOf(c, parts);
      const options = idempotency(entry, c.req.raw.headers.get('idempotency-key'));
      const answer = answerTo(await parts.perform(entry, by, await read(c), options), parts.clock.now());
      return answer.ok
        ? c.json(answer.body, statusFor(entry, answer.status))
        : problemResponse(answer.failure, c.get('requestId'));
    });
  };
  const body: ReadInput = async (c) => {
    const read = await readBody(c.req.raw, parts.limits, c.env?.incoming);
    if (!read.ok) throw new SallyportError(read.error.code, read.error.message);
    return read.value;
  };
  for (const entry of parts.catalogue.entries) {
    if (!entry.action.doors.includes('rest')) continue;
    serve('POST', entry.path, entry, body);
    if (entry.http !== null) serve(entry.http.method, entry.http.path, entry, atPlace(entry, entry.http, body));
  }
  for (const [pattern, of] of methods) app.all(pattern, methodNotAllowed(of.toSorted().join(', ')));
}

type ReadInput = (c: RequestContext) => Promise<unknown>;

/** The input of a request to an action's own place: from its address, and from its body where the method has one. */
function atPlace(entry: CatalogueEntry, place: HttpPlace, body: ReadInput): ReadInput {
  const address = addressInput(entry, place);
  return async (c) => {
    const query = new URL(c.req.url).searchParams;
    const fields = address.read((name) => c.req.param(name) ?? '', query);
    if (isEmpty(c.req.raw.headers)) return fields;
    if (hasQuery(place.method))
      throw new SallyportError('invalid_input', `${place.method} takes its fields in the address, and no body.`);
    const value = await body(c);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value; // the action's schema refuses it
    const repeated = place.params.find((name) => Object.hasOwn(value, name));
    if (repeated !== undefined) throw twice(repeated);
    return { ...value, ...fields };
  };
}

/** No body at all: what has only fields in its path needs none. */
const isEmpty = (headers: Headers): boolean =>
  !headers.has('transfer-encoding') && Number(headers.get('content-length') ?? 0) === 0 && !headers.has('content-type');

/** The header's key, by the rule of the envelope's. @throws SallyportError `invalid_input` */
function idempotency({ schema }: CatalogueEntry, header: string | null): { readonly idempotencyKey?: string } {
  if (header === null) return {};
  const key = schema.shape['idempotencyKey']?.safeParse(header);
  if (key?.success && typeof key.data === 'string') return { idempotencyKey: key.data };
  const message = 'must be printable ASCII without spaces, at most 100 characters';
  throw new SallyportError('invalid_input', `Idempotency-Key ${message}.`, {
    issues: [{ path: 'Idempotency-Key', message }],
  });
}
