import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { launch, type Ran, sallyport, temporaryFolder } from './command-line.ts';

const AGENTS = relative(process.cwd(), join(import.meta.dirname, 'voice-agents'));
const agentFile = (name: string) => join(AGENTS, name);

/** Node keeps what it compiled, so that the next command starts in half the time. */
const CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'sallyport-test-compile-cache') };

type Environment = Readonly<Record<string, string>>;

const voice = (argv: readonly string[], environment: Environment = {}, stdin = ''): Promise<Ran> =>
  sallyport(['voice', ...argv], { ...CACHE, ...environment }, stdin);

const json = ({ out }: Ran) => JSON.parse(out);

/** A test's own: tests that run at the same time do not share the global one. */
type AtEnd = (clean: () => void) => void;

/** A file of that text, in a folder of its own. */
function written(name: string, text: string, atEnd: AtEnd): string {
  const folder = temporaryFolder();
  atEnd(() => folder[Symbol.dispose]());
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe.concurrent('list', () => {
  test('list-agents tells the agents of a file that serves at its end, which does not listen; prints of the file are no output', async ({
    expect,
    onTestFinished,
  }) => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const ran = await voice(['list-agents', agentFile('front-desk.ts')], { FRONT_DESK_PORT: String(port) });
    expect([ran.code, ran.err]).toEqual([0, 'a file prints while it is loaded\n']);
    const functions = ['book_table', 'break_down', 'hours'];
    expect(json(ran)).toEqual({ agents: [{ name: 'front-desk', route: '/', functions, where: 'export agent' }] });
  });

  test('agents of a server that was only run count, and a timer of the file keeps no command from ending', async ({
    expect,
  }) => {
    const { code, out } = await voice(['list-agents', agentFile('chain.ts'), '--output', 'text']);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'agents',
        '  name     route     functions       where',
        '  sales    /sales    weather, order  served (an AgentServer)',
        '  support  /support  help            served (an AgentServer)',
        '',
      ].join('\n'),
    );
  });

  test('list-tools tells parameters, what is required, and what runs elsewhere', async ({ expect }) => {
    const [here, elsewhere, asJson] = await Promise.all([
      voice(['list-tools', agentFile('front-desk.ts'), '--output', 'text']),
      voice(['list-tools', agentFile('chain.ts'), '--agent', 'sales', '--output', 'text']),
      voice(['list-tools', agentFile('chain.ts'), '--agent', '/sales', '--json', '--output', 'text']),
    ]);
    expect(here.out).toContain(
      'book_table  secure\n  Books a table\n  --people     whole number, required: How many\n',
    );
    expect(here.out).toContain('hours  not secure: runs without a token\n');
    expect(elsewhere.out).toContain('weather  runs on the platform\n');
    expect(elsewhere.out).toContain('order  runs at https://orders.example/swaig?token=****\n');
    expect(json(asJson)).toMatchObject({
      agent: 'sales',
      tools: [
        { name: 'weather', runs: 'platform', secure: false },
        { name: 'order', secure: true },
      ],
    });
    expect(JSON.stringify([elsewhere, asJson])).not.toContain('hunter2');
  });
});

