/** The stream of `/ws` from outside: it comes back by itself, goes on where it was, and says when it could not. */
import { WebSocket } from 'ws';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Frame } from './board.ts';

export interface StreamParts {
  /** Without a trailing slash. */
  readonly url: string;
  readonly token: string;
  readonly onFrame: (frame: Frame) => void;
  /** `connecting`, or why it is not connected and when it tries again. */
  readonly onState: (state: string) => void;
  readonly signal: AbortSignal;
}

const FIRST_RETRY_MS = SECOND_MS / 2;
const MAX_RETRY_MS = 10 * SECOND_MS;
const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** Resolves with why it ended for good. */
export async function follow({ url, token, onFrame, onState, signal }: StreamParts): Promise<string> {
  let after: string | null = null;
  let retryMs = FIRST_RETRY_MS;
  while (!signal.aborted) {
    onState('connecting');
    const ended = await once();
    if (signal.aborted) break;
    if (ended.final) return ended.why;
    onState(`${ended.why}; trying again in ${Math.ceil(retryMs / SECOND_MS)} s`);
    await pause(retryMs);
    retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
  }
  return 'left';

  function once(): Promise<{ readonly why: string; readonly final: boolean }> {
    const { promise, resolve } = Promise.withResolvers<{ readonly why: string; readonly final: boolean }>();
    const query = after === null ? '' : `?after=${after}`;
    const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/ws${query}`, {
      headers: { authorization: `Bearer ${token}` },
      ...{ maxPayload: MAX_FRAME_BYTES, followRedirects: false, perMessageDeflate: false },
    });
    const leave = () => ws.terminate();
    signal.addEventListener('abort', leave, { once: true });
    ws.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      retryMs = FIRST_RETRY_MS;
      const id =
        frame['type'] === 'gap' ? frame['to'] : (frame['id'] ?? (after === null ? frame['cursor'] : undefined));
      if (typeof id === 'string' && /^evt_\w+$/.test(id)) after = id;
      onFrame(frame);
    });
    ws.on('unexpected-response', (_request, response) => {
      const { statusCode = 0 } = response;
      response.resume();
      ws.terminate();
      const final = statusCode >= 400 && statusCode < 500 && statusCode !== 429;
      resolve({ why: `the server answered ${statusCode}`, final });
    });
    ws.on('error', (error) => resolve({ why: 'code' in error ? String(error.code) : 'it broke off', final: false }));
    ws.on('close', (code, reason) => {
      signal.removeEventListener('abort', leave);
      const final = code === 4401 || code === 4403 || code === 4400;
      resolve({ why: String(reason) || `closed (${code})`, final });
    });
    return promise;
  }

  function pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    return promise;
  }
}
