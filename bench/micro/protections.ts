/**
 * What stands before every door, by itself: the security headers as one middleware over a response that is not sent, and the
 * limiter when a million addresses have come by.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Hono } from 'hono';
import { setHeaders } from '../../src/shield/hono.ts';
import { type Draw, memoryLimiter } from '../../src/shield/rate-limit.ts';
import { securityHeaders } from '../../src/shield/security-headers.ts';
import { heapMb } from '../heap.ts';
import { type Micro, microsPerCall } from '../micro.ts';
import { median } from '../statistics.ts';

const PER_BATCH = 1_000;
const BATCHES = 101;

export const headersOfAnAnswer: Micro = {
  name: 'security-headers',
  unit: 'µs',
  goal: null,
  async run(note) {
    const headers = securityHeaders({ hsts: true });
    note(`${headers.length} headers`);
    const bare = new Hono().get('/', (c) => c.body(null));
    const guarded = new Hono().use(setHeaders(headers)).get('/', (c) => c.body(null));
    await answering(bare);
    await answering(guarded);
    const differences: number[] = [];
    for (let n = 0; n < BATCHES; n++) {
      const without = await answering(bare); // neighbours in time, so that a slow moment of the machine hits both
      differences.push((await answering(guarded)) - without);
    }
    return median(differences);
  },
};

/** Microseconds until the application has answered, over Node's own request and response. */
async function answering(app: Hono): Promise<number> {
  const incoming = new IncomingMessage(new Socket());
  const request = new Request('http://localhost/');
  const begun = performance.now();
  for (let n = 0; n < PER_BATCH; n++) await app.fetch(request, { incoming, outgoing: new ServerResponse(incoming) });
  return ((performance.now() - begun) * 1000) / PER_BATCH;
}

const ADDRESSES = 1_000_000;
const MAX_KEYS = 100_000; // as the server's
/** The most that the settings allow, so that every address leaves its trace. */
const PER_MINUTE = 1_000_000;
const MINUTE_MS = 60_000;

/** As the server counts who brings no token: by address, and by all together. */
export const limiterOfMany: Micro = {
  name: 'limiter-1m-addresses',
  unit: 'µs',
  goal: null,
  async run(note) {
    let now = 0;
    const clock = { now: () => now };
    const limiter = memoryLimiter(clock, MAX_KEYS);
    const perAddress = { name: 'per-address', limit: 60, windowMs: MINUTE_MS };
    const all = { policy: { name: 'anonymous', limit: PER_MINUTE, windowMs: MINUTE_MS }, key: '' };
    const heapBefore = heapMb();
    let address = 0;
    const take = (): void => {
      now += MINUTE_MS / PER_MINUTE;
      const draws: Draw[] = [{ policy: perAddress, key: `2001:db8:${(address++).toString(16)}::/64` }, all];
      limiter.take(draws);
    };
    while (address < ADDRESSES) take();
    const micros = microsPerCall(take, PER_BATCH);
    note(`${limiter.size} entries, ${(heapMb() - heapBefore).toFixed(0)} MB`);
    return micros;
  },
};
