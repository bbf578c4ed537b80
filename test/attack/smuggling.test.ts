/**
 * Requests hidden in others (request smuggling), and whatever else could put the answers on a connection out of step with its
 * requests: after each the connection is closed, or the next answer is the next request's, and never the hidden one's.
 */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bearer, HOST, isLast, isSmuggled, JSON_TYPE, jsonOf, LAST, SMUGGLED, targetOfFile } from './target.ts';
import { type Answer, answersIn, CRLF, dial, head, received, untilClosed } from './wire.ts';

const target = targetOfFile();
const PING = 'POST /api/v1/comms/ping HTTP/1.1';
const CHUNKED = 'transfer-encoding: chunked';
const END = `0${CRLF}${CRLF}`;
const post = (...headers: string[]): string => head(PING, HOST, ...headers);
const length = (n: number | string): string => `content-length: ${n}`;

/** What must be answered with nothing but a refusal after which the connection is closed, or with nothing at all. */
const FATAL: Readonly<Record<string, string>> = {
  'a length and chunks': post(length(5), CHUNKED) + END,
  'chunks and a length': post(CHUNKED, length(5)) + END,
  'a length and a coding that is none': post(length(5), 'transfer-encoding: chunke') + END,
  'a coding before a colon after a space': post('transfer-encoding : chunked') + END,
  'a coding that nobody knows': post('transfer-encoding: xchunked') + END,
  'a coding after a vertical tab': post('transfer-encoding: \x0bchunked') + END,
  'a coding in quotes': post('transfer-encoding: "chunked"') + END,
  'a coding with an unbreakable space': post('transfer-encoding: chunked\xa0') + END,
  'identity last': post(CHUNKED, 'transfer-encoding: identity') + END,
  'identity first': post('transfer-encoding: identity', CHUNKED) + END,
  'chunked twice': post('transfer-encoding: chunked, chunked') + END,
  'a compressed coding': post('transfer-encoding: gzip, chunked') + END,
  'chunks of HTTP/1.0': head('POST /x HTTP/1.0', HOST, 'connection: keep-alive', CHUNKED) + END,
  'two lengths': post(length(0), length(SMUGGLED.length)),
  'two equal lengths': `${post(length(2), length(2))}{}`,
  'two lengths in one header': `${post(length('2, 2'))}{}`,
  'a length with a plus sign': `${post(length('+2'))}{}`,
  'a negative length': post(length('-1')),
  'a hexadecimal length': `${post(length('0x2'))}{}`,
  'a length with a space in it': `${post(length('1 2'))}{}`,
  'a length with an exponent': `${post(length('2e0'))}{}`,
  'a length of nothing': post('content-length:'),
  'a length beyond all numbers': post(length('9'.repeat(30))),
  'a length before a colon after a space': `${post('content-length : 2')}{}`,
  'lines that end in LF alone': `GET /nowhere HTTP/1.1\n${HOST}\n\n`,
  'a header behind a lone LF': post(`x: y\n${CHUNKED}`) + END,
  'a header behind a lone CR': post(`x: y\r${CHUNKED}`) + END,
  'a folded header': post('x: y', ` ${CHUNKED}`) + END,
  'a folded coding': post('transfer-encoding:', ' chunked') + END,
  'a NUL in a value': post('x: a\0b'),
  'a NUL in a name': post('a\0b: x'),
  'a line without a colon': post('nonsense'),
  'a header without a name': post(': x'),
  'a first header that is folded': head(PING, ` ${HOST}`),
  'a negative chunk': `${post(CHUNKED)}-1${CRLF}`,
  'a chunk with 0x': `${post(CHUNKED)}0x0${CRLF}${CRLF}`,
  'a chunk beyond all numbers': `${post(CHUNKED)}${'f'.repeat(17)}${CRLF}`,
  'chunks that end in LF alone': `${post(CHUNKED)}2\n{}\n0\n\n`,
  'a chunk that is longer than it says': `${post(CHUNKED)}2${CRLF}{}XX${END}`,
  'a chunk extension that ends in LF alone': `${post(CHUNKED)}0;a\n${CRLF}`,
  'a flood of chunk extensions': `${post(CHUNKED)}0;${'a'.repeat(20_000)}${CRLF}${CRLF}`,
  'a method that is none': head('HACK /x HTTP/1.1', HOST),
  'a method in small letters': head('get /healthz HTTP/1.1', HOST),
  'a version that is none': head('GET /healthz HTTP/1.2', HOST),
  'HTTP/2.0 in a line of HTTP/1': head('GET /healthz HTTP/2.0', HOST),
  'HTTP/0.9': `GET /healthz${CRLF}${CRLF}`,
  'tabs in the request line': head('GET\t/healthz\tHTTP/1.1', HOST),
  'a space in the target': head('GET /a b HTTP/1.1', HOST),
  'the preface of HTTP/2': `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}\0\0\0\x04\0\0\0\0\0`,
  'a greeting of TLS': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  binary: '\0\x01\xff\xfe',
  'CONNECT to another server': head('CONNECT localhost:22 HTTP/1.1', HOST),
  'CONNECT to a path': head('CONNECT /healthz HTTP/1.1', HOST),
  'an absolute target for another host': head('GET http://evil.example/healthz HTTP/1.1', HOST),
  'an absolute target with a user': head('GET http://localhost@evil.example/healthz HTTP/1.1', HOST),
};

