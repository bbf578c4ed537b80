/** Every check of a configuration has a file that it refuses, and says where and why without repeating what stands there. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Parsed, parseConfig } from '../../../src/swarm/config/parse.ts';
import { problemLine } from '../../../src/swarm/config/problem.ts';
import type { SwarmSource } from '../../../src/swarm/config/schema.ts';
import { CONTEXT, PROMPT, small, text, whole } from './swarms.ts';

const read = (source: string, context = CONTEXT): Parsed => parseConfig(source, context);
const lines = (source: string, context = CONTEXT) => read(source, context).problems.map(problemLine);

test('a configuration with everything in it is good', () => {
  expect(lines(text(whole()))).toEqual([]);
  expect(read(text(whole()))).toMatchObject({ ok: true });
});

test('YAML and JSON that say the same have one hash', () => {
  const yaml = `
swarm: { name: bakery }   # a remark
models: [{ alias: large, provider: scripted, model: a-script }]
agents:
  - model: large
    name: front-desk
    description: Talks to customers.
    prompt: "${PROMPT}"
`;
  const [one, other] = [read(yaml), read(text(small()))];
  expect(one.ok && other.ok && one.hash === other.hash).toBe(true);
});

/** What is done to a good configuration, and what is told. */
type Case = [name: string, spoil: (source: Any) => void, says: RegExp];
// biome-ignore lint/suspicious/noExplicitAny: configurations that are wrong have no type
type Any = any;

