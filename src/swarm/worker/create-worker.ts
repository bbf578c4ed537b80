/**
 * A remote worker's door, for its author: takes Sallyport's requests, refuses everybody else's, and signs the answers. It is a
 * function from a `Request` to a `Response`, for any server that speaks those.
 *
 *     export default { fetch: createWorker({ secret, think: async ({ input }) => ({ reply: 'Hello' }) }) };
 *
 * Refused: what is not signed with the secret, what is older or newer than five minutes, what came before. One worker process
 * remembers what it has seen; of several behind one address each needs to see all of it, or they share `takeOnce`.
 */
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { fromUtf8 } from '../../kernel/encoding.ts';
import {
  signStandardWebhook,
  standardWebhookKey,
  verifyStandardWebhook,
  WEBHOOK_TOLERANCE_SECONDS,
} from '../../kernel/standard-webhook.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { answerId, SIGNED_HEADERS, WORKER_VERSION, type WorkerAnswer, type WorkerRequest } from './protocol.ts';

const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
const MAX_REMEMBERED = 100_000;

export interface WorkerParts {
  /** `whsec_` and the base64 of 24 to 64 random bytes; the same as under the agent's `worker.secret`. */
  readonly secret: string;
  /** What to do next. Throwing: the step failed, and may be asked again. `signal` ends when the asker has gone. */
  readonly think: (request: WorkerRequest, signal: AbortSignal) => Promise<WorkerAnswer> | WorkerAnswer;
  /** Remembers an id for `forMs`; false: it was there. In this process's memory unless said. */
  readonly takeOnce?: (id: string, forMs: number) => Promise<boolean> | boolean;
  readonly clock?: Clock;
}

/** @throws TypeError for a secret that could be guessed. */
export function createWorker(parts: WorkerParts): (request: Request) => Promise<Response> {
  const { secret, think, clock = systemClock } = parts;
  if (standardWebhookKey(secret) === null)
    throw new TypeError('the secret must be whsec_ and the base64 of 24 to 64 random bytes');
  const takeOnce = parts.takeOnce ?? takenInMemory(clock);

  return async (request) => {
    if (request.method !== 'POST') return refused(405);
    const body = await bodyOf(request);
    if (body === null) return refused(413);
    const header = (name: string): string => request.headers.get(name) ?? '';
    const proven = verifyStandardWebhook({
      ...{ id: header(SIGNED_HEADERS.id), timestamp: header(SIGNED_HEADERS.timestamp) },
      ...{ signatures: header(SIGNED_HEADERS.signature), body, secret, now: clock.now() },
    });
    if (!proven.ok) return refused(401);
    const { id } = proven.value;
    // as long as its timestamp is good, from either side
    if (!(await takeOnce(id, 2 * WEBHOOK_TOLERANCE_SECONDS * SECOND_MS))) return refused(409);
    const task = parsed(body);
    if (task === null) return refused(400);
    let answer: WorkerAnswer;
    try {
      answer = await think(task, request.signal);
    } catch {
      return refused(500); // the reason is the author's to log: it may hold anything
    }
    return signed(answer, id);
  };

  function signed(answer: WorkerAnswer, request: string): Response {
    const body = JSON.stringify(answer);
    const id = answerId(request);
    const timestamp = Math.floor(clock.now() / SECOND_MS);
    return new Response(body, {
      headers: {
        'content-type': 'application/json',
        [SIGNED_HEADERS.id]: id,
        [SIGNED_HEADERS.timestamp]: String(timestamp),
        [SIGNED_HEADERS.signature]: signStandardWebhook(secret, id, timestamp, body),
      },
    });
  }
}

const refused = (status: number): Response => new Response(null, { status });

/** Null beyond the bound, and for what breaks off; counted as it comes, whatever Content-Length says. */
async function bodyOf(request: Request): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_REQUEST_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return new Uint8Array(Buffer.concat(chunks, size));
}

function parsed(body: Uint8Array): WorkerRequest | null {
  try {
    const task = JSON.parse(fromUtf8(body) ?? '') as WorkerRequest | null;
    return task?.version === WORKER_VERSION ? task : null;
  } catch {
    return null;
  }
}

/** Full of ids that still count, it takes no more: to forget one would let it come again. */
function takenInMemory(clock: Clock): (id: string, forMs: number) => boolean {
  const taken = new Map<string, number>();
  return (id, forMs) => {
    const now = clock.now();
    for (const [known, until] of taken) {
      if (until > now) break;
      taken.delete(known);
    }
    if (taken.has(id) || taken.size >= MAX_REMEMBERED) return false;
    taken.set(id, now + forMs);
    return true;
  };
}