/** What is one request to every reader, so that the one behind it is answered as itself. */
const WHOLE: Readonly<Record<string, string>> = {
  'a body that looks like a request': post(length(SMUGGLED.length)) + SMUGGLED,
  'a chunk that looks like a request': `${post(CHUNKED)}${SMUGGLED.length.toString(16)}${CRLF}${SMUGGLED}${CRLF}${END}`,
  'a GET whose body looks like a request': head('GET /healthz HTTP/1.1', HOST, length(SMUGGLED.length)) + SMUGGLED,
  'a HEAD-like method whose body looks like a request':
    head('OPTIONS /healthz HTTP/1.1', HOST, length(SMUGGLED.length)) + SMUGGLED,
  'chunked in other letters after a tab': post('Transfer-Encoding:\tCHUNKED') + END,
  'a small chunk extension': `${post(CHUNKED)}0;a=b${CRLF}${CRLF}`,
  'a header that only looks like a length': `${post(`content_length: ${SMUGGLED.length}`, length(0))}`,
  'empty lines before the request': `${CRLF}${CRLF}${head('GET /healthz HTTP/1.1', HOST)}`,
  'two Hosts': head('GET /healthz HTTP/1.1', HOST, HOST),
  TRACE: head('TRACE /healthz HTTP/1.1', HOST, 'x-secret: hunter2'),
};

const answered = async (bytes: string): Promise<readonly Answer[]> =>
  answersIn(await untilClosed(target().port, Buffer.from(bytes, 'latin1')));

describe('the connection ends', () => {
  it.for(Object.entries(FATAL))('after %s', async ([, bytes]) => {
    const answers = await answered(bytes + SMUGGLED + LAST);
    expect(answers.length).toBeLessThanOrEqual(1);
    for (const { status, headers, text } of answers) {
      if (status === 401) continue; // to its head, before what is wrong with its body arrived
      expect([400, 413, 501, 505]).toContain(status);
      expect(headers.get('connection')).toBe('close');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(text).toBe('');
    }
  });
});

describe('the next answer is the next request’s', () => {
  it.for(Object.entries(WHOLE))('after %s', async ([, bytes]) => {
    const answers = await answered(bytes + LAST);
    expect(answers.some(isSmuggled)).toBe(false);
    expect(answers.length).toBeLessThanOrEqual(2);
    expect(answers.map(isLast)).toEqual(answers.map((_, i) => i === answers.length - 1));
    for (const { text } of answers) expect(text).not.toContain('hunter2');
  });

  it('after a body of somebody who may not send one, however long it is', async () => {
    const bytes = post(JSON_TYPE, length(100_000)) + SMUGGLED.repeat(Math.floor(100_000 / SMUGGLED.length));
    const answers = await answered(bytes + ' '.repeat(100_000 % SMUGGLED.length) + LAST);
    expect(answers.some(isSmuggled)).toBe(false);
    expect(answers[0]?.status).toBe(401);
  });

  it('after a request for another protocol, which is answered in this one and ends the connection', async () => {
    for (const protocol of ['websocket', 'h2c', 'TLS/1.0']) {
      const upgrade = head('GET /healthz HTTP/1.1', HOST, 'connection: upgrade', `upgrade: ${protocol}`);
      const answers = await answered(upgrade + SMUGGLED + LAST);
      expect(answers.map(({ status, headers }) => [status, headers.get('connection')])).toEqual([[200, 'close']]);
    }
  });

  it('when a hundred come at once, in their order', async () => {
    const { port, token } = target();
    const socket = await dial(port);
    const all = received(socket);
    const body = (n: number) => JSON.stringify({ contact: `+1415555${String(1000 + n)}`, channel: 'sms' });
    const paths = ['/healthz', '/nowhere', '/readyz'];
    let bytes = '';
    for (let n = 0; n < 100; n++) {
      bytes += head(`GET ${paths[n % 3]} HTTP/1.1`, HOST);
      const check = head(
        'POST /api/v1/comms/check-consent HTTP/1.1',
        HOST,
        bearer(token),
        JSON_TYPE,
        length(body(n).length),
      );
      bytes += check + body(n);
    }
    socket.write(bytes + LAST);
    const answers = answersIn(await all);
    expect(answers).toHaveLength(201);
    for (let n = 0; n < 100; n++) {
      expect(answers[2 * n]?.status).toBe(n % 3 === 1 ? 404 : 200);
      expect(jsonOf(answers[2 * n + 1]!)).not.toEqual({ status: 'ok' });
    }
    expect(isLast(answers[200]!)).toBe(true);
  });

  it('when it comes a byte at a time', async () => {
    const socket = await dial(target().port);
    socket.setNoDelay(true);
    const all = received(socket);
    for (const byte of head('GET /healthz HTTP/1.1', HOST) + LAST) {
      if (!socket.write(byte)) await once(socket, 'drain');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(answersIn(await all).map(isLast)).toEqual([false, true]);
  });
});
