/**
 * Scans the running server from outside with sqlmap and wapiti, and exits with 1 when one of them finds something, with 3 when
 * one was not really heard. With `--save` it writes what it found into docs/security-scan.md. Where a scanner is not installed
 * (`apt-get install sqlmap wapiti`) it says so loudly and proves nothing by it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentOf, type Server, startServer, temporaryFolder } from '../test/cli/command-line.ts';
import { startDangerouslyVulnerable } from './scan/control.ts';
import { mustFind, outcomeOf, type Scan, told, versionOf } from './scan/scanner.ts';
import { type Attackable, sqlmap } from './scan/sqlmap.ts';
import { wapiti } from './scan/wapiti.ts';

const JSON_TYPE = 'Content-Type: application/json';
const NOBODYS_ID = '01K9ZEXAMPLE0000000000000A';

/** Actions by the kind of text that reaches the store in them; `*` stands where the attack goes. */
const INPUTS: readonly (readonly [action: string, parameter: string, input: object])[] = [
  ['comms/get-messages', 'contact', { contact: '+14155550101*' }],
  ['comms/get-messages', 'cursor', { cursor: 'x*' }],
  ['comms/get-attachment', 'messageId', { messageId: `msg_${NOBODYS_ID}*` }],
  ['comms/check-consent', 'contact', { contact: '+14155550101*', channel: 'sms' }],
  ['comms/record-consent', 'notes', { contact: '+14155550101', channel: 'sms', notes: 'By phone*' }],
  ['comms/send-message', 'body', { to: '+14155550101', body: 'Hello*', dryRun: true }],
  ['comms/ping', 'message', { message: 'Hello*' }],
  ['audit/why', 'actionId', { actionId: `act_${NOBODYS_ID}*` }],
];

/** Each as an agent of its own, whose limits no other scan has used up. */
async function attackables(server: Server): Promise<readonly Attackable[]> {
  const actions: Attackable[] = [];
  for (const [action, parameter, input] of INPUTS) {
    const { token } = await agentOf(server);
    const headers = [JSON_TYPE, `Authorization: Bearer ${token}`];
    const url = `${server.url}/api/v1/${action}`;
    actions.push({ what: `${action}: ${parameter}`, url, body: JSON.stringify(input), headers });
  }
  const { token } = await agentOf(server);
  return [
    ...actions,
    {
      what: 'the header Idempotency-Key',
      url: `${server.url}/api/v1/comms/record-consent`,
      body: '{"contact":"+14155550101","channel":"sms"}',
      headers: [JSON_TYPE, `Authorization: Bearer ${token}`, 'Idempotency-Key: key*'],
    },
    { what: 'an unsubscribe link', url: `${server.url}/unsubscribe/agt_${NOBODYS_ID}*`, method: 'GET' },
    {
      what: 'a webhook’s address',
      url: `${server.url}/webhooks/twilio/agt_${NOBODYS_ID}*/sms`,
      body: 'From=%2B14155550101&To=%2B14155550100&Body=Hello&MessageSid=SM1',
    },
    {
      what: 'a webhook’s parameter',
      url: `${server.url}/webhooks/twilio/agt_${NOBODYS_ID}/sms`,
      body: 'From=%2B14155550101*&To=%2B14155550100&Body=Hello&MessageSid=SM1',
    },
    {
      what: 'the session of the SSE door',
      url: `${server.url}/messages?sessionId=x*`,
      body: '{}',
      headers: [JSON_TYPE],
    },
  ];
}

const PAGES = [
  '/api/docs',
  '/api/docs?q=x',
  '/unsubscribe/x',
  '/unsubscribe/x?q=x',
  '/healthz?q=x',
  '/messages?sessionId=x',
  '/sse?agentId=x',
  '/mcp',
  '/webhooks/resend?q=x',
  '/webhooks/twilio/agt_1/sms?nonce=x',
  '/.well-known/oauth-protected-resource',
  '/api/v1/openapi.json?q=x',
  '/api/v1/comms/ping?message=x',
];

