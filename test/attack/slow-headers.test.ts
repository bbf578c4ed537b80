/** Headers that never end (slowloris). They have 10 s, which no setting shortens, so this runs with SALLYPORT_ATTACK=1 alone. */
import { describe, expect, it } from 'vitest';
import { act, HOST, targetOfFile } from './target.ts';
import { CRLF, dial, head, received } from './wire.ts';

describe.runIf(process.env['SALLYPORT_ATTACK'] === '1')('headers that never end', () => {
  const target = targetOfFile();

  it.concurrent('or come a byte at a time are cut off after 10 s, however many, and others are answered meanwhile', async () => {
    const sockets = await Promise.all(Array.from({ length: 500 }, () => dial(target().port)));
    const streams = sockets.map(received);
    for (const socket of sockets) socket.write(`GET /healthz HTTP/1.1${CRLF}${HOST}${CRLF}x: `);
    const drip = setInterval(() => {
      for (const socket of sockets.slice(0, 100)) if (socket.writable) socket.write('a');
    }, 500);
    const serve = () => act(target(), 'comms/get-channel-status', {}, target().agent.token);
    expect((await serve()).status).toBe(200);
    for (const stream of await Promise.all(streams)) expect(stream).toMatch(/^(HTTP\/1\.1 408 |$)/);
    clearInterval(drip);
    expect((await serve()).status).toBe(200);
  });

  it.concurrent('after a first request on the same connection are cut off as well', async () => {
    const socket = await dial(target().port);
    const stream = received(socket);
    socket.write(`${head('GET /healthz HTTP/1.1', HOST)}GET /healthz HTTP/1.1${CRLF}x: `);
    expect(await stream).toMatch(/^HTTP\/1\.1 200 /);
  });
});
