/** Who the caller says it is and where it says it comes from: forged addresses, hosts and origins change nothing. */
import { describe, expect, it } from 'vitest';
import { act, ask, bearer, HOST, JSON_TYPE, jsonOf, type Target, targetOfFile } from './target.ts';
import { answersIn, type From, head, untilClosed } from './wire.ts';

/** Each would name a client, a host, a scheme or a path, if it were believed. */
const FORGED = [
  'X-Forwarded-For: 198.51.100.7',
  'X-Forwarded-For: 127.0.0.1, 198.51.100.8',
  'Forwarded: for=198.51.100.9;host=evil.example;proto=https',
  'X-Real-IP: 198.51.100.10',
  'X-Client-IP: 198.51.100.11',
  'True-Client-IP: 198.51.100.12',
  'CF-Connecting-IP: 198.51.100.13',
  'X-Cluster-Client-IP: 198.51.100.14',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 443',
  'X-Host: evil.example',
  'X-Original-Host: evil.example',
  'X-Original-URL: /api/docs/style.css',
  'Via: 1.1 evil.example',
];

/** How many requests of `n`, each with the next of the forged headers, are let through. */
async function letThrough(target: Pick<Target, 'port'>, n: number, from: From, forged: readonly string[] = FORGED) {
  let passed = 0;
  for (let i = 0; i < n; i++) {
    const answer = await ask(target, '/nowhere', { headers: [forged[i % forged.length]!], from });
    expect([404, 429]).toContain(answer.status);
    if (answer.status === 404) passed++;
  }
  return passed;
}

const LIMITS = { HTTP_RATE_LIMIT_PER_IP: '5', HTTP_RATE_LIMIT_GLOBAL: '100000' };

describe('where no proxy is trusted', () => {
  const target = targetOfFile({ ...LIMITS, TRUST_PROXY: '0' });

  it('no header makes another client of one: its limit holds', async () => {
    expect(await letThrough(target(), 30, '127.0.1.1')).toBe(5);
    expect(await letThrough(target(), 30, '127.0.1.2')).toBe(5); // and another one has its own
  });
});

describe('where the proxy is elsewhere', () => {
  const target = targetOfFile({ ...LIMITS, TRUSTED_PROXIES: '192.0.2.0/24' });

  it('a client that talks past it is itself', async () => {
    expect(await letThrough(target(), 30, '127.0.1.1')).toBe(5);
  });
});

describe('behind a trusted proxy', () => {
  const target = targetOfFile(LIMITS);

  it('what the client wrote to the left of the proxy’s own word changes nothing', async () => {
    const forged = Array.from({ length: 30 }, (_, n) => `X-Forwarded-For: 10.0.0.${n}, 203.0.113.5`);
    expect(await letThrough(target(), 30, '127.0.1.1', forged)).toBe(5);
    const twice = Array.from({ length: 30 }, (_, n) => `X-Forwarded-For: 10.0.0.${n}\r\nX-Forwarded-For: 203.0.113.6`);
    expect(await letThrough(target(), 30, '127.0.1.1', twice)).toBe(5);
  });

  it('one network of IPv6 is one client, however it is spelled', async () => {
    const forged = Array.from({ length: 30 }, (_, n) => `X-Forwarded-For: 2001:db8:0:1::${n.toString(16)}`);
    expect(await letThrough(target(), 30, '127.0.1.1', forged)).toBe(5);
    const mapped = [
      'X-Forwarded-For: ::ffff:203.0.113.7',
      'X-Forwarded-For: 203.0.113.7',
      'X-Forwarded-For: [::ffff:cb00:7107]',
    ];
    expect(await letThrough(target(), 30, '127.0.1.1', mapped)).toBe(5);
  });

  it('what is no address is the proxy’s', async () => {
    const nonsense = [
      'unknown',
      '_hidden',
      '999.1.1.1',
      '1.2.3.4.5',
      '0x7f.1',
      '127.1',
      '2130706433',
      "' OR 1=1--",
      ',',
      '%00',
    ];
    expect(
      await letThrough(
        target(),
        30,
        '127.0.1.9',
        nonsense.map((text) => `X-Forwarded-For: ${text}`),
      ),
    ).toBe(5);
  });
});

