/** Addresses, methods and protocols that nobody means well with: no way around a token, and no fault. */
import { describe, expect, it } from 'vitest';
import { ask, bearer, HOST, JSON_TYPE, jsonOf, targetOfFile } from './target.ts';
import { answersIn, CRLF, head, untilClosed } from './wire.ts';

const target = targetOfFile();
const LIST = '/api/v1/comms/list-organizations';

/** Other spellings of an address that asks for a token. */
const SPELLINGS = [
  `/${LIST}`,
  `//evil.example${LIST}`,
  `${LIST}/`,
  `${LIST}//`,
  `${LIST};jsessionid=1`,
  `${LIST}.json`,
  `${LIST}%00`,
  `${LIST}%00.html`,
  `${LIST}%20`,
  `${LIST}?`,
  `${LIST}?/healthz`,
  `${LIST}#/healthz`,
  `/healthz/..${LIST}`,
  `/healthz/%2e%2e${LIST}`,
  `/healthz/%252e%252e${LIST}`,
  `/healthz/..;${LIST}`,
  `/healthz%2f..${LIST}`,
  `/.${LIST}`,
  '/api//v1//comms//list-organizations',
  '/api/v1/comms%2flist-organizations',
  '/api/v1/comms%5clist-organizations',
  '/api/v1/comms/%6cist-organizations',
  '/api/v1/comms/LIST-ORGANIZATIONS',
  '/API/V1/comms/list-organizations',
  '/api/v1/comms/list_organizations',
  '/api/v1/comms/__proto__',
  '/api/v1/constructor/prototype',
  '/api/v1/comms/list-organizations/../../../../../../etc/passwd',
  '/..%c0%af..%c0%afetc/passwd',
  '/.env',
  '/.git/config',
  '/data/orchestrator.token',
  '/orchestrator.token',
  '/admin/../api/v1/comms/list-organizations',
  '/admin/orchestrator.token',
  '/webhooks/../api/v1/comms/list-organizations',
];

describe('without a token', () => {
  it.for(SPELLINGS)('%s gives nothing', async (path) => {
    for (const method of ['GET', 'POST', 'PUT']) {
      const answer = await ask(target(), path, { method, headers: [JSON_TYPE], body: '{}' });
      expect([400, 401, 404, 405]).toContain(answer.status);
      expect(answer.text).not.toMatch(/"organizations"|root:|sp[aos]_/);
    }
  });

  it.for([
    ['X-Original-URL', LIST],
    ['X-Rewrite-URL', LIST],
    ['X-HTTP-Method-Override', 'POST'],
    ['X-Method-Override', 'POST'],
    ['X-Forwarded-Prefix', '/api/v1/comms'],
    ['X-Accel-Redirect', LIST],
  ])('%s leads to no other route', async ([name, value]) => {
    const answer = await ask(target(), '/nowhere', { headers: [`${name}: ${value}`, bearer(target().token)] });
    expect(answer.status).toBe(404);
    const get = await ask(target(), LIST, { headers: [`${name}: ${value}`, bearer(target().token)] });
    expect(get.status).toBe(405);
  });
});

