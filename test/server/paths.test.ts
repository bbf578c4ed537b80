/** Actions at the paths that they name: path and query as input, methods, and the same rules as at their own route. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT, ask, JSON_TYPE, listening } from './fixture.ts';

let port: number;
const endings: (() => Promise<void>)[] = [];
beforeAll(async () => {
  port = (await listening({}, (end) => endings.push(end))).port;
});
afterAll(async () => {
  for (const end of endings) await end();
});
const go = (method: string, path: string, more: { body?: string; headers?: Record<string, string> } = {}) =>
  ask(port, `/api/v1${path}`, { method, ...more, headers: { ...AGENT, ...more.headers } });
const post = (path: string, body: object) => go('POST', path, { headers: JSON_TYPE, body: JSON.stringify(body) });

describe('an action at its own path', () => {
  it('reads its input from path and query, by GET and HEAD', async () => {
    const seen = await go('GET', '/looks/a%20b?dryRun=false');
    expect(seen).toMatchObject({ status: 200, json: { what: 'a b', _meta: { status: 'done' } } });
    expect(await go('HEAD', '/looks/x')).toMatchObject({ status: 200, text: '' });
    expect((await go('GET', '/looks/x?dryRun=true')).json).toMatchObject({ verdict: 'allow' });
  });

  it.for([
    ['a field that nobody knows', '/looks/x?nonsense=1'],
    ['a field of the path', '/looks/x?what=y'],
    ['a field twice', '/looks/x?slow=false&slow=false'],
    ['what is no boolean', '/looks/x?slow=1'],
    ['a name of every object', '/looks/x?constructor=1'],
    ['a value that the schema refuses', `/looks/${'x'.repeat(300)}`],
  ])('refuses %s', async ([, path = '']) => {
    expect(await go('GET', path)).toMatchObject({ status: 400, json: { code: 'invalid_input' } });
  });

  it('asks for the token before anything of the input', async () => {
    expect(await ask(port, '/api/v1/looks/x?nonsense=1', { method: 'GET' })).toMatchObject({ status: 401 });
  });

  it('takes no body by GET', async () => {
    const answer = await go('GET', '/looks/x', {
      headers: { ...JSON_TYPE, 'content-length': '12' },
      body: '{"what":"y"}',
    });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_input' } });
  });

  it('takes path and body together by POST, and no body where nothing more is needed', async () => {
    expect((await post('/notes/first/text', { count: 3 })).json).toMatchObject({ count: 3 });
    expect((await go('POST', '/notes/first/text')).json).toMatchObject({ count: 1 });
    expect(await post('/notes/first/text', { title: 'second' })).toMatchObject({
      status: 400,
      json: { code: 'invalid_input', errors: [{ path: 'title' }] },
    });
    expect(await go('POST', '/notes/first/text', { body: 'x' })).toMatchObject({ status: 415 });
    expect(await post('/notes/first/text', [])).toMatchObject({ status: 400 });
  });

  it('takes the idempotency key from the header', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    expect((await go('POST', '/notes/first/text', { headers })).json).toMatchObject({ key: 'k-1' });
  });

  it.for([
    ['POST', '/looks/x', 'GET, HEAD'],
    ['DELETE', '/looks/x', 'GET, HEAD'],
    ['GET', '/notes/x/text', 'POST'],
    ['PUT', '/notes/x/text', 'POST'],
  ])('%s %s is a 405 with Allow', async ([method, path, allow]) => {
    expect(await go(method!, path!)).toMatchObject({ status: 405, headers: { allow } });
  });

  it.for(['/looks', '/looks/', '/looks/x/y', '/notes/x', '/notes//text'])('%s is not there', async (path) => {
    expect((await go('GET', path)).status).toBe(404);
  });
});
