/** The JSON object that a platform posts, its bytes counted as they come; an absent body is an empty object. */
import type { Context } from 'hono';
import { SallyportError } from '../../kernel/errors.ts';
import { readRaw } from '../../shield/body.ts';
import { headerOf, must, nodeRequest } from '../../shield/hono.ts';
import { parseStrictJson } from '../../shield/strict-json.ts';
import type { SwaigRequest } from '../swaig-function.ts';

export interface BodySettings {
  readonly maxRequestBytes: number;
  /** Milliseconds for the whole body to arrive. */
  readonly bodyTimeoutMs: number;
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json[ \t]*(?:;|$)/i;
const NOTHING: SwaigRequest = Object.freeze({});

/** The bytes as they came: what a signature is made over. @throws SallyportError */
export async function readBytes(c: Context, { maxRequestBytes, bodyTimeoutMs }: BodySettings): Promise<Uint8Array> {
  const request = {
    headers: { get: (name: string) => headerOf(c, name) },
    get body() {
      return c.req.raw.body;
    },
  };
  return must(
    await readRaw(request, { maxBytes: maxRequestBytes, timeoutMs: bodyTimeoutMs }, nodeRequest(c.env) ?? undefined),
  );
}

/** @throws SallyportError for what is not a JSON object, or is not declared as JSON: a page of another site can post other types unasked. */
export function parseBody(c: Context, bytes: Uint8Array): SwaigRequest {
  if (bytes.length === 0) return NOTHING;
  if (!JSON_TYPE.test(headerOf(c, 'content-type') ?? ''))
    throw new SallyportError('unsupported_media_type', 'Send the body as application/json.');
  const value = must(parseStrictJson(bytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SallyportError('invalid_input', 'The body must be a JSON object.');
  return value as SwaigRequest;
}
