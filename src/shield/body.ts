/**
 * Request bodies, against memory exhaustion and slow senders: bytes are counted as they arrive (a declared length is
 * believed only when it is too large), reading stops at the limit, and a body that is not complete in time is given up.
 * JSON, forms, or the bytes as they are; uncompressed: a compressed body could expand past the limit. Authenticate before
 * you call this, unless the body is what authenticates (webhooks).
 */
import { Readable } from 'node:stream';
import type { Json } from '../kernel/canonical-json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { type FormPairs, parseForm } from './form.ts';
import type { Refusal } from './refusal.ts';
import { parseStrictJson } from './strict-json.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds for the whole body to arrive, from the call on. */
  readonly timeoutMs: number;
}

export type BodyRefusal = Refusal<'payload_too_large' | 'unsupported_media_type' | 'invalid_input' | 'request_timeout'>;

const JSON_UTF8 = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;
const FORM_UTF8 = /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

const refuse = (code: BodyRefusal['code'], message: string) => err<BodyRefusal>({ code, message });
const tooLarge = (maxBytes: number) => refuse('payload_too_large', `The body is larger than ${maxBytes} bytes.`);

/**
 * The JSON value of a request's body. `incoming` is Node's own request stream where there is one: several times faster
 * than the web stream over it, which is used otherwise. After a refusal the rest of the stream is unread and paused.
 */
export async function readBody(
  request: Request,
  limits: BodyLimits,
  incoming?: Readable,
): Promise<Result<Json, BodyRefusal>> {
  if (!JSON_UTF8.test(request.headers.get('content-type') ?? '')) {
    return refuse('unsupported_media_type', 'Send the body as application/json in UTF-8.');
  }
  const bytes = await readRaw(request, limits, incoming);
  return bytes.ok ? parseStrictJson(bytes.value) : bytes;
}

export interface Form {
  /** As they came: what a signature may have been made over. */
  readonly bytes: Uint8Array;
  readonly pairs: FormPairs;
}

/** The same for `application/x-www-form-urlencoded`. */
export async function readForm(
  request: Request,
  limits: BodyLimits,
  incoming?: Readable,
): Promise<Result<Form, BodyRefusal>> {
  if (!FORM_UTF8.test(request.headers.get('content-type') ?? '')) {
    return refuse('unsupported_media_type', 'Send the body as application/x-www-form-urlencoded in UTF-8.');
  }
  const bytes = await readRaw(request, limits, incoming);
  if (!bytes.ok) return bytes;
  const pairs = parseForm(bytes.value);
  return pairs.ok ? ok({ bytes: bytes.value, pairs: pairs.value }) : pairs;
}

/** The same for the bytes as they are, of whatever type: what a signature is verified over before anything is parsed. */
export async function readRaw(
  request: Pick<Request, 'body'> & { readonly headers: Pick<Headers, 'get'> },
  limits: BodyLimits,
  incoming?: Readable,
): Promise<Result<Uint8Array, BodyRefusal>> {
  const { headers } = request;
  if ((headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity') {
    return refuse('unsupported_media_type', 'Send the body without a Content-Encoding.');
  }
  // compared this way round, so that a length or a limit that is not a number refuses instead of switching the limit off
  if (!(Number(headers.get('content-length') ?? 0) <= limits.maxBytes)) return tooLarge(limits.maxBytes);
  const stream = incoming ?? (request.body === null ? Readable.from([]) : Readable.fromWeb(request.body));
  return collect(stream, limits);
}

function collect(stream: Readable, { maxBytes, timeoutMs }: BodyLimits): Promise<Result<Uint8Array, BodyRefusal>> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const timer = setTimeout(
      () => finish(refuse('request_timeout', `The body did not arrive within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    const onData = (chunk: Uint8Array) => {
      size += chunk.byteLength;
      if (size <= maxBytes) chunks.push(chunk);
      else finish(tooLarge(maxBytes));
    };
    const onEnd = () => finish(ok(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    const onBroken = () => finish(refuse('invalid_input', 'The body was cut off.'));
    function finish(result: Result<Uint8Array, BodyRefusal>) {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      if (!result.ok) stream.pause(); // not destroyed: the answer travels on the same connection
      resolve(result);
    }
    if (stream.destroyed || stream.readableEnded) return onBroken(); // its events are past and would be waited for in vain
    stream.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}