const SETTINGS = {
  NODE_ENV: 'production',
  HTTP_RATE_LIMIT_PER_IP: '1000000', // or the scanners would hear nothing but 429
  HTTP_RATE_LIMIT_GLOBAL: '1000000',
};

async function scanAll(has: { readonly sqlmap: boolean; readonly wapiti: boolean }): Promise<readonly Scan[]> {
  using home = temporaryFolder();
  using folder = temporaryFolder();
  await using control = await startDangerouslyVulnerable();
  await using server = await startServer(folder.path, SETTINGS);
  const scans: Scan[] = [];
  if (has.sqlmap) {
    const find = { url: `${control.url}/find`, body: '{"contact":"+14155550100*"}', headers: [JSON_TYPE] };
    scans.push(mustFind(await sqlmap({ what: 'a fault on purpose', ...find }, home.path), /SQLite/));
    for (const attackable of await attackables(server)) scans.push(await sqlmap(attackable, home.path));
  }
  if (has.wapiti) {
    scans.push(mustFind(await wapiti('a fault on purpose', control.url, ['/?q=x'], home.path), /Cross Site Scripting/));
    scans.push(await wapiti('the public pages', server.url.replace('localhost', '127.0.0.1'), PAGES, home.path));
  }
  scans.push(await aftermath(server, folder.path));
  return scans;
}

/** What the scanners may have brought about unseen: faults, lock-outs that kept them from being heard. */
async function aftermath(server: Server, folder: string): Promise<Scan> {
  const authorization = `Bearer ${readFileSync(join(folder, 'orchestrator.token'), 'utf8').trim()}`;
  const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization } })).text();
  const requests = [...metrics.matchAll(/^sallyport_http_requests_total\{.*\} (\d+)$/gm)];
  const total = requests.reduce((sum, [, n]) => sum + Number(n), 0);
  const faults = requests.flatMap(([line]) => (line.includes('status="5xx"') ? [line] : []));
  const lines = server.lines.filter(({ level }) => level !== 'info').map((line) => JSON.stringify(line));
  const wrong = [...faults, ...lines, server.complaints()].join('\n').trim();
  return {
    scanner: 'the server',
    what: 'answers of 500 and above, warnings and errors in its log',
    result: wrong === '' ? 'clean' : 'found',
    detail: wrong === '' ? `none in ${total} requests` : wrong,
  };
}

function reportOf(versions: Readonly<Record<string, string>>, scans: readonly Scan[]): string {
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const rows = scans.map((scan) => `| ${scan.scanner} | ${scan.what} | ${outcomeOf(scan)} |`);
  return `# Security scan

<!-- Written by scripts/scan.ts from a real run: do not edit. -->

${new Date().toISOString().slice(0, 10)}, with ${tools.join(' and ')}, against a server of this version on loopback. \`.ci/run\` scans anew
every time and fails when something is found. To renew this page: \`node scripts/scan.ts --save\`.

A scanner first has to find a fault that is there on purpose, in a server made for that; and a scan that is answered by
"who are you" (401) or "too often" (429) counts as unproven, not as clean.

| scanner | what was attacked | result |
|---|---|---|
${rows.join('\n')}
`;
}

const versions = { sqlmap: versionOf('sqlmap'), wapiti: versionOf('wapiti') };
for (const [name, version] of Object.entries(versions)) {
  if (version === null) process.stdout.write(`UNAVAILABLE: ${name} is not installed here; nothing is proven by it\n`);
}
const installed = Object.fromEntries(
  Object.entries(versions).flatMap(([name, version]) => (version === null ? [] : [[name, version] as const])),
);
if (Object.keys(installed).length > 0) {
  const scans = await scanAll({ sqlmap: versions.sqlmap !== null, wapiti: versions.wapiti !== null });
  told(scans);
  if (process.argv.includes('--save') && process.exitCode === undefined) {
    writeFileSync(new URL('../docs/security-scan.md', import.meta.url), reportOf(installed, scans));
  }
}
