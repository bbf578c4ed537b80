/** However a path is spelled and whatever is asked for there, nobody is served without credentials, or for another Host. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { AgentBase } from '../../src/voice/agent-base.ts';
import { AgentServer } from '../../src/voice/agent-server.ts';
import './fixture.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'TRACE', 'QUERY', 'NONSENSE'];
const BELOW = [
  ['/', '//', '/./', '/?x', '/..'],
  ['/swaig', '//swaig', '/swaig/', '/%73waig', '/swaig%2f', '/swaig.', '/SWAIG', '/swaig;x', '/swaig%00', '\\swaig'],
  [
    '/x/../swaig',
    '/health/../swaig',
    '/health/%2e%2e/swaig',
    '/health//swaig',
    '/health/',
    '/post_prompt',
    '/mcp',
    '//mcp',
  ],
].flat();

it('is served nothing', { timeout: 20_000 }, async () => {
  const server = new AgentServer({ settings: { allowedHosts: ['agents.example'] } });
  let ran = 0;
  for (const route of ['/', '/sales', '/sales/eu']) {
    const agent = new AgentBase({ name: 'a', basicAuth: [`user of ${route}`, 'p'] })
      .enableMcpServer()
      .enableSipRouting();
    agent.setDynamicConfigCallback(() => void ran++);
    agent.defineTool({ name: 'f', description: 'x', secure: false, handler: () => void ran++ });
    server.register(agent, route);
  }
  const { port } = await server.run('127.0.0.1', 0);
  onTestFinished(() => server.stop(0));
  const body = '{"function":"f","call_id":"c"}';

  async function statusOf(method: string, path: string, host: string): Promise<number> {
    const head = `host: ${host}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.on('error', () => {}); // it may be closed before all was sent
    let answer = '';
    socket.on('data', (text) => {
      answer += text;
    });
    socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n\r\n${body}`);
    await once(socket, 'close');
    return Number(answer.slice(9, 12));
  }

  for (const path of ['', '/sales', '/sales/eu'].flatMap((route) => BELOW.map((one) => `${route}${one}`)))
    await Promise.all(
      METHODS.map(async (method) => {
        const [there, elsewhere] = [
          await statusOf(method, path, 'agents.example'),
          await statusOf(method, path, 'evil.example'),
        ];
        expect([method, path, [400, 401].includes(there), [400, 403].includes(elsewhere)]).toEqual([
          method,
          path,
          true,
          true,
        ]);
      }),
    );
  expect(ran).toBe(0);
});
