/**
 * The REST door: `POST /api/v1/<room>/<verb>` for every catalogued action that has it. The body is the action's input with
 * its envelope; an `Idempotency-Key` header overrides the envelope's. Answers are those of `answer.ts`: 200 when done or
 * explained, 202 when pending or held, a problem document otherwise.
 */
import type { Hono } from 'hono';
import type { Catalogue, CatalogueEntry } from '../guard/catalogue.ts';
import type { Perform } from '../guard/perform.ts';
import type { Clock } from '../kernel/clock.ts';
import { SallyportError } from '../kernel/errors.ts';
import { type BodyLimits, readBody } from '../shield/body.ts';
import { type AnswerStatus, answerTo } from './answer.ts';
import { type CallerParts, callerOf } from './caller.ts';
import { type Env, methodNotAllowed } from './context.ts';
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

export function mountRest(app: Hono<Env>, parts: RestParts): void {
  for (const entry of parts.catalogue.entries) {
    if (!entry.action.doors.includes('rest')) continue;
    app.post(entry.path, async (c) => {
      const by = await callerOf(c, parts);
      const options = idempotency(entry, c.req.raw.headers.get('idempotency-key'));
      const body = await readBody(c.req.raw, parts.limits, c.env?.incoming);
      if (!body.ok) throw new SallyportError(body.error.code, body.error.message);
      const answer = answerTo(await parts.perform(entry, by, body.value, options), parts.clock.now());
      return answer.ok
        ? c.json(answer.body, HTTP_STATUS[answer.status])
        : problemResponse(answer.failure, c.get('requestId'));
    });
    app.all(entry.path, methodNotAllowed('POST'));
  }
}

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
