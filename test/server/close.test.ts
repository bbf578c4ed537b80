/** The end of a server: what runs may finish, what does not is cut, and nothing hangs. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { AGENT, act, ask, JSON_TYPE, listening } from './fixture.ts';

const LOOK = '/api/v1/demo/look';
const FOREVER_MS = 60_000;
const SLOW = { what: 'x', slow: true };

it('lets running requests finish, takes no new ones, and then is gone', async () => {
  const door = await listening();
  const running = [act(door.port, LOOK, SLOW), act(door.port, '/mcp', call(), MCP)];
  await expect.poll(door.begun).toBe(2);
  const closing = door.close(FOREVER_MS);
  await expect(act(door.port, LOOK, { what: 'y' })).rejects.toThrow('ECONNREFUSED');
  door.open();
  expect(await Promise.all(running)).toMatchObject([
    { status: 200, json: { what: 'x' } },
    { status: 200, json: { result: { structuredContent: { what: 'x' } } } },
  ]);
  await closing;
});

it('does not wait for connections that are kept alive, idle now or soon', async () => {
  const door = await listening();
  const agent = new Agent({ keepAlive: true });
  const get = (path: string, body: unknown) => {
    const sent = request({
      agent,
      host: '127.0.0.1',
      port: door.port,
      path,
      method: 'POST',
      headers: { ...JSON_TYPE, ...AGENT },
    });
    sent.end(JSON.stringify(body));
    return once(sent, 'response').then(([response]) => once(response.resume(), 'end'));
  };
  await get(LOOK, { what: 'idle now' });
  const running = get(LOOK, SLOW);
  await expect.poll(door.begun).toBe(1);
  const closing = door.close(FOREVER_MS);
  door.open();
  await running;
  await closing; // far sooner than Node's 5 s for a connection without a request
  agent.destroy();
}, 4_000);

it('cuts what is still running, sending or silent when the time is over', async () => {
  const door = await listening();
  const running = act(door.port, LOOK, SLOW);
  const cut = expect(running).rejects.toThrow(/socket hang up|ECONNRESET/);
  const silent = connect(door.port, '127.0.0.1').on('error', () => {});
  const sending = connect(door.port, '127.0.0.1').on('error', () => {});
  sending.write(
    `POST ${LOOK} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer agent-token\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{`,
  );
  await expect.poll(door.begun).toBe(1);
  const ends = [once(silent.resume(), 'close'), once(sending.resume(), 'close')];
  await door.close(50);
  await cut;
  await Promise.all(ends);
}, 4_000);

it('may be closed twice, the second time in more haste', async () => {
  const door = await listening();
  const cut = expect(act(door.port, LOOK, SLOW)).rejects.toThrow(/socket hang up|ECONNRESET/);
  await expect.poll(door.begun).toBe(1);
  await Promise.all([door.close(FOREVER_MS), door.close(0), cut]);
  await door.close(FOREVER_MS);
}, 4_000);

it('says by the error of Node that the port is in use', async () => {
  const door = await listening();
  await expect(listening().then((other) => other.listen('127.0.0.1', door.port))).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  expect((await ask(door.port, '/healthz', { method: 'GET' })).status).toBe(200);
});

const MCP = { ...AGENT, accept: 'application/json, text/event-stream' };
const call = () => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'demo_look', arguments: SLOW } });
