/** The published description against what the server does: every action's example call and its refusal, over the REST door. */
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/server/validators/cf-worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Principal } from '../../src/guard/principal.ts';
import { ERROR_CODES } from '../../src/kernel/errors.ts';
import { catalogueToRead } from '../../src/main/actions.ts';
import { createServer, type SallyportServer } from '../../src/server/app.ts';
import { exampleInput } from '../../src/server/docs/example-input.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { openApi } from '../../src/server/openapi.ts';
import { statusOf } from '../../src/server/problems.ts';
import { EXAMPLES, exampleOf, nextMinute, validCall } from '../matrix/examples.ts';
import { leastOf, naming, openTenant } from '../matrix/tenant.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { PROTECTION } from './fixture.ts';

// biome-ignore lint/suspicious/noExplicitAny: the document is judged as any reader of JSON would see it
type Any = any;

const PUBLIC_URL = 'https://door.example';
const catalogue = catalogueToRead();
const document: Any = JSON.parse(JSON.stringify(openApi({ catalogue, version: '1.2.3', publicUrl: PUBLIC_URL })));
const entries = catalogue.entries.filter(({ action }) => action.doors.includes('rest'));
const names = entries.map(({ action }) => action.name);

const validator = new CfWorkerJsonSchemaValidator();
/** What is wrong with a value by a schema of the document; undefined if nothing. */
function faultOf(schema: object, value: unknown): string | undefined {
  const checked = validator.getValidator({ ...schema, components: document.components } as Any)(value as Any);
  return checked.valid ? undefined : checked.errorMessage;
}

function* nodes(value: Any, path = '#'): Generator<readonly [string, Any]> {
  if (typeof value !== 'object' || value === null) return;
  yield [path, value];
  for (const [name, member] of Object.entries(value)) yield* nodes(member, `${path}/${name}`);
}
const resolve = (ref: string): Any =>
  ref
    .slice('#/'.length)
    .split('/')
    .reduce((at, name) => at?.[name], document);
const resolved = (node: Any): Any => (node.$ref === undefined ? node : resolve(node.$ref));

