/** A file as an answer: conditional requests (RFC 9110 §13), one range (§14), HEAD; the bytes are streamed. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { StaticFile } from './static-file.ts';

type Found = StaticFile & { kind: 'file' };

const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** @param cacheControl its value, such as `public, max-age=3600`. @throws the Node error when the file has gone meanwhile. */
export async function fileAnswer(request: Request, file: Found, cacheControl: string): Promise<Response> {
  const { size, contentType, path, modifiedMs } = file;
  const etag = `W/"${size.toString(16)}-${Math.trunc(modifiedMs).toString(16)}"`;
  const modified = new Date(modifiedMs).toUTCString();
  const headers = new Headers({ 'cache-control': cacheControl, etag, 'last-modified': modified });
  if (isUnchanged(request.headers, etag, modifiedMs)) return new Response(null, { status: 304, headers });

  headers.set('content-type', contentType);
  headers.set('accept-ranges', 'bytes');
  const wanted = request.headers.get('if-range');
  const range = wanted === null || wanted === modified ? rangeOf(request.headers.get('range'), size) : null;
  if (range === 'unsatisfiable') {
    headers.delete('content-type');
    headers.set('content-range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range !== null) headers.set('content-range', `bytes ${start}-${end}/${size}`);
  headers.set('content-length', String(end - start + 1));
  const status = range === null ? 200 : 206;
  if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers });
  const handle = await open(path);
  return new Response(Readable.toWeb(handle.createReadStream({ start, end })) as ReadableStream, { status, headers });
}

/** `If-None-Match` decides alone where there is one. */
function isUnchanged(headers: Headers, etag: string, modifiedMs: number): boolean {
  const tags = headers.get('if-none-match');
  if (tags !== null) return tags.trim() === '*' || tags.split(',').some((tag) => opaque(tag) === opaque(etag));
  const since = Date.parse(headers.get('if-modified-since') ?? '');
  return Math.trunc(modifiedMs / 1000) * 1000 <= since;
}

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Null for none, for several, and for what is no range of bytes: all of it is answered then. */
function rangeOf(header: string | null, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const [, first = '', last = ''] = RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  return start > end ? 'unsatisfiable' : { start, end };
}
