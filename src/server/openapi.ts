/**
 * The REST door as an OpenAPI 3.1 document, derived from the catalogue: an action that is served is described, and nothing
 * else can be. Pure. Routes that are no actions (health, metadata, numbers) are described by hand in `public-routes.ts`.
 */

import { type JsonSchema, type ObjectSchema, objectSchema } from '../guard/action-schema.ts';
import type { Catalogue, CatalogueEntry } from '../guard/catalogue.ts';
import type { HttpPlace } from '../guard/http-place.ts';
import { ERROR_CODES, type ErrorCode } from '../kernel/errors.ts';
import { hasQuery } from './address-input.ts';
import { ANSWER_SCHEMAS } from './answer-schema.ts';
import { statusOf, titleOf } from './problems.ts';
import { PUBLIC_ROUTES } from './public-routes.ts';

export interface OpenApiParts {
  readonly catalogue: Catalogue;
  readonly version: string;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Paths of what is no action and described where it is mounted: how people sign in. */
  readonly more?: () => Readonly<Record<string, object>>;
}

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
const schema = (name: string) => ref('schemas', name);

/** What a request to an action's path never answers. */
const NOT_OF_ACTIONS: readonly ErrorCode[] = ['method_not_allowed'];

const INFO =
  'The guarded door between AI agents and the world. Every call is authorised, limited, checked for compliance and logged; ' +
  'a refusal names each reason. `dryRun` tells what the rules would say without acting; `Idempotency-Key` makes repeating safe.';

export const ROOMS: Readonly<Record<string, string>> = {
  comms: 'Messages and who may be reached: agents, channels, consent, do-not-contact entries, limits, approvals.',
  identity: 'People and their roles, grants, tokens, API keys and services.',
  audit: 'The log, and proofs of what is in it.',
};

export const roomOf = ({ action }: CatalogueEntry): string => action.name.split('.')[0] ?? '';

/** The entries that the REST door serves. */
export const restEntries = ({ entries }: Catalogue): readonly CatalogueEntry[] =>
  entries.filter(({ action }) => action.doors.includes('rest'));

export function openApi({ catalogue, version, publicUrl, more = () => ({}) }: OpenApiParts) {
  const entries = restEntries(catalogue);
  const codes = byStatus(ERROR_CODES.filter((code) => !NOT_OF_ACTIONS.includes(code)));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sallyport',
      version,
      description: INFO,
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    externalDocs: { url: `${publicUrl}/api/docs`, description: 'The same, to read' },
    tags: [
      ...[...new Set(entries.map(roomOf))].map((name) => ({
        name,
        ...(ROOMS[name] === undefined ? {} : { description: ROOMS[name] }),
      })),
      { name: 'auth', description: 'How people sign in, and look after their factors and sessions.' },
      { name: 'server', description: 'The server itself.' },
    ],
    security: [{ bearer: [] }],
    paths: {
      ...paths(entries, [...codes.keys()]),
      ...more(),
      ...PUBLIC_ROUTES,
    },
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            "A token of an agent, an organisation or the orchestrator, a person's access token, an API key, or a service's signed token.",
        },
      },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description:
            'Overrides idempotencyKey of the body: a repetition within 24 hours answers as the first call did.',
          schema: { type: 'string', pattern: '^[!-~]+$', maxLength: 100 },
        },
      },
      headers: {
        RequestId: {
          description: 'Names the request; quote it when something went wrong.',
          schema: { type: 'string' },
        },
        RetryAfter: { description: 'Seconds until trying again may help.', schema: { type: 'integer' } },
        Challenge: { description: 'What to bring (RFC 6750, RFC 9728).', schema: { type: 'string' } },
      },
      responses: Object.fromEntries([...codes].map(([status, of]) => [`Problem${status}`, problem(status, of)])),
      schemas: ANSWER_SCHEMAS,
    },
  };
}

/** Each action at its own path, and at the place that it names besides. */
function paths(entries: readonly CatalogueEntry[], problemStatuses: readonly number[]) {
  const made: Record<string, Record<string, object>> = {};
  const put = (path: string, method: string, described: object) => {
    made[path] = { ...made[path], [method]: described };
  };
  for (const entry of entries) {
    const { http, path, tool } = entry;
    put(path, 'post', operation(entry, problemStatuses, tool, bodyOf(entry, [])));
    if (http === null) continue;
    const method = http.method.toLowerCase();
    put(http.path, method, operation(entry, problemStatuses, `${tool}_${method}`, inputAt(entry, http)));
  }
  return made;
}

