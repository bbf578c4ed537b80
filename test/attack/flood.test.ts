/**
 * A flood from a hundred thousand addresses, as a proxy in front would hand it on: the limits hold, the memory is bounded,
 * and whoever has a token is served meanwhile. Half a minute, so it runs with SALLYPORT_ATTACK=1 alone.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../cli/command-line.ts';
import { act, ask, attack, bearer, expectUnharmed, HOST, JSON_TYPE, type Target, UNLIMITED } from './target.ts';
import { dial, head } from './wire.ts';

const ADDRESSES = 100_000;
const CONNECTIONS = 16;
/** Requests on their way on one connection. */
const PIPELINED = 25;
const MAX_GROWTH_MB = 80;
/** As in a small container: what grows without end ends the process, and what is only not collected yet counts little. */
const SMALL = { NODE_OPTIONS: '--max-old-space-size=140 --max-semi-space-size=8' };

/** The server's resident memory, in MB. */
const residentMb = ({ server }: Target): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;

const addressOf = (n: number): string => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

/** How often each status was answered to one request from each of the addresses of `[first, end)`. */
async function flood(port: number, first: number, end: number, requestFrom: (address: string) => string) {
  const statuses = new Map<number, number>();
  let next = first;
  const pump = async () => {
    const socket = await dial(port);
    socket.setEncoding('latin1');
    let owed = 0;
    let tail = '';
    const send = (n: number) => {
      let bytes = '';
      for (; n > 0 && next < end; n--, owed++) bytes += requestFrom(addressOf(next++));
      if (bytes !== '') socket.write(bytes);
    };
    await new Promise<void>((resolve, reject) => {
      socket.on('close', () => reject(new Error('the server hung up')));
      socket.on('data', (data: string) => {
        let answered = 0;
        const text = tail + data;
        for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
          statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
          answered++;
        }
        tail = text.slice(-12).replace(/HTTP\/1\.1 \d{3} ?/, ''); // a status line may be cut in two; none is counted twice
        owed -= answered;
        send(answered);
        if (owed === 0) resolve();
      });
      send(PIPELINED);
      if (owed === 0) resolve();
    });
    socket.removeAllListeners('close').destroy();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, pump));
  return statuses;
}

const LOOK = (address: string) => head('GET /nowhere HTTP/1.1', HOST, `x-forwarded-for: ${address}`);
const GUESS = (address: string) =>
  head(
    'POST /api/v1/comms/ping HTTP/1.1',
    HOST,
    `x-forwarded-for: ${address}`,
    JSON_TYPE,
    bearer('guess'),
    'content-length: 0',
  );

describe.runIf(process.env['SALLYPORT_ATTACK'] === '1')('a flood from 100 000 addresses', () => {
  it.for([
    ['at the limits as they are by default', {}, LOOK, 5_000, 404, 100],
    ['of wrong tokens, at the limits as they are by default', {}, GUESS, 5_000, 401, 100],
    ['with limits so wide that each address is counted', UNLIMITED, LOOK, 5_000, 404, ADDRESSES],
    // what is remembered of an address has its bounds, so a second flood takes no more than the first one did
    ['of wrong tokens, each counted, after another such flood', UNLIMITED, GUESS, ADDRESSES, 401, ADDRESSES],
  ] as const)(
    '%s is answered in bounded memory',
    { timeout: 180_000 },
    async ([, settings, request, before, status, passing]) => {
      using folder = temporaryFolder();
      const target = await attack(folder.path, { TRUST_PROXY: '1', ...SMALL, ...settings });
      await using _ = target.server;
      await flood(target.port, ADDRESSES, ADDRESSES + before, request); // compiled code, pools, pages of the database
      const settled = residentMb(target);
      const flooding = flood(target.port, 0, ADDRESSES, request);

      let over = false;
      void flooding.finally(() => {
        over = true;
      });
      let served = 0;
      while (!over && served < 100) {
        expect((await act(target, 'comms/get-channel-status', {}, target.agent.token)).status).toBe(200);
        served++;
      }
      expect(served).toBeGreaterThan(5);

      const statuses = await flooding;
      const growth = residentMb(target) - settled;
      process.stderr.write(
        `${JSON.stringify([...statuses])}, ${served} served meanwhile, ${Math.round(growth)} MB more\n`,
      );
      expect([...statuses.values()].reduce((sum, n) => sum + n, 0)).toBe(ADDRESSES);
      expect([...statuses.keys()].filter((one) => one !== status && one !== 429)).toEqual([]);
      // in each minute that it lasted no more than the limit
      if (passing < ADDRESSES) expect(statuses.get(status) ?? 0).toBeLessThanOrEqual(3 * passing);
      else expect(statuses.get(status)).toBe(ADDRESSES);
      expect(growth).toBeLessThan(MAX_GROWTH_MB);
      expect((await ask(target, '/healthz')).status).toBe(200);
      await expectUnharmed(target);
    },
  );
});
