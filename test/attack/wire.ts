/** Bytes on a socket, as no HTTP client would send them, and the answers that come back, read as strictly as a proxy reads them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** By name in lower case; several of one name are joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export const CRLF = '\r\n';

/** A request line and headers, with the empty line after them. Nothing is added: no Host, no length. */
export const head = (line: string, ...headers: readonly string[]): string => [line, ...headers, '', ''].join(CRLF);

/** A loopback address to come from: each is a client of its own to the server. */
export type From = `127.${number}.${number}.${number}`;

export async function dial(port: number, from?: From): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', ...(from !== undefined && { localAddress: from }) });
  await once(socket, 'connect');
  socket.on('error', () => {}); // the server may cut the connection while it is being written to
  return socket;
}

/** Sends `bytes` and gives back all that comes until the server ends the connection. */
export async function untilClosed(port: number, bytes: string | Uint8Array, from?: From): Promise<string> {
  const socket = await dial(port, from);
  socket.write(bytes);
  return received(socket);
}

/** All that comes until the server ends the connection, in Latin-1: one character a byte. */
export async function received(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  // Not once(): that rejects on an error, and a connection cut while it was written to has answered all the same.
  if (!socket.closed) await new Promise((closed) => socket.on('close', closed));
  return text;
}

/**
 * The answers in a stream of bytes.
 * @throws Error where one of them does not end as it says, which is where a proxy would read the next one wrongly.
 */
export function answersIn(stream: string): readonly Answer[] {
  const answers: Answer[] = [];
  let rest = stream;
  while (rest !== '') {
    const end = rest.indexOf(`${CRLF}${CRLF}`);
    const [line = '', ...lines] = rest.slice(0, Math.max(0, end)).split(CRLF);
    const status = Number(/^HTTP\/1\.1 (\d{3}) [\w' -]+$/.exec(line)?.[1]);
    if (end < 0 || !(status >= 200))
      throw new Error(`not the head of an answer: ${JSON.stringify(rest.slice(0, 200))}`);
    const headers = headersOf(lines);
    rest = rest.slice(end + 2 * CRLF.length);
    const length = headers.get('content-length');
    const isChunked = headers.get('transfer-encoding') === 'chunked';
    if (isChunked === (length !== undefined)) throw new Error(`an answer of no one length: ${JSON.stringify(lines)}`);
    const [text, size] = isChunked ? unchunked(rest) : [rest.slice(0, Number(length)), Number(length)];
    if (rest.length < size) throw new Error('an answer that was cut off');
    rest = rest.slice(size);
    answers.push({ status, headers, text });
  }
  return answers;
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([\w-]+): ([\t -~]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not a header: ${JSON.stringify(line)}`);
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** The text of a chunked body without extensions, and how many bytes it took. */
function unchunked(stream: string): readonly [text: string, size: number] {
  let text = '';
  let at = 0;
  for (;;) {
    const [line, hex] = /^([0-9a-f]+)\r\n/i.exec(stream.slice(at, at + 20)) ?? [];
    if (line === undefined || hex === undefined) throw new Error('not a chunk');
    const size = Number.parseInt(hex, 16);
    at += line.length;
    text += stream.slice(at, at + size);
    at += size;
    if (stream.slice(at, at + 2) !== CRLF) throw new Error('a chunk that does not end');
    at += 2;
    if (size === 0) return [text, at];
  }
}