describe('one server that everything else is tried on', () => {
  const target = targetOfFile();
  const statusOf = async (...headers: string[]) =>
    answersIn(await untilClosed(target().port, head('GET /healthz HTTP/1.1', ...headers, 'connection: close')));

  it('builds no link and no metadata from what a caller says its host is', async () => {
    for (const path of [
      '/.well-known/oauth-protected-resource',
      '/api/v1/openapi.json',
      '/api/docs',
      '/unsubscribe/x',
    ]) {
      const plain = await ask(target(), path);
      for (const header of [...FORGED, 'Host: LOCALHOST:65535']) {
        const forged = await ask(target(), path, { headers: [header] });
        expect(forged.text).toBe(plain.text);
        expect(JSON.stringify([...forged.headers])).not.toContain('evil.example');
      }
    }
    const challenged = await ask(target(), '/mcp', { method: 'POST', headers: FORGED });
    expect(challenged.headers.get('www-authenticate')).toContain('http://localhost');
    expect(challenged.headers.get('www-authenticate')).not.toContain('evil');
  });

  it('takes no identity from a header or a cookie', async () => {
    const { id, token } = target().agent;
    for (const header of [
      'X-Agent-Id: x',
      `X-Security-Token: ${token}`,
      `X-API-Key: ${token}`,
      `Cookie: token=${token}; session=${token}`,
      `Proxy-Authorization: Bearer ${token}`,
      `X-Authorization: Bearer ${token}`,
      `Authorization: Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`,
      `Authorization: Bearer ${token}, Bearer ${token}`,
      `Authorization: Bearer  ${token}`,
      `Authorization: Bearer ${token}\r\nAuthorization: Bearer ${token}`,
      'Authorization: Bearer undefined',
      'Authorization: Bearer null',
      'Authorization: Bearer',
      'Authorization:',
      'X-Remote-User: orchestrator',
    ]) {
      const from = '127.0.2.1'; // few enough that nobody is locked out by them
      const answer = await ask(target(), '/api/v1/comms/ping', {
        method: 'POST',
        headers: [header, JSON_TYPE],
        body: '{}',
        ...(header.startsWith('Authorization') ? { from: `127.0.3.${header.length % 250}` } : { from }),
      });
      expect([header, answer.status]).toEqual([header, 401]);
    }
  });

  it('a sender that an agent writes into its own message is refused', async () => {
    const { token } = target().agent;
    for (const more of [
      { from: '+14155550199' },
      { agentId: 'agt_01K9ZEXAMPLE0000000000000A' },
      { organizationId: 'org_x' },
    ]) {
      const answer = await act(target(), 'comms/send-message', { to: '+14155550101', body: 'Hello', ...more }, token);
      expect([400, 403, 404]).toContain(answer.status);
    }
  });

  it.for([
    'evil.example',
    'localhost.evil.example',
    'localhost.',
    'localhost@evil.example',
    'evil.example@localhost',
    'user:word@localhost',
    'localhost:80:80',
    'localhost:',
    'localhost:port',
    'localhost:-1',
    'localhost, evil.example',
    'localhost evil.example',
    'localhost/evil.example',
    'localhost#.evil.example',
    'localhost?evil.example',
    'localhost\\evil.example',
    'localhost\t.evil.example',
    'localhost%00.evil.example',
    'loc%61lhost',
    '127.0.0.1.nip.io',
    '127.0.0.2',
    '127.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '0.0.0.0',
    '[::]',
    '[::1',
    '::1]',
    '[::ffff:127.0.0.1]',
    '[::1%25lo]',
    '[::1]evil.example',
    '169.254.169.254',
    'ⅼocalhost',
    'xn--ocalhost-xyz',
    '*',
    '',
  ])('refuses the Host %j', async (host) => {
    const [answer] = await statusOf(`host: ${Buffer.from(host).toString('latin1')}`);
    expect([400, 403]).toContain(answer?.status);
  });

  it('refuses two Hosts, in either order, and none', async () => {
    for (const hosts of [[HOST, 'host: evil.example'], ['host: evil.example', HOST], [HOST, HOST], []]) {
      const [answer] = await statusOf(...hosts);
      expect([400, 403]).toContain(answer?.status);
    }
  });

  it.for(['localhost', 'LocalHost', 'localhost:1', '127.0.0.1:65535', '[::1]', '[::1]:3100'])(
    'answers to the Host %s',
    async (host) => {
      const [answer] = await statusOf(`host: ${host}`);
      expect(answer?.status).toBe(200);
    },
  );

  it.for([
    'https://evil.example',
    'null',
    '',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://evil.example#localhost',
    'http://evil.example?localhost',
    'http://evil.example\\@localhost',
    'http://localhost/',
    'http://localhost, http://evil.example',
    'http://evil.example, http://localhost',
    'http://localhost\r\nOrigin: http://evil.example',
    'http://localhost.',
    'http://127.0.0.1.nip.io',
    'http://0.0.0.0',
    'localhost',
    '//localhost',
    'file://',
    'chrome-extension://abcdefgh',
    'javascript://localhost',
    'ws://localhost',
    'http://[::ffff:127.0.0.1]',
    'http://*',
  ])('refuses the Origin %j, and lets no page of it read the answer', async (origin) => {
    for (const [method, path] of [
      ['GET', '/healthz'],
      ['POST', '/mcp'],
      ['OPTIONS', '/api/v1/comms/send-message'],
    ] as const) {
      const headers = [`origin: ${origin}`, bearer(target().agent.token), 'access-control-request-method: POST'];
      const answer = await ask(target(), path, { method, headers });
      expect(answer.status).toBe(403);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('lets no page of another site send a form in its visitor’s name', async () => {
    const answer = await ask(target(), '/unsubscribe/x', {
      method: 'POST',
      headers: ['origin: https://evil.example', 'content-type: application/x-www-form-urlencoded'],
      body: 'List-Unsubscribe=One-Click',
    });
    expect([answer.status, jsonOf(answer)['code']]).toEqual([403, 'origin_not_allowed']);
  });
});