interface InputAt {
  readonly parameters: readonly object[];
  readonly requestBody?: object;
}

/** @param params fields that come in the path. */
function bodyOf(entry: CatalogueEntry, params: readonly string[]): InputAt {
  const { properties, required = [], ...input } = objectSchema(entry.action.name, entry.schema, 'input');
  const isLeft = (name: string) => !params.includes(name);
  const needed = required.filter(isLeft);
  const left = {
    ...input,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => isLeft(name))),
    ...(needed.length === 0 ? {} : { required: needed }),
  };
  const isNeeded = params.length === 0 || needed.length > 0;
  return { parameters: [], requestBody: { required: isNeeded, content: { 'application/json': { schema: left } } } };
}

function inputAt(entry: CatalogueEntry, { method, params }: HttpPlace): InputAt {
  const { properties, required = [] } = objectSchema(entry.action.name, entry.schema, 'input');
  const described = (name: string, where: 'path' | 'query') => {
    const { description, ...of } = properties[name] as ObjectSchema;
    const isRequired = where === 'path' || required.includes(name);
    return { name, in: where, required: isRequired, ...(description === undefined ? {} : { description }), schema: of };
  };
  const inPath = params.map((name) => described(name, 'path'));
  if (!hasQuery(method)) return { ...bodyOf(entry, params), parameters: inPath };
  const rest = Object.keys(properties).filter((name) => !params.includes(name));
  return { parameters: [...inPath, ...rest.map((name) => described(name, 'query'))] };
}

function operation(
  entry: CatalogueEntry,
  problemStatuses: readonly number[],
  operationId: string,
  { parameters, ...body }: InputAt,
) {
  const { action, guards } = entry;
  const output = objectSchema(action.name, action.output, 'output');
  const answered = (status: 'done' | 'pending'): JsonSchema => ({
    ...output,
    properties: {
      ...output.properties,
      _meta: { allOf: [schema('Meta'), { properties: { status: { const: status } } }] },
    },
    required: [...(output.required ?? []), '_meta'],
  });
  return {
    operationId,
    tags: [roomOf(entry)],
    summary: action.says,
    parameters: [ref('parameters', 'IdempotencyKey'), ...parameters],
    ...body,
    responses: {
      ...(action.accepts === true
        ? {
            200: answer('What a dry run found.', [schema('Explained')]),
            202: answer('Taken in, and worked on from now on; or held for approval.', [
              answered('done'),
              schema('Held'),
            ]),
          }
        : {
            200: answer('Done, or what a dry run found.', [answered('done'), schema('Explained')]),
            ...(action.effect !== 'read' && {
              202: answer('Held for approval, or begun with its outcome not known yet.', [
                answered('pending'),
                schema('Held'),
              ]),
            }),
          }),
      ...Object.fromEntries(problemStatuses.map((status) => [status, ref('responses', `Problem${status}`)])),
    },
    'x-action': action.name,
    'x-action-version': action.version,
    'x-effect': action.effect,
    'x-access': action.access,
    'x-subject': action.subject,
    'x-risk': action.risk,
    'x-guards': guards.map(({ id, stage }) => ({ id, stage })),
  };
}

const answer = (description: string, anyOf: readonly JsonSchema[]) => ({
  description,
  headers: { 'X-Request-Id': ref('headers', 'RequestId') },
  content: { 'application/json': { schema: { anyOf } } },
});

/** Statuses ascend. */
function byStatus(codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> {
  const found = new Map<number, ErrorCode[]>();
  for (const code of codes.toSorted((a, b) => statusOf(a) - statusOf(b)))
    found.set(statusOf(code), [...(found.get(statusOf(code)) ?? []), code]);
  return found;
}

/** Where waiting may help. */
const WITH_RETRY: readonly number[] = [429, 503];

const problem = (status: number, codes: readonly ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${titleOf(code)}.`).join(' '),
  headers: {
    'X-Request-Id': ref('headers', 'RequestId'),
    ...(status === 401 ? { 'WWW-Authenticate': ref('headers', 'Challenge') } : {}),
    ...(WITH_RETRY.includes(status) ? { 'Retry-After': ref('headers', 'RetryAfter') } : {}),
  },
  content: {
    'application/problem+json': {
      schema: { allOf: [schema('Problem'), { properties: { status: { const: status }, code: { enum: [...codes] } } }] },
    },
  },
});
