/** Line breaks and markup on their way into headers, pages and logs. */
import { describe, expect, it } from 'vitest';
import { act, ask, bearer, JSON_TYPE, jsonOf, targetOfFile } from './target.ts';
import { type From, head, untilClosed } from './wire.ts';

const target = targetOfFile();
const BREAKS = ['\r\n', '\n', '\r', '\u2028', '\u2029', '\u0085', '\x0b', '\x1b[2J', '\0'];
const FORGERY = '{"level":"info","time":"2026-01-01T00:00:00.000Z","msg":"forged"}';

describe('a header', () => {
  it.for([
    '/%0d%0aset-cookie:%20a=b',
    '/unsubscribe/%0d%0aset-cookie:%20a=b',
    '/nowhere?%0d%0aset-cookie:%20a=b',
    '/sse?token=%0d%0aset-cookie:%20a=b',
    '/messages?sessionId=%0d%0aset-cookie:%20a=b',
    '/%E5%98%8D%E5%98%8Aset-cookie:%20a=b',
    '/.well-known/oauth-protected-resource/%0d%0aset-cookie:%20a=b',
  ])('is not made by %s', async (path) => {
    for (const method of ['GET', 'POST']) {
      const answer = await ask(target(), path, { method });
      expect(answer.headers.has('set-cookie')).toBe(false);
      expect(answer.headers.has('location')).toBe(false);
    }
  });

  it('is not echoed: neither a request id nor an origin, a cookie or an idempotency key', async () => {
    const marks = ['x-request-id: forged', 'cookie: a=forged', 'idempotency-key: forged', 'referer: http://forged/'];
    const more = ['user-agent: forged', 'traceparent: forged', 'access-control-request-headers: forged'];
    for (const path of ['/healthz', '/nowhere', '/mcp', '/api/docs']) {
      const answer = await ask(target(), path, { headers: [...marks, ...more] });
      expect(JSON.stringify([...answer.headers])).not.toContain('forged');
      expect(answer.text).not.toContain('forged');
    }
  });

  it('sets no cookie, ever', async () => {
    for (const path of ['/healthz', '/api/docs', '/unsubscribe/x', '/mcp', '/sse']) {
      expect((await ask(target(), path)).headers.has('set-cookie')).toBe(false);
    }
  });
});

describe('a page', () => {
  it('repeats nothing of the address', async () => {
    for (const path of ['/unsubscribe/%3Cscript%3Ealert(1)', '/api/docs?q=%3Cscript%3Ealert(1)%3C/script%3E']) {
      const answer = await ask(target(), path);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(answer.text).not.toMatch(/alert\(1\)/);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('is not what a refusal is, whatever the browser says it accepts', async () => {
    const answer = await ask(target(), '/%3Cscript%3Ealert(1)%3C/script%3E', { headers: ['accept: text/html'] });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.text).not.toContain('script');
  });
});

describe('the operational log', () => {
  it('keeps one line an event, and none that a caller wrote', async () => {
    const { agent, server } = target();
    const before = server.lines.length;
    for (const [n, lineBreak] of BREAKS.entries()) {
      const text = `x${lineBreak}${FORGERY}`;
      const from: From = `127.0.4.${n + 1}`;
      for (const input of [
        { to: text, body: 'Hello' },
        { to: '+14155550101', body: text },
        { to: '+14155550101', body: 'Hello', subject: text },
        { [text]: text },
        { idempotencyKey: text, to: '+14155550101', body: 'Hello' },
      ]) {
        expect((await act(target(), 'comms/send-message', input, agent.token, from)).status).toBeLessThan(500);
      }
      await act(
        target(),
        'comms/provision-channels',
        { displayName: text, capabilities: { sms: true } },
        target().token,
      );
      await ask(target(), `/${encodeURIComponent(text)}`, { from });
      await ask(target(), '/mcp', {
        method: 'POST',
        headers: [JSON_TYPE, bearer(agent.token), 'accept: application/json, text/event-stream'],
        body: JSON.stringify({ jsonrpc: '2.0', id: text, method: text, params: { name: text } }),
        from,
      });
      const raw = Buffer.from(`GET /x HTTP/1.1\r\nhost: localhost\r\nx: ${text}\r\nconnection: close\r\n\r\n`);
      await untilClosed(target().port, raw, from);
    }
    expect(server.lines.slice(before).map(({ msg }) => msg)).not.toContain('forged');
    expect(JSON.stringify(server.lines)).not.toContain('forged');
  });

  it('never has the address of a request in it, which may hold a token', async () => {
    const { server, agent } = target();
    await ask(target(), `/nowhere?token=${agent.token}`);
    await ask(target(), `/healthz?token=${agent.token}`, { method: 'POST' });
    await untilClosed(
      target().port,
      head(`GET /sse?token=${agent.token}x HTTP/1.1`, 'host: localhost', 'connection: close'),
    );
    expect(JSON.stringify(server.lines)).not.toContain(agent.token);
    expect(JSON.stringify(server.lines)).not.toContain('/nowhere');
  });
});

describe('a text that looks like code', () => {
  it.for([
    "' OR 'a'='a",
    "'; DROP TABLE messages; --",
    '" UNION SELECT token FROM tokens --',
    '%_%',
    '{{7*7}}',
    '#{7*7}',
    '$(id)',
    '`id`',
    '; cat /etc/passwd',
    '../../../../etc/passwd',
    'javascript:alert(1)',
    '<img src=x onerror=alert(1)>',
    '*)(uid=*))(|(uid=*',
    '{"$gt":""}',
  ])('%s is a name like any other, or refused as one: it is stored and given back as it is', async (text) => {
    const { token } = target();
    const made = await act(
      target(),
      'comms/provision-channels',
      { displayName: text, capabilities: { sms: true } },
      token,
    );
    expect([200, 400]).toContain(made.status);
    for (const path of ['comms/get-messages', 'comms/get-channel-status', 'audit/why', 'comms/dnc-list']) {
      const input = { agentId: text, contact: text, actionId: text };
      const answer = await act(target(), path, input, token);
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toMatch(/SQLITE|syntax error|at \w+ \(|node:internal|\.ts:\d/i);
    }
    expect(jsonOf(await act(target(), 'comms/list-organizations', {}, token))['organizations']).toHaveLength(1);
  });
});
