import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { systemTimer } from './timer.ts';

it('lets what has arrived be read before it says that time is up, where the process stood still meanwhile', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[answering]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
    [Socket],
    unknown,
  ];
  const order: string[] = [];
  const done = Promise.withResolvers<void>();
  client.once('data', () => order.push('answer'));

  answering.write('an answer'); // loopback: it is with the receiver when this returns
  systemTimer(1, () => {
    order.push('time is up');
    done.resolve();
  });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); // stands still past the time

  await done.promise;
  expect(order).toEqual(['answer', 'time is up']);
  client.destroy();
  answering.destroy();
  await new Promise((closed) => server.close(closed));
});

it('can be called off', async () => {
  let ran = false;
  systemTimer(0, () => {
    ran = true;
  })();
  await new Promise((later) => systemTimer(1, () => later(null)));
  expect(ran).toBe(false);
});
