/** Who answers on an address: nobody, a Sallyport, or some other program. One GET of the health check, without a token. */
import { get } from 'node:http';
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/time.ts';

export type Answering =
  | { readonly is: 'nobody' }
  /** `aheadMs`: of this process's clock, to the second; null when it did not tell its time. `demo`: it asks for no token. */
  | { readonly is: 'sallyport'; readonly aheadMs: number | null; readonly demo: boolean }
  | { readonly is: 'other' };

const WITHIN_MS = 3 * SECOND_MS;
/** What every answer of ours carries. */
const REQUEST_ID = /^req_[0-9A-Z]{26}$/;

/** Never rejects. @param host without brackets. */
export async function probe(host: string, port: number, clock: Clock): Promise<Answering> {
  const answered = Promise.withResolvers<Answering>();
  // an address that stands for all of the machine's is asked on loopback
  const target = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const request = get(
    { host: target, port, path: '/healthz', agent: false, headers: { host: 'localhost' }, timeout: WITHIN_MS },
    (response) => {
      const { 'x-request-id': id, 'x-sallyport-demo': demo, date } = response.headers;
      const told = date === undefined ? Number.NaN : Date.parse(date);
      answered.resolve(
        REQUEST_ID.test(String(id))
          ? {
              is: 'sallyport',
              aheadMs: Number.isNaN(told) ? null : told - Math.floor(clock.now() / SECOND_MS) * SECOND_MS,
              demo: demo !== undefined,
            }
          : { is: 'other' },
      );
      response.destroy();
    },
  );
  request.on('timeout', () => request.destroy(new Error('it took too long')));
  request.on('error', (error: NodeJS.ErrnoException) => {
    answered.resolve(error.code === 'ECONNREFUSED' ? { is: 'nobody' } : { is: 'other' });
  });
  return answered.promise;
}
