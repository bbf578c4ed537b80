/**
 * Every tool over every door that people and agents use: MCP by the official client, REST, and the command line. For each
 * one call that succeeds and one that is refused with its code, from the examples that all matrices draw on.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '../../src/cli/program.ts';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { catalogueToRead } from '../../src/main/actions.ts';
import { createOperationalLog } from '../../src/main/operational-log.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { serverOf } from '../../src/main/start.ts';
import { signedIn } from '../support/enrol.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { committed, table } from './committed.ts';
import { exampleOf, nextMinute } from './examples.ts';
import { leastOf, naming, openTenant, type Tenant, tokenOf } from './tenant.ts';

type Input = Readonly<Record<string, unknown>>;
/** What a door answered: `allow`, or the code of the refusal. */
type Ask = (entry: CatalogueEntry, token: string, input: Input) => Promise<string>;

const PLENTY = '1000000';
const DONE = new Set(['done', 'pending']);

let t: TestHouse;
let url: string;
let close: () => Promise<void>;
const folder = mkdtempSync(join(tmpdir(), 'sallyport-tools-'));

beforeAll(async () => {
  const environment = { HTTP_RATE_LIMIT_PER_IP: PLENTY, HTTP_RATE_LIMIT_GLOBAL: PLENTY };
  t = await openHouse({ environment });
  const out = { write: () => true };
  const server = serverOf(
    t.house,
    loadSettings(environment),
    createOperationalLog({ level: 'error', clock: t.clock, out }),
  );
  const listening = await server.listen('127.0.0.1', 0);
  url = `http://127.0.0.1:${listening.port}`;
  close = () => listening.close(0);
});
afterAll(async () => {
  await close();
  await t[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  expect(t.faults).toEqual([]);
});

/** What a client is shown depends on the right alone: it is asked for once a right. */
const lists = new Map<string, Promise<ReadonlySet<string>>>();
const listedFor = (right: string, client: Client): Promise<ReadonlySet<string>> =>
  lists.getOrInsertComputed(right, async () => new Set((await client.listTools()).tools.map(({ name }) => name)));

const viaMcp: Ask = async ({ tool, action }, token, input) => {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  try {
    const listed = await listedFor(action.access, client);
    if (!listed.has(tool)) return `the tool ${tool} is not listed`;
    const { isError, structuredContent } = await client.callTool({ name: tool, arguments: { ...input } });
    const told = structuredContent as { readonly code?: string; readonly _meta?: { readonly status: string } };
    return isError !== true && DONE.has(told._meta?.status ?? '') ? 'allow' : (told.code ?? 'no code');
  } finally {
    await client.close();
  }
};

const viaRest: Ask = async ({ path }, token, input) => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as { readonly code?: string; readonly _meta?: { readonly status: string } };
  return response.status === 200 || body._meta?.status === 'done'
    ? 'allow'
    : (body.code ?? `no code with ${response.status}`);
};

const viaCommandLine: Ask = async ({ action, tool }, token, input) => {
  const file = join(folder, `${tool}.token`);
  writeFileSync(file, token, { mode: 0o600 });
  let out = '';
  let err = '';
  const terminal = (write: (text: string) => void) => ({ write: (text: string) => void write(text), isTTY: false });
  const [room = '', verb = ''] = action.name.split('.');
  // the log has friendlier commands of the same names, which write files
  const command = room === 'audit' ? ['call', tool] : [room, verb.replaceAll('_', '-')];
  const argv = [...command, '--url', url, '--token-file', file, '--output', 'json', '--json', '-'];
  const exitCode = await run(argv, {
    out: terminal((text) => {
      out += text;
    }),
    err: terminal((text) => {
      err += text;
    }),
    stdin: (async function* () {
      yield Buffer.from(JSON.stringify(input));
    })(),
    clock: t.clock,
    signals: { on: () => undefined, off: () => undefined },
    endAtOnce: () => undefined,
  });
  if (exitCode === 0) return JSON.parse(out) === null ? 'nothing' : 'allow';
  if (exitCode === 2) return 'invalid_input'; // told before anything is asked
  return (JSON.parse(err) as { readonly code?: string }).code ?? err;
};

const DOORS: Readonly<Record<'mcp' | 'rest' | 'cli', Ask>> = { mcp: viaMcp, rest: viaRest, cli: viaCommandLine };
const NAMES = ['mcp', 'rest', 'cli'] as const;

const TOOLS = catalogueToRead().entries.filter(({ action }) => action.doors.some((door) => door !== 'webhook'));

/** The example in a tenant of its own, through one door, as the least of those who may call it. */
async function asked(entry: CatalogueEntry, door: Ask, inputOf: (at: Tenant) => Input | Promise<Input>) {
  nextMinute(t);
  const at = await openTenant(t);
  const by = leastOf(entry, at);
  const token = entry.action.access === 'audit:read' ? await auditors() : tokenOf(by, at);
  return door(entry, token, { ...(await inputOf(at)), ...naming(entry, by, at) });
}

/** Of the platform: once there are people, as the examples have made them, the orchestrator reads the log no more. */
const auditors = async () => (await signedIn(t.house, 'auditor', PLATFORM_ORG)).signed.accessToken;

it.for(TOOLS.map((entry) => entry.tool))('%s succeeds and is refused over every door', async (tool) => {
  const entry = TOOLS.find((one) => one.tool === tool)!;
  const example = exampleOf(entry.action.name);
  for (const name of NAMES.filter((one) => entry.action.doors.includes(one))) {
    expect(await asked(entry, DOORS[name], example.valid), `${tool} over ${name}`).toBe('allow');
    expect(await asked(entry, DOORS[name], example.refused.input), `${tool} over ${name}`).toBe(example.refused.code);
  }
});

it('the table of tools is the committed one', () => {
  const rows = TOOLS.map(({ tool, path, action }) => [
    tool,
    path,
    action.access,
    NAMES.filter((door) => action.doors.includes(door)).join(' '),
    exampleOf(action.name).refused.code,
  ]);
  committed(
    new URL('./tools.txt', import.meta.url),
    `# Every tool, its route, the right that it asks for, and the refusal that is tried over every door.\n${table([
      ['tool', 'route', 'right', 'doors', 'refused'],
      ...rows,
    ])}\n`,
    'UPDATE_MATRIX',
  );
});
