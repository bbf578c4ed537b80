/**
 * An end to requests that never end: work that takes longer than its bound is given up and the caller gets an answer, so
 * that stuck requests can't pile up. What was begun may still go on in the background; its answer is dropped. How long a
 * request may take to arrive is bounded beneath (node-server.ts) and where its body is read (body.ts).
 */
import { SallyportError } from '../kernel/errors.ts';

/**
 * @param timeoutMs milliseconds; what is no number ends everything at once.
 * @param mayGoOn asked when the time is over: true for a request that has been declared long-lived meanwhile.
 * @throws SallyportError `answer_timeout`
 */
export function withinTime<T>(work: Promise<T>, timeoutMs: number, mayGoOn: () => boolean): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    if (!mayGoOn()) reject(new SallyportError('answer_timeout', `There was no answer within ${timeoutMs} ms.`));
  }, timeoutMs);
  work.then(
    (value) => {
      clearTimeout(timer);
      resolve(value);
    },
    (fault: unknown) => {
      clearTimeout(timer);
      reject(fault);
    },
  );
  return promise;
}
