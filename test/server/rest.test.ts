/** The REST door: routes from the catalogue, and every kind of answer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/kernel/errors.ts';
import { failure, problemResponse } from '../../src/server/problems.ts';
import { ADMIN, AGENT, act, ask, JSON_TYPE, listening, NOW } from './fixture.ts';

let door: Awaited<ReturnType<typeof listening>>;
const endings: (() => Promise<void>)[] = [];
beforeAll(async () => {
  door = await listening({ waitMs: 0 }, (end) => endings.push(end));
});
afterAll(() => Promise.all(endings.map((end) => end())));
const send = (input: unknown, headers?: Record<string, string>) => act(door.port, '/api/v1/demo/send', input, headers);

describe('an action over REST', () => {
  it('answers 200 with the output and how it came about', async () => {
    const { status, json, headers } = await act(door.port, '/api/v1/demo/note-down', { title: 'a', count: 3 });
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(json).toEqual({
      noteId: json.noteId,
      count: 3,
      key: null,
      _meta: { status: 'done', actionId: json.noteId, warnings: [] },
    });
    expect(json.noteId).toMatch(/^act_/);
  });

  it('passes warnings on', async () => {
    const { json } = await act(door.port, '/api/v1/demo/note-down', { title: 'a', text: '<script>alert(1)</script>' });
    expect(json._meta.warnings).toEqual([
      { code: 'flagged_input', say: expect.stringContaining('delivered unchanged') },
    ]);
  });

  it('answers a read without an action id', async () => {
    const { status, json } = await act(door.port, '/api/v1/demo/look', { what: 'x' });
    expect([status, json]).toEqual([
      200,
      { what: 'x', agent: 'agt_1', _meta: { status: 'done', actionId: null, warnings: [] } },
    ]);
  });

  it('answers 202 while the outcome is open, and 200 when it is known in time', async () => {
    const slow = await send({ to: 'a@b.example', how: 'slow' });
    expect([slow.status, slow.json]).toEqual([
      202,
      { status: 'queued', _meta: { status: 'pending', actionId: expect.stringMatching(/^act_/), warnings: [] } },
    ]);
    const patient = await listening();
    const quick = await act(patient.port, '/api/v1/demo/send', { to: 'a@b.example' });
    expect([quick.status, quick.json.status, quick.json._meta.status]).toEqual([200, 'sent', 'done']);
  });

  it('answers 202 with until when it is held, and why', async () => {
    const { status, json } = await send({ to: 'held@b.example' });
    expect(status).toBe(202);
    expect(json).toEqual({
      status: 'held',
      actionId: expect.stringMatching(/^act_/),
      until: new Date(NOW + 900_000).toISOString(),
      reasons: [{ policy: 'first-contact', say: 'New contact.' }],
    });
  });

  it('answers a dry run with the verdict of every rule and without the names of meters', async () => {
    const { status, json, text } = await send({ to: 'limited@b.example', dryRun: true });
    expect([status, json.verdict]).toEqual([200, 'deny']);
    expect(json.checks.map(({ guard, stage, verdict }: Record<string, string>) => [guard, stage, verdict])).toEqual([
      ['authority', 'authorise', 'pass'],
      ['input-safety', 'validate', 'pass'],
      ['refusals', 'comply', 'pass'],
      ['limits', 'limit', 'deny'],
      ['approval', 'approve', 'pass'],
    ]);
    expect(json.checks[3].findings).toEqual([
      { is: 'take', amount: 1, limits: [{ name: 'perMinute', code: 'rate_limited', limit: 10 }] },
      { is: 'deny', code: 'rate_limited', say: 'Too many.', source: 'rule limits', retryAfterMs: 1200 },
      { is: 'deny', code: 'spend_limit', say: 'Too dear.', source: 'rule limits', retryAfterMs: 60_001 },
    ]);
    expect(text).not.toContain('secret-meter');
    const allowed = await send({ to: 'held@b.example', dryRun: true });
    expect(allowed.json.checks.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      'pass',
      'pass',
      'pass',
      'takes',
      'hold',
    ]);
  });

  it('answers a refusal with every reason of its stage', async () => {
    const { status, json, headers } = await send({ to: 'refused@b.example' });
    expect(status).toBe(403);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(json).toEqual({
      type: 'urn:sallyport:problem:suppressed',
      title: 'The recipient has opted out',
      status: 403,
      code: 'suppressed',
      detail: 'They said STOP. They never agreed.',
      instance: `urn:sallyport:request:${headers['x-request-id']}`,
      reasons: [
        { guard: 'refusals', code: 'suppressed', say: 'They said STOP.', source: 'TCPA' },
        { guard: 'refusals', code: 'consent_required', say: 'They never agreed.', source: 'rule refusals' },
      ],
      actionId: expect.stringMatching(/^act_/),
    });
  });

  it('tells when to try again, rounded up, and only when every reason passes with time', async () => {
    const limited = await send({ to: 'limited@b.example' });
    expect([limited.status, limited.headers['retry-after'], limited.json.retryAfterMs]).toEqual([429, '61', 60_001]);
    const broke = await send({ to: 'broke@b.example' });
    expect([broke.status, broke.headers['retry-after'], broke.json.retryAfterMs]).toEqual([429, undefined, undefined]);
    const busy = await act(door.port, '/api/v1/demo/look', { what: 'busy' });
    expect([busy.status, busy.json.code]).toEqual([503, 'overloaded']);
  });

  it.for([
    ['rejected', 502, 'provider_rejected', 'failed'],
    ['unknown', 504, 'outcome_unknown', 'unknown'],
  ] as const)(
    'answers a delivery that is %s with %i, its action and its output',
    async ([how, status, code, outcome]) => {
      const patient = await listening();
      const { json, ...answer } = await act(patient.port, '/api/v1/demo/send', { to: 'a@b.example', how });
      expect([answer.status, json.code, json.output]).toEqual([status, code, { status: outcome }]);
      expect(json.actionId).toMatch(/^act_/);
    },
  );

  it('answers 403 to who may not and 401 to nobody', async () => {
    expect(await act(door.port, '/api/v1/demo/rule', {})).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect(await act(door.port, '/api/v1/demo/rule', {}, ADMIN)).toMatchObject({ status: 200, json: { ruled: true } });
    expect(await act(door.port, '/api/v1/demo/rule', {}, {})).toMatchObject({
      status: 401,
      json: { code: 'unauthenticated' },
    });
  });

  it('answers 404 for another organisation and 403 for another agent', async () => {
    const look = (more: object, headers?: Record<string, string>) =>
      act(door.port, '/api/v1/demo/look', { what: 'x', ...more }, headers);
    expect(await look({ organizationId: 'org_other' })).toMatchObject({
      status: 404,
      json: { errors: [{ path: 'organizationId' }] },
    });
    expect(await look({ agentId: 'agt_2' })).toMatchObject({ status: 403, json: { code: 'agent_mismatch' } });
  });
});

describe('the Idempotency-Key header', () => {
  const note = (headers: Record<string, string | string[]>, input: object = { title: 'a' }) =>
    ask(door.port, '/api/v1/demo/note-down', {
      headers: { ...JSON_TYPE, ...AGENT, ...headers },
      body: JSON.stringify(input),
    });

  it('is the key of the action, also above one in the body', async () => {
    expect((await note({ 'idempotency-key': 'k-1' })).json.key).toBe('k-1');
    expect((await note({ 'idempotency-key': 'k-2' }, { title: 'a', idempotencyKey: 'k-3' })).json.key).toBe('k-2');
    expect((await note({}, { title: 'a', idempotencyKey: 'k-4' })).json.key).toBe('k-4');
  });

  it.for([['x'.repeat(101)], ['two words'], ['é'], [['a', 'b']]] as const)('is refused as %j', async ([key]) => {
    const answer = await note({ 'idempotency-key': typeof key === 'string' ? key : [...key] });
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'invalid_input', errors: [{ path: 'Idempotency-Key' }] },
    });
  });
});

/** They tell what the door can do, and act on nothing. */
const DESCRIPTIONS = ['/api/v1/openapi.json', '/api/docs', '/api/docs/style.css'];

const honoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');

describe('routes', () => {
  it('are exactly those of the catalogue that have this door', () => {
    const paths = door.app.routes
      .filter(({ path }) => path.startsWith('/api/') && !DESCRIPTIONS.includes(path))
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted();
    expect(paths).toEqual(
      door.catalogue.entries
        .filter(({ action }) => action.doors.includes('rest'))
        .flatMap(({ path, http }) => [
          ...[`POST ${path}`, `ALL ${path}`],
          ...(http === null ? [] : [http.method, 'ALL'].map((method) => `${method} ${honoPath(http.path)}`)),
        ])
        .toSorted(),
    );
    expect(paths.join()).not.toContain('by-hand');
  });

  it.for(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('answer %s with 405 and Allow', async (method) => {
    const { status, headers } = await ask(door.port, '/api/v1/demo/send', { method, headers: AGENT });
    expect([status, headers.allow]).toEqual([405, 'POST']);
  });

  it.for([
    '/',
    '/api',
    '/api/v1/demo',
    '/api/v1/demo/nope',
    '/api/v1/demo/by-hand',
    '/api/v1/demo/send/',
    '/api/v1/demo/note_down',
    '/mcp/',
    '//mcp',
    '/api/v1/demo/%73end%00',
  ])('answer 404 at %s', async (path) => {
    expect(await ask(door.port, path, { headers: AGENT })).toMatchObject({ status: 404, json: { code: 'not_found' } });
  });
});

describe('health', () => {
  it.for(['/healthz', '/health', '/readyz', '/ready'])(
    'answers %s without a token, by GET and HEAD alone',
    async (path) => {
      expect((await ask(door.port, path, { method: 'GET' })).status).toBe(200);
      expect((await ask(door.port, path, { method: 'HEAD' })).status).toBe(200);
      expect(await ask(door.port, path)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    },
  );

  it('says 503 until the server is ready, and lives meanwhile', async () => {
    const starting = await listening({ parts: { ready: () => false } });
    const get = async (path: string) => (await ask(starting.port, path, { method: 'GET' })).status;
    expect(await Promise.all(['/healthz', '/health', '/readyz', '/ready'].map(get))).toEqual([200, 200, 503, 503]);
  });
});

describe('what goes wrong here', () => {
  it('is a 500 that tells the request id and nothing else; the log gets the cause', async () => {
    const before = door.faults.length;
    const { status, headers, json, text } = await act(door.port, '/api/v1/demo/look', { what: 'break' });
    expect(status).toBe(500);
    expect(json).toMatchObject({ code: 'internal', instance: `urn:sallyport:request:${headers['x-request-id']}` });
    expect(text).not.toMatch(/hunter2|Error:|\.ts/);
    expect(door.faults.slice(before)).toEqual([
      { fault: new Error('password=hunter2 of the database'), requestId: headers['x-request-id'] },
    ]);
  });

  it('lets nobody in when the token can not be looked up, and still answers in form', async () => {
    for (const thrown of [new Error('no database'), 'no error at all']) {
      const broken = await listening({ parts: { authenticate: () => Promise.reject(thrown) } });
      const rest = await act(broken.port, '/api/v1/demo/look', { what: 'x' });
      expect([rest.status, rest.json.code]).toEqual([500, 'internal']);
      const mcp = await act(broken.port, '/mcp', {});
      expect([mcp.status, mcp.json.error]).toEqual([
        500,
        {
          code: -32_603,
          message: expect.any(String),
          data: { code: 'internal', requestId: mcp.headers['x-request-id'] },
        },
      ]);
      expect(broken.faults).toHaveLength(2);
    }
  });
});

it('has a status and a title for every code, and no two codes that read the same', async () => {
  const documents = await Promise.all(
    ERROR_CODES.map((code) => problemResponse(failure(code, 'x'), 'req_1').json() as Promise<Record<string, unknown>>),
  );
  expect(documents.every(({ status }) => Number(status) >= 400 && Number(status) < 600)).toBe(true);
  expect(new Set(documents.map(({ title }) => title)).size).toBe(ERROR_CODES.length);
});