describe('the document', () => {
  const operations = Object.entries<Any>(document.paths).flatMap(([path, item]) =>
    Object.entries<Any>(item).map(([method, operation]) => ({ path, method, operation })),
  );

  it('has the members that OpenAPI 3.1 asks for, and no others', () => {
    const only = (object: object, ...allowed: string[]) =>
      expect(Object.keys(object).filter((name) => !allowed.includes(name) && !name.startsWith('x-'))).toEqual([]);
    only(document, 'openapi', 'info', 'servers', 'externalDocs', 'tags', 'security', 'paths', 'components');
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    only(document.info, 'title', 'version', 'description', 'license');
    only(document.info.license, 'name', 'identifier'); // not identifier and url at once
    expect(document.servers).toEqual([{ url: PUBLIC_URL }]);
    for (const tag of document.tags) only(tag, 'name', 'description');
    only(document.components, 'securitySchemes', 'parameters', 'headers', 'responses', 'schemas');
    for (const [, of] of Object.entries<Any>(document.components))
      for (const name of Object.keys(of)) expect(name).toMatch(/^[a-zA-Z0-9._-]+$/);
    for (const { path, method, operation } of operations) {
      expect(path).toMatch(/^(?:\/(?:[a-z0-9._-]+|\{[a-zA-Z]+\}))+$/);
      expect(['get', 'post', 'put']).toContain(method);
      only(operation, 'operationId', 'tags', 'summary', 'parameters', 'requestBody', 'responses', 'security');
      expect(document.tags.map((tag: Any) => tag.name)).toEqual(expect.arrayContaining(operation.tags));
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      for (const [status, response] of Object.entries<Any>(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        only(resolved(response), 'description', 'headers', 'content');
        expect(resolved(response).description).toMatch(/./);
        for (const media of Object.values<Any>(resolved(response).content ?? {})) only(media, 'schema');
      }
      if (operation.requestBody !== undefined) only(operation.requestBody, 'required', 'content');
    }
    for (const parameter of Object.values<Any>(document.components.parameters)) {
      only(parameter, 'name', 'in', 'description', 'schema');
      expect(parameter.in).toBe('header');
    }
  });

  it('names each operation once, and each tag', () => {
    const unique = (list: readonly string[]) => expect(new Set(list).size).toBe(list.length);
    unique(operations.map(({ operation }) => operation.operationId));
    unique(document.tags.map(({ name }: Any) => name));
  });

  it('has a target for every reference', () => {
    const refs = [...nodes(document)].flatMap(([path, { $ref }]) => ($ref === undefined ? [] : [[path, $ref]]));
    expect(refs.length).toBeGreaterThan(100);
    for (const [path, ref] of refs) expect(resolve(ref), `${path}: ${ref}`).toBeTypeOf('object');
  });

  it('has nothing of the guard’s own, and no dialect but OpenAPI’s', () => {
    for (const [path, node] of nodes(document)) {
      expect(Object.keys(node), path).not.toContain('$schema');
      if (!path.endsWith('/properties')) expect(node.field, path).toBeUndefined();
    }
  });

  it('describes every action that the door serves, by its own definition', () => {
    for (const { action, tool, path, guards } of entries) {
      expect(document.paths[path].post).toMatchObject({
        operationId: tool,
        summary: action.says,
        tags: [action.name.split('.')[0]],
        'x-action': action.name,
        'x-effect': action.effect,
        'x-access': action.access,
        'x-guards': guards.map(({ id, stage }) => ({ id, stage })),
      });
    }
    for (const { action, tool, http } of entries) {
      if (http === null) continue;
      const operation = document.paths[http.path][http.method.toLowerCase()];
      expect(operation).toMatchObject({ operationId: `${tool}_${http.method.toLowerCase()}`, 'x-action': action.name });
      const inPath = operation.parameters.filter((one: Any) => one.in === 'path');
      expect(inPath.map((one: Any) => one.name)).toEqual(http.params);
      expect(operation.requestBody === undefined).toBe(http.method === 'GET' || http.method === 'DELETE');
    }
    const described = operations.flatMap(({ operation }) => operation['x-action'] ?? []);
    expect([...new Set(described)].sort()).toEqual(names.toSorted());
    expect(described).toHaveLength(names.length + entries.filter(({ http }) => http !== null).length);
  });

  it('asks for the token on every action', () => {
    expect(document.security).toEqual([{ bearer: [] }]);
    for (const { path } of entries) expect(document.paths[path].post.security).toBeUndefined();
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it('has every error code under its own status, on every action', () => {
    for (const code of ERROR_CODES.filter((one) => one !== 'method_not_allowed')) {
      const schema =
        document.components.responses[`Problem${statusOf(code)}`].content['application/problem+json'].schema;
      expect(schema.allOf[1].properties).toMatchObject({
        status: { const: statusOf(code) },
        code: { enum: expect.arrayContaining([code]) },
      });
      for (const { path } of entries) expect(document.paths[path].post.responses).toHaveProperty([statusOf(code)]);
    }
  });
});

it.for(names)('the example on the page for %s is one that the action takes', (name) => {
  const { schema, path } = catalogue.byName(name)!;
  const example = exampleInput(z.toJSONSchema(schema, { io: 'input' }));
  expect(schema.safeParse(example).error).toBeUndefined();
  expect(faultOf(document.paths[path].post.requestBody.content['application/json'].schema, example)).toBeUndefined();
});

describe('the server does what the document says', () => {
  let t: TestHouse;
  let by: Principal;
  let server: SallyportServer;
  beforeAll(async () => {
    t = await openHouse();
    const { catalogue, perform, clock, ids, store } = t.house;
    server = createServer({
      catalogue,
      perform,
      clock,
      ids,
      directory: store.tenancy,
      metrics: createMetrics({ ofProcess: false }),
      tlsPins: { pins: () => [`sha256/${'A'.repeat(43)}=`] },
      authenticate: async () => by,
      unauthenticated: () => {},
      ready: () => true,
      version: '1.2.3',
      onFault: (fault) => t.faults.push(fault),
      settings: {
        ...PROTECTION,
        publicUrl: PUBLIC_URL,
        maxBodyBytes: 1_048_576,
        requestTimeoutMs: 10_000,
        waitMs: 1_000,
        hsts: false,
        legacySse: false,
        sseQueryToken: false,
      },
    });
  });
  afterAll(() => t[Symbol.asyncDispose]());

  async function post(path: string, caller: Principal, input: unknown) {
    by = caller;
    const response = await server.app.request(path, {
      method: 'POST',
      headers: { host: 'door.example', authorization: 'Bearer x', 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const body: unknown = await response.json();
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    const described = resolved(document.paths[path].post.responses[response.status]);
    return { status: response.status, body, schema: described?.content[type]?.schema };
  }
  const inputSchema = (path: string) => document.paths[path].post.requestBody.content['application/json'].schema;

  it.for(names.filter((name) => EXAMPLES[name] !== undefined))('%s: input, answer, dry run, refusal', async (name) => {
    nextMinute(t);
    const { path } = catalogue.byName(name)!;
    const at = await openTenant(t);
    const { by: caller, input } = await validCall(name, at);
    expect(faultOf(inputSchema(path), input)).toBeUndefined();

    const dryRun = await post(path, caller, { ...input, dryRun: true });
    expect([dryRun.status, faultOf(dryRun.schema, dryRun.body)]).toEqual([200, undefined]);
    const done = await post(path, caller, input);
    const { accepts = false } = catalogue.byName(name)!.action;
    expect([done.status, faultOf(done.schema, done.body)]).toEqual([accepts ? 202 : 200, undefined]);

    nextMinute(t);
    const other = await openTenant(t);
    const entry = t.house.catalogue.byName(name)!;
    const least = leastOf(entry, other);
    const { code, input: wrong } = exampleOf(name).refused;
    const refused = await post(path, least, { ...(await wrong(other)), ...naming(entry, least, other) });
    expect(refused.body).toMatchObject({ code });
    expect(faultOf(refused.schema, refused.body)).toBeUndefined();
    // the schema says something: the answer of one kind is not taken for the other
    expect(faultOf(refused.schema, done.body)).toBeTypeOf('string');
    expect(faultOf(done.schema, refused.body)).toBeTypeOf('string');
  });

  it('a held action: 202, as described', async () => {
    nextMinute(t);
    const at = await openTenant(t);
    const { by: caller, input } = await validCall('comms.send_message', at);
    await t.done('comms.set_approval_policy', at.admin, { agentId: at.agent.id, policy: 'always' });
    const held = await post('/api/v1/comms/send-message', caller, input);
    expect([held.status, faultOf(held.schema, held.body)]).toEqual([202, undefined]);
    expect(held.body).toMatchObject({ status: 'held' });
  });

  it('the routes that are no actions: as described by hand', async () => {
    for (const [path, item] of Object.entries<Any>(document.paths)) {
      if (item.get === undefined || item.get['x-action'] !== undefined) continue;
      by = t.orchestrator;
      const headers = { host: 'door.example', authorization: 'Bearer x' };
      const response = await server.app.request(path, { headers });
      const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
      const { schema } = item.get.responses[response.status].content[type];
      const body = type === 'application/json' ? await response.json() : await response.text();
      expect([path, faultOf(schema, body)]).toEqual([path, undefined]);
    }
    const served = await server.app.request('/api/v1/openapi.json', { headers: { host: 'localhost' } });
    expect(await served.json()).toEqual(document);
  });
});