describe.concurrent('dump', () => {
  test('gives the script of that call, configured for it, without tokens and passwords', async ({ expect }) => {
    const argv = ['dump', agentFile('front-desk.ts'), '--from', '+15555550123', '--query', 'language=fr'];
    const ran = await voice(argv);
    expect(ran.code).toBe(0);
    const { ai } = json(ran).sections.main[1];
    expect(ai.global_data).toEqual({ from: '+15555550123', language: 'fr' });
    expect(ai.SWAIG.functions[0].web_hook_url).toBe('http://platform:****@localhost:3000/swaig?__token=****');
    expect(ran.out).not.toContain('pass');
  });

  test('--show-secrets shows them, and --body has its say', async ({ expect }) => {
    const argv = ['dump', agentFile('front-desk.ts'), '--body', '-', '--show-secrets'];
    const ran = await voice(argv, {}, '{"call": {"from": "+15555550124"}}');
    const { ai } = json(ran).sections.main[1];
    expect(ai.global_data.from).toBe('+15555550124');
    expect(ai.SWAIG.functions[0].web_hook_url).toMatch(
      /^http:\/\/platform:pass%20word@localhost:3000\/swaig\?__token=.{60}/,
    );
  });

  test('--simulate gives the platform’s answer, secrets hidden in its body', async ({ expect }) => {
    const [asJson, asText] = await Promise.all([
      voice(['dump', agentFile('front-desk.ts'), '--simulate', 'azure']),
      voice(['dump', agentFile('voicemail.ts'), '--simulate', 'cgi', '--output', 'text']),
    ]);
    const { statusCode, headers, body } = json(asJson);
    expect([statusCode, headers['x-frame-options']]).toEqual([200, 'DENY']);
    expect(JSON.parse(body).sections.main[1].ai.SWAIG.defaults.web_hook_url).toContain('platform:****@');
    expect(asText.out).toMatch(
      /^200 OK\n[\s\S]*\ncontent-type: application\/json[\s\S]*\n\n\{\n {2}"version": "1\.0\.0"/,
    );
  });

  test('a request that the agent refuses is told, with exit code 1', async ({ expect }) => {
    const { code, err } = await voice(['dump', agentFile('voicemail.ts')], { SWML_ALLOWED_HOSTS: 'agent.example.com' });
    expect([code, err]).toEqual([
      1,
      'The agent answered 403 when it was asked for the script: Forbidden: host not allowed\n',
    ]);
  });
});

describe.concurrent('exec', () => {
  test('runs a function with its token, converts its options, and prints its answer alone', async ({ expect }) => {
    const options = ['--people', '4', '--name', 'Miller', '--no-is-outside', '--dishes', 'soup', '--dishes', '7'];
    const ran = await voice(['exec', agentFile('front-desk.ts'), 'book_table', ...options, '--call-id', 'call-1']);
    expect(ran.code).toBe(0);
    expect(json(ran)).toEqual({
      response: '{"people":4,"name":"Miller","isOutside":false,"dishes":["soup","7"]} in call-1',
    });
    expect(ran.err).toContain('a handler prints');
  });

  test('takes --args from standard input, options over them', async ({ expect }) => {
    const argv = ['exec', agentFile('front-desk.ts'), 'book_table', '--args', '-', '--people', '2', '--call-id', 'c'];
    const ran = await voice(argv, {}, '{"people": 1, "name": "Ada"}');
    expect(json(ran)).toEqual({ response: '{"people":2,"name":"Ada"} in c' });
  });

  test.for(['lambda', 'gcf', 'azure', 'cgi'])(
    '--simulate %s asks as that platform’s event: signed, at the public address behind a proxy’s path',
    async (platform, { expect }) => {
      const ran = await voice(['exec', agentFile('voicemail.ts'), 'count', '--by', '4', '--simulate', platform], {
        SWML_PROXY_URL_BASE: 'https://agent.example.com/phone',
        SWML_ALLOWED_HOSTS: 'agent.example.com',
        SIGNALWIRE_SIGNING_KEY: 'a signing key',
      });
      expect([ran.code, ran.err]).toEqual([0, '']);
      expect(json(ran)).toMatchObject({ statusCode: 200, body: '{"response":"Counted by 4."}' });
    },
  );

  test('a function that fails is exit code 1 with its message and line, never a stack', async ({ expect }) => {
    const { code, out, err } = await voice(['exec', agentFile('front-desk.ts'), 'break_down']);
    expect(code).toBe(1);
    expect(out).toContain('something went wrong');
    expect(err).toMatch(
      /break_down failed:\n {2}Error: no such table\n {2}at test\/cli\/voice-agents\/front-desk\.ts:\d+\n$/,
    );
    expect(err).not.toContain('node_modules');
  });

  test('arguments that do not fit are exit code 1, with the words that the model gets', async ({ expect }) => {
    const argv = ['exec', agentFile('front-desk.ts'), 'book_table', '--people', '40', '--name', 'x'];
    const { code, out, err } = await voice(argv);
    expect(code).toBe(1);
    expect(out).toContain('40 is greater than 12');
    expect(err).toContain("book_table did not run: its arguments don't fit its parameters.\n");
  });

  test.for([
    ['chain.ts', ['weather', '--agent', 'sales'], 'weather runs on the platform (a DataMap)'],
    ['chain.ts', ['order', '--agent', 'sales'], 'order runs elsewhere, at https://orders.example/swaig?token=****'],
    ['chain.ts', ['help'], 'choose one with --agent, by its name or route.\n  sales  /sales\n  support  /support\n'],
    ['chain.ts', ['help', '--agent', 'nobody'], 'has no agent with the name or route nobody. There are:\n  sales'],
    ['front-desk.ts', ['nothing'], 'no function nothing.\nIt has: book_table, break_down, hours.\n'],
  ] as const)('%s %j is exit code 2 and says why', async ([file, argv, says], { expect }) => {
    const { code, out, err } = await voice(['exec', agentFile(file), ...argv]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });
});

describe.concurrent('a bad file is told in sentences', () => {
  test.for([
    ['throws.ts', 2, '{} failed while it was loaded:\n  Error: the database is away\n  at {}:2\n'],
    [
      'bad-option.ts',
      2,
      '{} failed while it was loaded:\n  "what is this" is no route: use letters, digits and - . _ ~ between slashes.\n  at {}:3\n',
    ],
    [
      'no-agent.ts',
      2,
      "{} exports no agent and serves none.\nAdd to it: export const agent = new AgentBase({ name: 'my-agent' });\n",
    ],
    [
      'only-a-class.ts',
      2,
      '{} exports the class Concierge, but no agent.\nAdd to it: export const agent = new Concierge();\n',
    ],
    ['waits.ts', 2, '{} waits for something that never comes: look for an await at its top level.\n'],
    ['rejects-later.ts', 1, '{} failed in the background:\n  Error: nobody waited for this\n  at {}:4\n'],
    ['gone.ts', 2, 'There is no file {}.\n'],
  ] as const)('%s', async ([name, expected, says], { expect }) => {
    const { code, out, err } = await voice(['list-agents', agentFile(name)]);
    expect([code, out, err]).toEqual([expected, '', says.replaceAll('{}', agentFile(name))]);
  });

  test.for([
    ['a.ts', 'export const a = 1;\n\nexport const b = = 2;\n', '{}:3: Expression expected.\n  export const b = = 2;\n'],
    [
      'a.mjs',
      'export const a = 1;\n\nexport const b = = 2;\n',
      "{}:3: Unexpected token '='.\n  export const b = = 2;\n",
    ],
    [
      'a.mts',
      'enum A { B }\n',
      '{}:1: TypeScript enum is not supported in strip-only mode.\n  enum A { B }\nNode runs TypeScript by taking its types away',
    ],
    ['a.ts', "import 'sallyport';\n", 'sallyport is not installed where {} is: run npm install sallyport there.\n'],
    ['a.ts', "throw 'a string';\n", "{} failed while it was loaded:\n  'a string'\n"],
  ] as const)('%s: %j', async ([name, text, says], { expect, onTestFinished }) => {
    const path = written(name, text, onTestFinished);
    const { code, err } = await voice(['list-agents', path]);
    expect(code).toBe(2);
    expect(err.startsWith(says.replaceAll('{}', path))).toBe(true);
    expect(err).not.toContain('node:internal');
  });

  test('a malformed setting says which', async ({ expect }) => {
    const { code, err } = await voice(['list-agents', agentFile('voicemail.ts')], { SWML_RATE_LIMIT: 'many' });
    expect(code).toBe(2);
    expect(err).toMatch(/failed while it was loaded:\n {2}SWML_RATE_LIMIT must be a whole number/);
  });

  test('another copy of the SDK is named, and the file is not run', async ({ expect, onTestFinished }) => {
    const path = written('agent.mjs', "import 'sallyport';\nconsole.log('it runs');\n", onTestFinished);
    const copy = join(dirname(path), 'node_modules', 'sallyport');
    mkdirSync(copy, { recursive: true });
    writeFileSync(join(copy, 'package.json'), '{"name":"sallyport","type":"module","exports":"./index.js"}');
    writeFileSync(join(copy, 'index.js'), '');
    const { code, err } = await voice(['list-agents', path]);
    expect(code).toBe(2);
    expect(err).toContain(`brings another copy of the SDK: ${join(copy, 'index.js')}`);
    expect(err).not.toContain('it runs');
  });
});

describe.concurrent('serve', () => {
  test('serves several agents at their routes, tells where and who, shows no password, and ends on Ctrl-C', async ({
    expect,
    onTestFinished,
  }) => {
    const { agents, output, end } = await served(
      [agentFile('chain.ts'), '--port', '0', '--host', '127.0.0.1'],
      onTestFinished,
    );
    expect(agents).toMatchObject([
      { name: 'sales', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/sales$/), user: 'sales' },
      { name: 'support', user: 'support', passwordFrom: expect.stringContaining('made at random') },
    ]);
    expect((await fetch(agents[0].url)).status).toBe(401);
    expect((await fetch(new URL('/health', agents[0].url))).status).toBe(200);
    expect(output()).not.toMatch(/[0-9a-f]{32}/);
    expect(await end('SIGINT')).toBe(0);
  });

  test('serves one agent where its file says, with its credentials', async ({ expect, onTestFinished }) => {
    const { agents, end } = await served([agentFile('front-desk.ts')], onTestFinished);
    const [{ url, passwordFrom }] = agents;
    expect(passwordFrom).toBe('basicAuth in the file');
    const authorization = `Basic ${btoa('platform:pass word')}`;
    // biome-ignore lint/suspicious/noExplicitAny: as below
    const script: any = await (await fetch(url, { headers: { authorization } })).json();
    expect(script.sections.main[1].ai.SWAIG.defaults.web_hook_url).toBe(
      `${url.replace('://', '://platform:pass%20word@')}/swaig`,
    );
    expect(await end('SIGTERM')).toBe(0);
  });

  test('a port that is taken is a sentence and exit code 2', async ({ expect, onTestFinished }) => {
    const { agents, end } = await served(
      [agentFile('voicemail.ts'), '--port', '0', '--host', '127.0.0.1'],
      onTestFinished,
    );
    const { port } = new URL(agents[0].url);
    const second = await voice(['serve', agentFile('voicemail.ts'), '--port', port, '--host', '127.0.0.1']);
    expect([second.code, second.err]).toEqual([
      2,
      `Port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another port.\n`,
    ]);
    await end('SIGTERM');
  });
});

/** `voice serve`, once it has told its agents. */
async function served(argv: readonly string[], atEnd: AtEnd) {
  const child = launch(['voice', 'serve', ...argv], CACHE);
  atEnd(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  let out = '';
  let all = '';
  child.stderr!.on('data', (part) => {
    all += part;
  });
  // biome-ignore lint/suspicious/noExplicitAny: what it tells is what the tests look at
  const told = await new Promise<any>((resolve, reject) => {
    child.stdout!.on('data', (part) => {
      out += part;
      all += part;
      if (out.endsWith('}\n')) resolve(JSON.parse(out));
    });
    closed.then(() => reject(new Error(`it did not serve: ${all}`)));
  });
  return {
    agents: told.agents,
    output: () => all,
    async end(signal: NodeJS.Signals): Promise<number | null> {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}

test('the help is enough to work with', async () => {
  const [whole, one] = await Promise.all([voice(['--help']), voice(['exec', '--help'])]);
  for (const name of ['list-agents', 'list-tools', 'dump', 'exec', 'serve'])
    expect(whole.out).toContain(`\n  ${name} `);
  expect(whole.out).toContain('voice exec agent.ts book_table --people 4 --name Miller');
  expect(one.out).toContain('--call-from <number>');
});
