/** Bodies that are too large, too deep, or not what they say: refused in bounded time and memory, by whoever is let in too. */
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { act, ask, bearer, HOST, JSON_TYPE, jsonOf, targetOfFile } from './target.ts';
import { answersIn, CRLF, dial, head, received } from './wire.ts';

const target = targetOfFile();
const PING = '/api/v1/comms/ping';
const MB = 1024 * 1024;

const post = (path: string, body: string | Uint8Array, headers: readonly string[] = [JSON_TYPE]) =>
  ask(target(), path, { method: 'POST', headers: [bearer(target().token), ...headers], body });

describe('a body of 20 MB', () => {
  /** Sends chunks until it is answered, and says how many bytes that took. */
  async function pour(path: string, token: string | null) {
    const socket = await dial(target().port);
    const answer = once(socket, 'data');
    const auth = token === null ? [] : [bearer(token)];
    const accept = 'accept: application/json, text/event-stream';
    socket.write(head(`POST ${path} HTTP/1.1`, HOST, JSON_TYPE, accept, ...auth, 'transfer-encoding: chunked'));
    const piece = Buffer.alloc(64 * 1024, ' ');
    const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}${CRLF}`), piece, Buffer.from(CRLF)]);
    let answered = false;
    void answer.then(() => {
      answered = true;
    });
    let sent = 0;
    while (sent < 20 * MB && !answered && socket.writable) {
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain').catch(() => {}), answer]);
      else await new Promise((resolve) => setImmediate(resolve));
      sent += piece.length;
    }
    const [first] = await answer;
    socket.destroy();
    return { sent, status: Number(/^HTTP\/1\.1 (\d+)/.exec(String(first))?.[1]) };
  }

  it.for([
    [PING, 413],
    ['/mcp', 413],
  ] as const)('in chunks to %s is refused at the limit, long before it has all come', async ([path, status]) => {
    const poured = await pour(path, target().token);
    expect(poured.status).toBe(status);
    expect(poured.sent).toBeLessThan(10 * MB); // the limit of 1 MB, and what was on its way
  });

  it.for([PING, '/mcp', '/messages?sessionId=x', '/webhooks/resend', '/webhooks/twilio/agt_1/sms'])(
    'in chunks to %s by nobody is never waited for',
    async (path) => {
      const poured = await pour(path, null);
      expect(poured.status).toBeGreaterThanOrEqual(400);
      expect(poured.status).toBeLessThan(500);
      expect(poured.sent).toBeLessThan(10 * MB);
    },
  );

  it('that is announced is refused before any of it comes', async () => {
    const socket = await dial(target().port);
    const all = received(socket);
    const length = `content-length: ${20 * MB}`;
    socket.write(head(`POST ${PING} HTTP/1.1`, HOST, JSON_TYPE, bearer(target().token), length, 'connection: close'));
    expect(answersIn(await all)).toMatchObject([{ status: 413 }]);
  });
});

describe('JSON', () => {
  const wide = (n: number) => `{${Array.from({ length: n }, (_, i) => `"k${i}":0`).join(',')}}`;

  it.for([
    ['a million brackets', '['.repeat(1_000_000)],
    ['half a million nested objects', `${'{"a":'.repeat(150_000)}1`],
    ['eighty thousand members', wide(80_000)],
    ['an array of half a million', `[${'0,'.repeat(500_000)}0]`],
    ['a list of a hundred thousand where a text belongs', `{"requestId":[${'"",'.repeat(100_000)}""]}`],
    ['a number of a million digits', `{"n":${'9'.repeat(1_000_000)}}`],
    ['a text of a million characters', `{"agentId":"${'x'.repeat(1_000_000)}"}`],
    ['a million escapes', `{"agentId":"${'\\u0000'.repeat(150_000)}"}`],
    ['__proto__', '{"__proto__":{"scopes":["platform:admin"]}}'],
    ['__proto__ in escapes', '{"\\u005f\\u005fproto\\u005f\\u005f":{"a":1}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"a":1}}}'],
    ['members that nobody knows', '{"isAdmin":true}'],
    ['an array', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['two values', '{}{}'],
    ['a comment', '{/**/}'],
    ['a trailing comma', '{"a":1,}'],
    ['single quotes', "{'a':1}"],
    ['NaN', '{"a":NaN}'],
    ['1e999', '{"a":1e999}'],
    ['half a surrogate pair', '{"agentId":"\\ud800"}'],
    ['a NUL byte', '{"a":"\0"}'],
    ['a byte-order mark', '\ufeff{}'],
  ] as const)('%s is refused as invalid', async ([, body]) => {
    const answer = await post(PING, body);
    expect([answer.status, jsonOf(answer)['code']]).toEqual([400, 'invalid_input']);
    expect(answer.text.length).toBeLessThan(20_000);
    const rpc = await post('/mcp', body, [JSON_TYPE, 'accept: application/json, text/event-stream']);
    expect(rpc.status).toBe(400);
    expect(rpc.text.length).toBeLessThan(20_000);
  });

  it('with one key twice means the last, as it was judged: no other reader sees another', async () => {
    const { token } = target().agent;
    const body = '{"to":"+14155550101","to":"+14155550199","body":"Hello","dryRun":true}';
    const answer = await ask(target(), '/api/v1/comms/send-message', {
      method: 'POST',
      headers: [JSON_TYPE, bearer(token)],
      body,
    });
    expect(answer.text).toContain('consent_required'); // of the second, who never agreed
    const single = await act(
      target(),
      'comms/send-message',
      { to: '+14155550199', body: 'Hello', dryRun: true },
      token,
    );
    expect(jsonOf(answer)['verdict']).toBe(jsonOf(single)['verdict']);
  });

  it.for([
    ['UTF-16 with a mark', Buffer.from('\ufeff{}', 'utf16le')],
    ['UTF-16 without one', Buffer.from('{}', 'utf16le')],
    ['UTF-32', Buffer.from([0x7b, 0, 0, 0, 0x7d, 0, 0, 0])],
    ['UTF-7', Buffer.from('+AHsAfQ-')],
    ['Latin-1', Buffer.from('{"agentId":"\xe9"}', 'latin1')],
    ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['gzip', gzipSync('{}')],
    ['binary', Buffer.from([0, 1, 2, 255])],
  ] as const)('in %s is not taken for JSON', async ([, body]) => {
    for (const path of [PING, '/mcp']) expect((await post(path, body)).status).toBe(400);
  });
});

describe('a body that calls itself', () => {
  const TYPES = [
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json, text/plain',
    'application/jsonp',
    'application/json\tx',
    'text/plain; application/json',
    '*/*',
    '',
  ];
  it.for(TYPES)('%j is not read', async (type) => {
    for (const path of [PING, '/mcp']) expect((await post(path, '{}', [`content-type: ${type}`])).status).toBe(415);
  });

  it('nothing at all is not read either', async () => {
    for (const path of [PING, '/mcp']) expect((await post(path, '{}', [])).status).toBe(415);
  });

  it.for(['gzip', 'deflate', 'br', 'zstd', 'x-gzip', 'identity, gzip', 'gzip, identity', 'aes128gcm'])(
    '%s is not unpacked: 10 MB of nothing would fit in 10 kB',
    async (coding) => {
      const bomb = gzipSync(Buffer.alloc(10 * MB));
      const answer = await post(PING, bomb, [JSON_TYPE, `content-encoding: ${coding}`]);
      expect([answer.status, jsonOf(answer)['code']]).toEqual([415, 'unsupported_media_type']);
    },
  );
});

describe('headers', () => {
  const GET = 'GET /healthz HTTP/1.1';
  const many = (n: number) => Array.from({ length: n }, (_, i) => `x-${i}: 1`);

  it.for([
    ['a hundred and one', many(101)],
    ['two thousand', many(2_000)],
    ['one of 17 kB', [`x: ${'a'.repeat(17_000)}`]],
    ['one whose name has 17 kB', [`${'a'.repeat(17_000)}: x`]],
    ['cookies of 32 kB', Array.from({ length: 90 }, (_, i) => `cookie: c${i}=${'a'.repeat(350)}`)],
    ['a token of 17 kB', [bearer('a'.repeat(17_000))]],
  ] as const)('%s are refused', async ([, headers]) => {
    const socket = await dial(target().port);
    const all = received(socket);
    socket.write(head(GET, HOST, ...headers));
    const answers = answersIn(await all);
    expect(answers.map(({ status, headers: [...sent] }) => [status, sent.length > 5])).toEqual([[431, true]]);
  });

  it('without end are cut off at the limit', async () => {
    const socket = await dial(target().port);
    const all = received(socket);
    socket.write(`${GET}${CRLF}${HOST}${CRLF}`);
    let sent = 0;
    while (socket.writable && sent < 10 * MB) {
      socket.write(`x-${sent}: ${'a'.repeat(1_000)}${CRLF}`);
      sent += 1_000;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeLessThan(10 * MB);
    // who goes on writing may be reset before it has read the answer
    expect([[], [431]]).toContainEqual(answersIn(await all).map(({ status }) => status));
  });

  it('in trailers change nothing and are bounded too', async () => {
    const trailers = (lines: readonly string[]) => ['0', ...lines, '', ''].join(CRLF);
    const line = `POST ${PING} HTTP/1.1`;
    const request = head(line, HOST, JSON_TYPE, 'transfer-encoding: chunked', 'connection: close');
    const forged = dial(target().port).then((socket) => {
      socket.write(`${request}2${CRLF}{}${CRLF}${trailers([bearer(target().token)])}`);
      return received(socket);
    });
    expect(answersIn(await forged)).toMatchObject([{ status: 401 }]);
    const flood = await dial(target().port);
    const all = received(flood);
    flood.write(`${request}2${CRLF}{}${CRLF}${trailers(Array(5_000).fill('x: aaaaaaaa'))}`);
    expect((await all).startsWith('HTTP/1.1 200')).toBe(false);
  });
});
