/** Senders that take their time, many at once: who means well is answered meanwhile, and nobody is waited for without end. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { act, bearer, HOST, JSON_TYPE, targetOfFile } from './target.ts';
import { answersIn, CRLF, dial, head, received } from './wire.ts';

const target = targetOfFile();
const MANY = 500;
const PING = 'POST /api/v1/comms/ping HTTP/1.1';

/** Connections that each have sent `bytes` and no more. */
async function hold(n: number, bytes: string): Promise<readonly Socket[]> {
  const sockets = await Promise.all(Array.from({ length: n }, () => dial(target().port)));
  for (const socket of sockets) socket.write(bytes);
  return sockets;
}

async function expectService(): Promise<void> {
  for (let n = 0; n < 5; n++) {
    expect((await act(target(), 'comms/get-channel-status', {}, target().agent.token)).status).toBe(200);
  }
}

describe('with 500 connections held open', () => {
  it.for([
    ['that send nothing', ''],
    ['in the middle of a request line', 'POST /api/v1/com'],
    ['in the middle of a header', `${PING}${CRLF}${HOST}${CRLF}x: aaaa`],
    ['in the middle of the body of nobody', head(PING, HOST, JSON_TYPE, 'content-length: 100')],
    ['in the middle of a chunk of nobody', `${head(PING, HOST, JSON_TYPE, 'transfer-encoding: chunked')}ff${CRLF}{`],
    ['that were answered and stay', head('GET /healthz HTTP/1.1', HOST)],
  ] as const)('%s, a client with a token is answered', async ([, bytes]) => {
    const sockets = await hold(MANY, bytes);
    await expectService();
    for (const socket of sockets) socket.destroy();
  });

  it('by somebody with a token who never finishes, others are answered, and it is told so in time', async () => {
    const { token } = target().agent;
    const request = head(PING, HOST, JSON_TYPE, bearer(token), 'content-length: 100', 'connection: close');
    const sockets = await hold(200, `${request}{`);
    const answers = sockets.map(received);
    await expectService();
    for (const stream of await Promise.all(answers)) {
      expect(answersIn(stream)).toMatchObject([{ status: 408 }]); // REQUEST_TIMEOUT_MS, and not a byte a second more
    }
  });

  it('by readers who never read, others are answered', async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => dial(target().port)));
    for (const socket of sockets) {
      socket.pause();
      for (let n = 0; n < 50; n++) socket.write(head('GET /api/v1/openapi.json HTTP/1.1', HOST));
    }
    await expectService();
    for (const socket of sockets) socket.destroy();
  });
});

it('a body that comes a byte at a time has no more time than any other', async () => {
  const { token } = target().agent;
  const socket = await dial(target().port);
  const all = received(socket);
  socket.write(head(PING, HOST, JSON_TYPE, bearer(token), 'content-length: 100000', 'connection: close'));
  const drip = setInterval(() => socket.write(' '), 20);
  const stream = await all;
  clearInterval(drip);
  expect(answersIn(stream)).toMatchObject([{ status: 408 }]);
});

it('a body that is never finished does not keep its connection', async () => {
  const socket = await dial(target().port);
  socket.write(`${head(PING, HOST, JSON_TYPE, 'content-length: 100')}{`);
  const [first] = await once(socket, 'data');
  expect(String(first)).toMatch(/^HTTP\/1\.1 401 /);
  await once(socket.resume(), 'close');
});