describe('forms of the target', () => {
  const statusOf = async (line: string, ...headers: string[]) =>
    answersIn(await untilClosed(target().port, head(line, ...headers, 'connection: close'))).map(
      ({ status }) => status,
    );

  it.for([
    ['GET http://localhost/healthz HTTP/1.1', 200],
    ['GET http://LOCALHOST/healthz HTTP/1.1', 200],
    ['GET http://localhost:1/healthz HTTP/1.1', 400],
    ['GET http://127.0.0.1/healthz HTTP/1.1', 400],
    ['GET http://evil.example/healthz HTTP/1.1', 400],
    ['GET https://evil.example/healthz HTTP/1.1', 400],
    ['GET http://user:word@localhost/healthz HTTP/1.1', 400],
    ['GET http:///healthz HTTP/1.1', 400],
    ['GET http:/healthz HTTP/1.1', 400],
    ['GET ftp://localhost/healthz HTTP/1.1', 400],
    ['GET file:///etc/passwd HTTP/1.1', 400],
    ['GET localhost:80 HTTP/1.1', 400],
    ['GET * HTTP/1.1', 400],
    ['OPTIONS * HTTP/1.1', 400],
    ['GET ?x HTTP/1.1', 400],
    ['GET healthz HTTP/1.1', 400],
    ['GET /\\evil.example/healthz HTTP/1.1', 400],
    ['GET /\xe9 HTTP/1.1', 400],
    ['GET /healthz?%zz=%ff&&&=%00 HTTP/1.1', 200],
    ['GET /unsubscribe/%zz HTTP/1.1', 404],
    ['GET /unsubscribe/%ff%fe%00 HTTP/1.1', 404],
    ['GET /unsubscribe/agt_1.msg_1.%3Cscript%3E HTTP/1.1', 404],
    [`GET /${'a'.repeat(15_000)} HTTP/1.1`, 404],
    [`GET /${'a/'.repeat(7_500)} HTTP/1.1`, 404],
    [`GET /${'%2e%2e/'.repeat(2_000)} HTTP/1.1`, 404],
    [`GET /${'a'.repeat(20_000)} HTTP/1.1`, 431],
    [`GET /healthz?${'a&'.repeat(7_000)} HTTP/1.1`, 200],
    ['GET /sse?token=%zz HTTP/1.1', 401],
    ['GET /sse?token[]=x&token=y&token=z HTTP/1.1', 401],
    ['POST /messages?sessionId=%00%ff HTTP/1.1', 404],
    ['POST /messages?sessionId=__proto__ HTTP/1.1', 404],
    ['POST /mcp?x HTTP/1.1', 400],
    ['POST /webhooks/twilio/%ff/sms HTTP/1.1', 403],
  ] as const)('%s is answered with %i', async ([line, status]) => {
    expect(await statusOf(line, HOST)).toEqual([status]);
  });
});

describe('methods', () => {
  const METHODS = ['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'MOVE', 'LOCK', 'PURGE', 'QUERY', 'M-SEARCH'];

  it.for(METHODS)('%s does nothing and echoes nothing, whoever asks', async (method) => {
    for (const path of ['/healthz', LIST, '/mcp', '/nowhere', '/metrics', '/unsubscribe/x']) {
      for (const headers of [[], [bearer(target().token)]]) {
        const answer = await ask(target(), path, { method, headers: [...headers, 'x-mine: an-echo'] });
        expect([401, 404, 405]).toContain(answer.status);
        expect(answer.text).not.toContain('an-echo');
        if (answer.status === 405) expect(answer.headers.get('allow')).toMatch(/^[A-Z, ]+$/);
      }
    }
  });

  it('HEAD answers without a body, on pages and refusals alike', async () => {
    for (const path of ['/healthz', '/nowhere', '/api/docs', '/metrics', '/unsubscribe/x', LIST]) {
      const bytes = await untilClosed(target().port, head(`HEAD ${path} HTTP/1.1`, HOST, 'connection: close'));
      expect(bytes.indexOf(`${CRLF}${CRLF}`)).toBe(bytes.length - 4);
    }
  });
});

describe('other protocols', () => {
  it('HTTP/1.0 is answered, asks for the same token and ends the connection', async () => {
    const answered = async (...lines: string[]) => answersIn(await untilClosed(target().port, lines.join('')));
    expect(await answered(head('GET /healthz HTTP/1.0', HOST))).toMatchObject([{ status: 200 }]);
    expect(await answered(head(`POST ${LIST} HTTP/1.0`, HOST, JSON_TYPE, 'content-length: 2'), '{}')).toMatchObject([
      { status: 401 },
    ]);
    expect(await answered(head('GET /healthz HTTP/1.0'))).toMatchObject([{ status: 403 }]); // no Host
  });

  it('a client that offers HTTP/2 is answered in HTTP/1.1, its body too', async () => {
    const offer = ['connection: upgrade, HTTP2-Settings', 'upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'];
    const body = '{}';
    const [answer] = answersIn(
      await untilClosed(
        target().port,
        head(`POST ${LIST} HTTP/1.1`, HOST, ...offer, JSON_TYPE, bearer(target().token), 'content-length: 2') + body,
      ),
    );
    expect(answer?.status).toBe(200);
    expect(jsonOf(answer!)['organizations']).toHaveLength(1);
  });

  it('a WebSocket is opened nowhere', async () => {
    const upgrade = [
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    ];
    for (const path of ['/', '/mcp', '/sse', '/messages', LIST, '/healthz']) {
      const bytes = await untilClosed(target().port, head(`GET ${path} HTTP/1.1`, HOST, ...upgrade));
      expect(bytes).toMatch(/^HTTP\/1\.1 [245]/);
    }
  });
});