const CASES: readonly Case[] = [
  ['an unknown field', (s) => Object.assign(s.agents[0], { promt: 'x' }), /agents\.0: has a field that nobody knows/],
  ['a missing name', (s) => delete s.swarm.name, /swarm\.name: is missing/],
  ['a name with capitals', (s) => (s.agents[1].name = 'Orders'), /agents\.1\.name: must be lower-case/],
  ['two agents of one name', (s) => (s.agents[1].name = 'front-desk'), /agents\.1\.name: is taken/],
  ['two models of one alias', (s) => (s.models[1].alias = 'large'), /models\.1\.alias: is taken/],
  ['two tools of one name', (s) => (s.tools[1].name = 'files'), /tools\.1\.name: is taken/],
  ['a peer that is not there', (s) => s.agents[0].peers.push('nobody'), /agents\.0\.peers\.3: is no agent/],
  ['a model that is not there', (s) => (s.agents[0].model = 'huge'), /agents\.0\.model: is no model/],
  ['a fallback that is not there', (s) => (s.models[0].fallback = ['huge']), /fallback\.0: is no model/],
  ['a fallback on itself', (s) => (s.models[0].fallback = ['large']), /fallback\.0: leads back/],
  ['fallbacks in a circle', (s) => (s.models[1].fallback = ['large']), /models\.1\.fallback\.0: leads back/],
  ['an action that is not there', (s) => (s.agents[1].tools = ['comms.fly']), /agents\.1\.tools\.0: is no tool/],
  ['every action of a room', (s) => (s.agents[1].tools = ['comms.*']), /agents\.1\.tools\.0: is no tool/],
  ['an HTTP tool with a part', (s) => (s.agents[1].tools = ['weather.now']), /agents\.1\.tools\.0: is no tool/],
  ['a server without a part', (s) => (s.agents[1].tools = ['files']), /agents\.1\.tools\.0: is no tool/],
  ['a tool of the policies', (s) => (s.policies.approvals.tools = ['fly']), /approvals\.tools\.0: is no tool/],
  ['a tool that hides a room', (s) => (s.tools[0].name = 'comms'), /tools\.0\.name: is the name of a room/],
  ['a mind without a prompt', (s) => delete s.agents[0].prompt, /agents\.0\.prompt: is missing/],
  ['a mind without a model', (s) => delete s.agents[0].model, /agents\.0\.model: is missing/],
  ['a mind with a worker', (s) => (s.agents[0].worker = s.agents[3].worker), /agents\.0\.worker: does not belong/],
  ['a worker without an address', (s) => delete s.agents[3].worker, /agents\.3\.worker: is missing/],
  ['a worker with a prompt', (s) => (s.agents[3].prompt = 'x'), /agents\.3\.prompt: does not belong/],
  [
    'a worker over plain HTTP',
    (s) => (s.agents[3].worker.url = 'http://oven.example.com'),
    /worker\.url: must begin with https/,
  ],
  [
    'a password in an address',
    (s) => (s.agents[3].worker.url = 'https://a:b@oven.example.com'),
    /worker\.url: must not hold/,
  ],
  [
    'an address that is none',
    (s) => (s.agents[3].worker.url = 'ftp://oven.example.com'),
    /worker\.url: must be an address/,
  ],
  ['a secret in the file', (s) => (s.agents[3].worker.secret = 'hunter2'), /worker\.secret: must name one source/],
  ['a handler that nobody wrote', (s) => (s.agents[2].name = 'times'), /agents\.2\.name: has no handler/],
  ['a handler with a model', (s) => (s.agents[2].model = 'large'), /agents\.2\.model: does not belong/],
  [
    'two names for one agent',
    (s) => [0, 1].map((i) => Object.assign(s.agents[i], { agentId: 'agt_1' })),
    /agents\.1\.agentId: is bound/,
  ],
  ['an id that is none', (s) => (s.agents[0].agentId = 'front'), /agents\.0\.agentId/],
  ['a key with two sources', (s) => (s.models[0].keys[0].secret = 'x'), /keys\.0: must have one source/],
  ['a key without a source', (s) => delete s.models[0].keys[0].apiKeyEnv, /keys\.0: must have one source/],
  ['two keys of one name', (s) => (s.models[0].keys[1].name = 'main'), /keys\.1\.name: is taken/],
  [
    'a key that ends before it begins',
    (s) => (s.models[0].keys[1].until = '2026-11-01T00:00:00Z'),
    /keys\.1\.until: is not after/,
  ],
  ['a key too small', (s) => (s.models[0].keys[0].tokensPerMinute = 100), /keys\.0\.tokensPerMinute: is less/],
  ['a provider without a key', (s) => (s.models[0].keys = []), /models\.0\.keys: is missing/],
  ['a provider without an address', (s) => delete s.models[1].baseUrl, /models\.1\.baseUrl: is missing/],
  [
    'a provider over plain HTTP',
    (s) => (s.models[1].baseUrl = 'http://192.168.0.1/v1'),
    /models\.1\.baseUrl: must begin/,
  ],
  ['a script of a real provider', (s) => (s.models[0].script = 'x'), /models\.0\.script: belongs/],
  ['keys of a script', (s) => Object.assign(s.models[0], { provider: 'scripted' }), /models\.0\.keys: do not belong/],
  ['more output than context', (s) => (s.models[0].contextTokens = 100), /maxOutputTokens: is more/],
  ['a bucket too small', (s) => (s.models[0].tokensPerMinute = 100), /models\.0\.tokensPerMinute: is less/],
  ['money without a price', (s) => delete s.models[0].price, /models\.0\.price: is missing/],
  ['money without the fallback’s price', (s) => delete s.models[1].price, /models\.1\.price: is missing/],
  ['an amount that is none', (s) => (s.swarm.limits.usdPerDay = '5 dollars'), /usdPerDay: must be US dollars/],
  [
    'more a thread than a day',
    (s) => (s.agents[0].limits.tokensPerThread = 60_000),
    /limits\.tokensPerThread: is more than tokensPerDay/,
  ],
  [
    'more dollars a thread than a day',
    (s) => (s.agents[0].limits.usdPerThread = 2),
    /usdPerThread: is more than usdPerDay/,
  ],
  ['more a user than all', (s) => (s.swarm.limits.tokensPerUserPerDay = 200_000), /tokensPerUserPerDay: is more/],
  ['more dollars a user than all', (s) => (s.swarm.limits.usdPerUserPerDay = 9), /usdPerUserPerDay: is more/],
  ['a limit of nothing', (s) => (s.agents[0].limits.maxSteps = 0), /limits\.maxSteps/],
  ['a program and an address', (s) => (s.tools[0].url = 'https://x.example.com'), /tools\.0: must be either/],
  [
    'a server over plain HTTP',
    (s) => (s.tools[0] = { name: 'files', kind: 'mcp', url: 'http://x.example.com' }),
    /tools\.0\.url: must begin/,
  ],
  [
    'a credential of a program',
    (s) => (s.tools[0].credential = { env: 'X' }),
    /tools\.0\.credential: goes to an address/,
  ],
  [
    'variables of an address',
    (s) => Object.assign(s.tools[0], { command: undefined, url: 'https://x.example.com' }),
    /tools\.0\.env: goes to a program/,
  ],
  [
    'a tool that passes for an action',
    (s) => (s.tools[1].name = 'comms_send_message'),
    /tools\.1\.name: is what models/,
  ],
  ['for one that no agent has', (s) => (s.tools[1].name = 'swarm_kill_thread'), /tools\.1\.name: is what models/],
  ['a tool that passes for a peer', (s) => (s.tools[1].name = 'ask_orders'), /tools\.1\.name: is what models/],
  ['a server whose tools would', (s) => (s.tools[0].name = 'ask_files'), /tools\.0\.name: is what models/],
  ['a server whose tools may pass for actions', (s) => (s.tools[0].name = 'odd'), /tools\.0\.name: is what models/],
  ['a kind of tool that is none', (s) => (s.tools[0].kind = 'soap'), /tools\.0\.kind/],
  ['every domain', (s) => (s.tools[1].domains = ['*']), /domains\.0: must be a domain/],
  ['every domain of a country', (s) => (s.tools[1].domains = ['*.com']), /domains\.0: must be a domain/],
  ['an address for a domain', (s) => (s.tools[1].domains = ['10.0.0.1']), /domains\.0: must be a domain/],
  ['a domain with a port', (s) => (s.tools[1].domains = ['api.example.com:80']), /domains\.0: must be a domain/],
  [
    'a schema from the network',
    (s) => (s.agents[0].input = { $ref: 'https://example.com/s.json' }),
    /input\.\$ref: must be a schema within/,
  ],
  [
    'a schema with a typing mistake',
    (s) => (s.agents[0].input = { type: 'object', requird: ['a'] }),
    /agents\.0\.input: has a keyword/,
  ],
  [
    'a pattern that takes for ever',
    (s) => (s.agents[0].input = { type: 'string', pattern: '^(a+)+$' }),
    /input\.pattern: repeats what itself repeats/,
  ],
];

