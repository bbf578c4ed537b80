/** Who answers on an address: nobody, a Sallyport, or some other program. One GET of the health check, without a token. */
import { get as getByHttp } from 'node:http';
import { get as getByHttps } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { spkiPin } from '../../shield/tls-material.ts';

export type Answering =
  | { readonly is: 'nobody' }
  /**
   * `aheadMs`: of this process's clock, to the second; null when it did not tell its time. `demo`: it asks for no token. `pin`: of
   * the key that it serves TLS with; null: plain HTTP.
   */
  | { readonly is: 'sallyport'; readonly aheadMs: number | null; readonly demo: boolean; readonly pin: string | null }
  | { readonly is: 'other' };

const WITHIN_MS = 3 * SECOND_MS;
/** What every answer of ours carries. */
const REQUEST_ID = /^req_[0-9A-Z]{26}$/;

/** Never rejects. @param host without brackets. @param tls asked by HTTPS first, and by plain HTTP if that is not spoken. */
export async function probe(host: string, port: number, clock: Clock, tls: boolean): Promise<Answering> {
  const byTls = tls ? await ask(host, port, clock, true) : null;
  return byTls === null || byTls.is === 'other' ? ask(host, port, clock, false) : byTls;
}

async function ask(host: string, port: number, clock: Clock, tls: boolean): Promise<Answering> {
  const answered = Promise.withResolvers<Answering>();
  // an address that stands for all of the machine's is asked on loopback
  const target = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const to = { host: target, port, path: '/healthz', agent: false, headers: { host: 'localhost' }, timeout: WITHIN_MS };
  const request = (tls ? getByHttps : getByHttp)(
    { ...to, rejectUnauthorized: false }, // whoever it is: nothing secret is asked or said, and who it is, is the question
    (response) => {
      const { socket } = response;
      const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
      const { 'x-request-id': id, 'x-sallyport-demo': demo, date } = response.headers;
      const told = date === undefined ? Number.NaN : Date.parse(date);
      answered.resolve(
        REQUEST_ID.test(String(id))
          ? {
              is: 'sallyport',
              aheadMs: Number.isNaN(told) ? null : told - Math.floor(clock.now() / SECOND_MS) * SECOND_MS,
              demo: demo !== undefined,
              pin: certificate === undefined ? null : spkiPin(certificate),
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
