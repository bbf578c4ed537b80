import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentOf, type Server, sallyport, startServer, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
let server: Server;
beforeAll(async () => {
  server = await startServer(folder.path);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const json = (text: string): Record<string, unknown> => JSON.parse(text);

describe('asking a server', () => {
  test('uses the token file of a first start by itself, and answers JSON where there is no terminal', async () => {
    const { code, out, err } = await server.run(['agent', 'provision', 'Ada', '--capabilities.sms']);
    expect([code, err]).toEqual([0, '']);
    expect(json(out)).toMatchObject({ sandbox: true, securityToken: expect.stringMatching(/^spa_/) });
  });

  test('answers text for people when asked to', async () => {
    const { out } = await server.run(['org', 'list', '--output', 'text']);
    expect(out).toMatch(/^organizations\n {2}organizationId +org_/);
    expect(out).toMatch(/\n {2}mode +sandbox\n/);
  });

  test('carries an agent through the main job, by options, by --json and from standard input', async () => {
    const agent = await agentOf(server, '+14155550100');
    const by = { token: agent.token };
    const send = ['comms', 'send-message', '--to', '+14155550100'];
    expect((await server.run([...send, '--body', 'One'], by)).code).toBe(0);
    expect((await server.run([...send, '--json', '{"body": "Two", "to": "overruled"}'], by)).code).toBe(0);
    expect((await server.run([...send, '--json', '-'], { ...by, stdin: '{"body": "Three"}' })).code).toBe(0);
    expect((await server.run(['call', 'comms_send_message', ...send.slice(2), '--body', 'Four'], by)).code).toBe(0);
    const { out } = await server.run(['comms', 'get-messages', '--direction', 'outbound'], by);
    expect([...out.matchAll(/"body": "(\w+)"/g)].map(([, body]) => body)).toEqual(['Four', 'Three', 'Two', 'One']);
    const ids = [...out.matchAll(/"messageId": "(\w+)"/g)].map(([, id]) => id!);
    const acknowledged = await server.run(
      ['comms', 'acknowledge-messages', ...ids.slice(0, 2).flatMap((id) => ['--ids', id])],
      by,
    );
    expect(json(acknowledged.out)['acknowledged']).toEqual(ids.slice(0, 2));
  });

  test('sets nested members, numbers, nothing at all (null), and flags that are on by default', async () => {
    const { id } = await agentOf(server);
    const limits = ['--limits.per-minute', '3', '--limits.messages-per-number-per-day', 'null'];
    const set = await server.run(['agent', 'limits', id, ...limits]);
    expect(json(set.out)).toMatchObject({ limits: { perMinute: 3, messagesPerNumberPerDay: null } });
    const ended = await server.run(['agent', 'deprovision', id, '--no-release-numbers']);
    expect(json(ended.out)).toMatchObject({ status: 'deprovisioned', released: [] });
  });

  test('a dry run tells every rule’s verdict and does nothing', async () => {
    const { token } = await agentOf(server);
    const argv = ['comms', 'send-message', '--to', '+14155550101', '--body', 'x', '--dry-run', '--output', 'text'];
    const { code, out } = await server.run(argv, { token });
    expect(code).toBe(0);
    expect(out).toMatch(/^Would be: allow\. Nothing was done\.\n/);
    expect(out).toMatch(/✓ comply +consent/);
    expect(json((await server.run(['comms', 'get-messages'], { token })).out)['messages']).toEqual([]);
  });

  test('a held action says how to approve it, and is done once approved', async () => {
    const { id, token } = await agentOf(server);
    await server.run(['agent', 'policy', id, 'always']);
    const send = ['comms', 'send-message', '--to', '+14155550101', '--body', 'x', '--output', 'text'];
    const held = await server.run(send, { token });
    expect(held.out).toMatch(/^Held until /);
    const actionId = /approval approve (act_\w+)/.exec(held.err)?.[1] ?? '';
    expect(json((await server.run(['approval', 'approve', actionId])).out)).toMatchObject({ outcome: 'done' });
    expect((await server.run(['why', actionId, '--output', 'text'])).out).toMatch(/^comms\.send_message was done\n/);
  });
});

describe('what is refused', () => {
  const send = ['comms', 'send-message', '--to', '+14155550101', '--body', 'x'];

  test('is exit code 1 with a line for each reason and how to learn more; why explains it', async () => {
    const { id } = await agentOf(server, '+14155550102');
    const { code, out, err } = await server.run([...send, '--agent-id', id, '--output', 'text']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^ {2}consent_required {2}.*\(rule consent, by 47 CFR 64\.1200/m);
    const actionId = /why (act_\w+)/.exec(err)?.[1] ?? '';
    const why = await server.run(['why', actionId, '--output', 'text']);
    expect(why.out).toMatch(/^comms\.send_message was refused: consent_required\n {2}consent_required {2}/);
  });

  test('is a problem document on standard error for machines', async () => {
    const { id } = await agentOf(server, '+14155550102');
    const { err } = await server.run([...send, '--agent-id', id]);
    expect(json(err)).toMatchObject({ status: 403, code: 'consent_required' });
  });

  test('by another agent’s token names agent_mismatch', async () => {
    const [ada, eve] = [await agentOf(server), await agentOf(server)];
    const { code, err } = await server.run([...send, '--agent-id', ada.id, '--output', 'text'], { token: eve.token });
    expect(code).toBe(1);
    expect(err).toContain('agent_mismatch  --agent-id: ');
  });

  test('after a token was revoked says what to set', async () => {
    const { id, token } = await agentOf(server);
    expect((await server.run(['token', 'revoke', id])).code).toBe(0);
    const { code, err } = await server.run([...send, '--output', 'text'], { token });
    expect(code).toBe(1);
    expect(err).toContain('unauthenticated');
    expect(err).toContain('SALLYPORT_TOKEN');
  });
});

describe('a wrong command', () => {
  test.for([
    [['nonsense'], "unknown command 'nonsense'"],
    [['comms', 'send-message', '--to', '+14155550101'], '--body  is required'],
    [['agent', 'provision', 'Ada'], '--capabilities.…  is required'],
    [['comms', 'get-messages', '--limit', 'many'], 'It must be a number'],
    [['comms', 'get-messages', '--limit', '0', '--agent-id', 'agt_1'], '--limit  Too small'],
    [['agent', 'policy', 'agt_1', 'sometimes'], 'Allowed choices are never, first_contact, always'],
    [['comms', 'ping', '--json', '[1]'], '--json wants a JSON object'],
    [['comms', 'ping', '--token', 'spa_1'], "unknown option '--token'"],
    [['call', 'comms_nothing'], 'There is no tool "comms_nothing" here'],
    [['audit', 'verify'], "missing required argument 'file'"],
  ] as const)('%j is exit code 2', async ([argv, says]) => {
    const { code, out, err } = await server.run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });

  test.for([
    [{}, 'No token: set SALLYPORT_TOKEN'],
    [
      { SALLYPORT_TOKEN: 'x', SALLYPORT_URL: 'http://127.0.0.1:1' },
      'No server answers at http://127.0.0.1:1 (ECONNREFUSED)',
    ],
    [{ SALLYPORT_TOKEN: 'x', SALLYPORT_URL: 'http://door.example' }, 'would carry your token over plain HTTP'],
    [{ SALLYPORT_TOKEN: '', SALLYPORT_URL: 'https://door.example' }, 'SALLYPORT_TOKEN is set but empty'],
  ] as const)('with %j says what to set', async ([environment, says]) => {
    const { code, err } = await sallyport(['org', 'list'], { DATA_DIR: '/nowhere', ...environment });
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  test('the token file of this machine is not shown to a server elsewhere', async () => {
    const { code, err } = await sallyport(['org', 'list', '--url', 'https://door.example'], { DATA_DIR: folder.path });
    expect(code).toBe(2);
    expect(err).toContain('No token');
  });

  test('a token file that others can read is refused', async () => {
    const file = join(folder.path, 'shared.token');
    writeFileSync(file, 'spa_1\n');
    chmodSync(file, 0o644);
    const { code, err } = await server.run(['org', 'list', '--token-file', file]);
    expect(code).toBe(2);
    expect(err).toContain(`chmod 600 '${file}'`);
  });
});

test('the help tells every command, and a derived one its options in the action’s words', async () => {
  const { code, out } = await sallyport(['--help'], {});
  expect(code).toBe(0);
  for (const name of [
    'start',
    'tour',
    'agent',
    'token',
    'key',
    'service',
    'org',
    'user',
    'session',
    'grant',
    'approval',
    'why',
    'audit',
    'comms',
    'identity',
    'call',
  ])
    expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
  const grant = await sallyport(['grant', 'create', '--help'], {});
  expect(grant.out).toMatch(/^Usage: sallyport grant create \[options\] <principal> <effect> <action>$/m);
  const send = await sallyport(['comms', 'send-message', '--help'], {});
  expect(send.out).toMatch(/--to <text> +The recipient: .*\(required\)/s);
  expect(send.out).toContain('(choices: "transactional", "marketing", "conversational")');
});