test.each(CASES)('refuses %s, and says where', (_, spoil, says) => {
  const source = structuredClone(whole());
  spoil(source);
  const { ok, problems } = read(text(source));
  expect(ok).toBe(false);
  expect(problems.map((one) => problemLine({ ...one, at: null })).join('\n')).toMatch(says);
  expect(problems.every(({ at }) => at !== null)).toBe(true);
});

test('tells all that is wrong at once, in the order of the text, with line and column', () => {
  const source = [
    'swarm: { name: bakery }',
    'models: [{ alias: large, provider: scripted, model: x }]',
    'agents:',
    '  - name: a',
    '    description: One.',
    '    prompt: p',
    '    model: larger',
    '    peers: [a, b]',
    '  - name: a',
    '    description: Two.',
    '    kind: remote',
  ].join('\n');
  expect(lines(source)).toEqual([
    '7:5 agents.0.model: is no model of this configuration; name the alias of one under models.',
    '8:16 agents.0.peers.1: is no agent of this configuration.',
    '9:5 agents.1.name: is taken by another one above; give it a name of its own.',
    '9:5 agents.1.worker: is missing: an agent of kind remote needs it.',
  ]);
});

test('warns of what may be meant', () => {
  const source = whole() as Any;
  source.agents[0].peers.push('orders');
  source.agents[0].limits.tokensPerDay = 200_000;
  expect(read(text(source))).toMatchObject({ ok: true, problems: [{ is: 'warning' }, { is: 'warning' }] });
  expect(lines(text(whole()), { ...CONTEXT, handlers: null })).toMatchObject([/handler of that name in the server/]);
});

describe('the text itself', () => {
  const good =
    'swarm: {name: a}\nagents: [{name: a, description: b, prompt: c, model: d}]\nmodels: [{alias: d, provider: scripted, model: x}]\n';
  test.each([
    ['a key twice', `${good}models: []\n`, /^4:1 This field stands here twice/],
    ['a key twice in JSON', '{"swarm":{"name":"a"},"swarm":{}}', /^1:23 This field stands here twice/],
    ['a merge key', `x: &x {a: 1}\n${good}y: {<<: *x}`, /Merge keys/],
    ['a tag', good.replace('prompt: c', 'prompt: !!js/function c'), /Tags/],
    ['a tag of one’s own', good.replace('prompt: c', 'prompt: !env HOME'), /Tags/],
    ['a prototype', `${good}__proto__: {a: 1}`, /no name for a field/],
    ['a key that is a list', `${good}? [a, b]\n: c`, /plain text/],
    ['two documents', `${good}---\n${good}`, /one document/],
    ['a bracket that stays open', '{"swarm": [', /./],
    ['tabs', 'swarm:\n\tname: a', /tabs|indentation|YAML/],
    ['nothing', '', /Expected object|expected object|missing/i],
    ['an alias of nothing', good.replace('prompt: c', 'prompt: *c'), /alias/],
    ['depth in brackets', '['.repeat(400_000), /nested too deeply/],
    ['depth in dashes', `${'- '.repeat(100_000)}a`, /nested too deeply|too many parts/],
    ['too many parts', `[${'1,'.repeat(300_000)}1]`, /too many parts/],
    ['length', `a: ${'x'.repeat(900_001)}`, /longer than/],
    ['NUL', good.replace('prompt: c', 'prompt: "\\0"'), /NUL/],
    ['half a character', good.replace('prompt: c', 'prompt: "\\ud800"'), /half a character/],
    ['an infinite number', good.replace('{name: a}', '{name: a, limits: {depth: .inf}}'), /depth/],
  ])('refuses %s', (_, source, says) => {
    expect(lines(source).join('\n')).toMatch(says);
  });

  test('aliases stand for what they name, and do not multiply', () => {
    const shared = good
      .replace('prompt: c', 'prompt: &p c')
      .replace('}]\nmodels', '}, {name: e, description: f, prompt: *p, model: d}]\nmodels');
    expect(read(shared)).toMatchObject({ ok: true });
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      bomb.push(
        `${'abcdefghijkl'[i]}: &${'abcdefghijkl'[i]} [${Array(9)
          .fill(`*${'abcdefghijkl'[i - 1]}`)
          .join(', ')}]`,
      );
    expect(lines(bomb.join('\n')).join('\n')).toMatch(/alias|too large/);
  });

  test('no problem repeats what stands there, however a prompt slipped', () => {
    const slips = [
      `agents:\n  - prompt: |\n    ${PROMPT}\n`,
      `agents:\n- {prompt: ${PROMPT}, name: a}`,
      `${PROMPT}`,
      `swarm: {name: "${PROMPT}"}`,
      `swarm: &${PROMPT.slice(0, 12)} *CANARY`,
      `"${PROMPT}": 1\n"${PROMPT}": 2`,
      text({ ...small(), [PROMPT]: 1 }),
      text({ ...small(), tools: [{ name: 'x', kind: PROMPT }] }),
      text({
        ...small(),
        agents: [
          {
            ...small().agents[0],
            peers: [PROMPT],
            tools: [PROMPT],
            model: PROMPT,
            input: { [PROMPT]: 1, pattern: PROMPT },
          },
        ],
      }),
      text({
        ...small(),
        agents: [{ ...small().agents[0], tools: [PROMPT], input: { [PROMPT]: 1, pattern: `(${PROMPT}` } }],
      }),
    ];
    for (const slip of slips) {
      const { ok, problems } = read(slip);
      expect(ok).toBe(false);
      expect(JSON.stringify(problems)).not.toContain('CANARY');
    }
  });
});

test('a swarm of 1 000 agents is checked', () => {
  const source: SwarmSource = {
    ...small(),
    agents: Array.from({ length: 1_000 }, (_, i) => ({
      ...small().agents[0]!,
      name: `a${i}`,
      peers: [`a${(i + 1) % 1_000}`],
    })),
  };
  expect(read(text(source))).toMatchObject({ ok: true });
});

test('the example of docs/swarm-config.md is good', () => {
  const page = readFileSync(new URL('../../../docs/swarm-config.md', import.meta.url), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  expect(lines(example)).toEqual([]);
});
