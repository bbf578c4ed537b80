/** Bad input, as a table over both doors: each a clear refusal with its code, none a fault of ours. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AGENT, type Answer, ask, JSON_TYPE, listening, MAX_BODY_BYTES } from './fixture.ts';

let door: Awaited<ReturnType<typeof listening>>;
const endings: (() => Promise<void>)[] = [];
beforeAll(async () => {
  door = await listening({}, (end) => endings.push(end));
});
afterAll(() => Promise.all(endings.map((end) => end())));
afterEach(() => expect(door.faults).toEqual([]));

/** Input of `demo.note_down`: title (one line, at most 200), text (prose), count (0 to 1000), tags (at most 3). */
const FIELDS: readonly (readonly [string, string, string, string])[] = [
  ['a number for text', '{"title":1}', 'invalid_input', 'title'],
  ['text for a number', '{"title":"a","count":"1"}', 'invalid_input', 'count'],
  ['an object for text', '{"title":{"$ne":null}}', 'invalid_input', 'title'],
  ['null for text', '{"title":null}', 'invalid_input', 'title'],
  ['text for a list', '{"title":"a","tags":"b"}', 'invalid_input', 'tags'],
  ['a wrong item in a list', '{"title":"a","tags":["b",2]}', 'invalid_input', 'tags.1'],
  ['text for a flag of the envelope', '{"title":"a","dryRun":"yes"}', 'invalid_input', 'dryRun'],
  ['a missing field', '{}', 'invalid_input', 'title'],
  ['an unknown field', '{"title":"a","admin":true}', 'invalid_input', ''],
  ['a blank name', '{"title":"  "}', 'invalid_input', 'title'],
  ['too many items', '{"title":"a","tags":["a","b","c","d"]}', 'invalid_input', 'tags'],
  ['a line break in a name', '{"title":"a\\r\\nBcc: b"}', 'invalid_input', 'title'],
  ['NUL in prose', '{"title":"a","text":"a\\u0000b"}', 'invalid_input', 'text'],
  ['an escape character in a name', '{"title":"a\\u001b[2J"}', 'invalid_input', 'title'],
  ['a turn of the writing direction', '{"title":"a\\u202eb"}', 'invalid_input', 'title'],
  ['a number above the limit', '{"title":"a","count":1001}', 'invalid_input', 'count'],
  ['a number above what can be counted', '{"title":"a","count":1e300}', 'invalid_input', 'count'],
  ['a negative number', '{"title":"a","count":-1}', 'invalid_input', 'count'],
  ['a fraction', '{"title":"a","count":0.5}', 'invalid_input', 'count'],
  ['a string above its limit', `{"title":"${'x'.repeat(201)}"}`, 'invalid_input', 'title'],
  [
    'a string of a megabyte and one byte',
    `{"title":"a","text":"${'x'.repeat(1024 * 1024 + 1)}"}`,
    'invalid_input',
    'text',
  ],
  ['an id of another kind', '{"title":"a","agentId":"org_1"}', 'invalid_input', 'agentId'],
  ['an attack in a structural field', '{"title":"x\' OR \'1\'=\'1"}', 'unsafe_input', 'title'],
];

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

/** What is wrong with the body as such; the action never sees it. */
const BODIES: readonly (readonly [string, string | Uint8Array, Record<string, string>, number, string])[] = [
  ['nothing', '', {}, 400, 'invalid_input'],
  ['no JSON', '{title:1}', {}, 400, 'invalid_input'],
  ['JSON that ends early', '{"title":"a"', {}, 400, 'invalid_input'],
  ['two values', '{} {}', {}, 400, 'invalid_input'],
  ['invalid UTF-8', bytes('{"title":"', [0xff, 0xfe], '"}'), {}, 400, 'invalid_input'],
  ['an overlong encoding', bytes('{"title":"', [0xc0, 0xaf], '"}'), {}, 400, 'invalid_input'],
  ['a byte-order mark', bytes([0xef, 0xbb, 0xbf], '{"title":"a"}'), {}, 400, 'invalid_input'],
  ['half a character', '{"title":"\\ud800"}', {}, 400, 'invalid_input'],
  ['deep nesting', deep(33), {}, 400, 'invalid_input'],
  ['nesting without end', '['.repeat(1_000_000), {}, 400, 'invalid_input'],
  ['a number that is none', '{"count":1e999}', {}, 400, 'invalid_input'],
  ['a way to a prototype', '{"__proto__":{"admin":true}}', {}, 400, 'invalid_input'],
  ['too much', `"${'x'.repeat(MAX_BODY_BYTES)}"`, {}, 413, 'payload_too_large'],
  [
    'too much in chunks',
    `"${'x'.repeat(MAX_BODY_BYTES)}"`,
    { 'transfer-encoding': 'chunked' },
    413,
    'payload_too_large',
  ],
  ['no type', '{"title":"a"}', { 'content-type': '' }, 415, 'unsupported_media_type'],
  ['a form', 'title=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
  ['text', '{"title":"a"}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
  [
    'another character set',
    '{"title":"a"}',
    { 'content-type': 'application/json; charset=utf-16' },
    415,
    'unsupported_media_type',
  ],
  ['compressed JSON', '{"title":"a"}', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
];

const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(door.port, path, {
    headers: { ...JSON_TYPE, ...AGENT, accept: 'application/json, text/event-stream', ...headers },
    body,
  });

describe('over REST', () => {
  const path = '/api/v1/demo/note-down';

  it.for(FIELDS)('%s is refused', async ([, body, code, at]) => {
    const { status, json } = await post(path, body);
    expect([status, json.code]).toEqual([400, code]);
    const told = code === 'invalid_input' ? json.errors : [{ path: json.detail.split(':')[0], message: 'x' }];
    expect(told).toContainEqual({ path: at, message: expect.stringMatching(/./) });
  });

  it.for(['[]', '"a"', '1', 'true'])('a body that is %s, no object, is refused', async (body) => {
    expect(await post(path, body)).toMatchObject({ status: 400, json: { code: 'invalid_input' } });
  });

  it.for(BODIES)('%s is refused', async ([, body, headers, status, code]) => {
    const answer = await post(path, body, headers);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.text.length).toBeLessThan(2_000); // nothing of the body comes back
  });

  it('a body that does not arrive in time is refused', async () => {
    const hasty = await listening({ settings: { requestTimeoutMs: 50 } });
    const answer = await ask(hasty.port, path, {
      headers: { ...JSON_TYPE, ...AGENT, 'content-length': '10' },
      body: '{',
      open: true,
    });
    expect(answer).toMatchObject({
      status: 408,
      json: { code: 'request_timeout', detail: expect.stringContaining('50 ms') },
    });
  });
});

describe.for([
  ['the lane', true],
  ['the SDK', false],
] as const)('over MCP through %s', ([, thinLane]) => {
  let mcp: typeof door;
  beforeAll(async () => {
    mcp = await listening({ thinLane }, (end) => endings.push(end));
  });
  const call = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    ask(mcp.port, '/mcp', {
      headers: { ...JSON_TYPE, ...AGENT, accept: 'application/json, text/event-stream', ...headers },
      body,
    });
  const tool = (input: string) =>
    call(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo_note_down","arguments":${input}}}`);

  it.for(FIELDS)('%s is a tool error', async ([, body, code, at]) => {
    const { status, json } = await tool(body);
    const { isError, structuredContent, content } = json.result;
    expect([status, isError, structuredContent.code]).toEqual([200, true, code]);
    if (code === 'invalid_input')
      expect(structuredContent.errors).toContainEqual({ path: at, message: expect.stringMatching(/./) });
    expect(content[0].text).toContain(code);
  });

  it.for(BODIES)('%s is refused', async ([, body, headers, status, code]) => {
    const { json, ...answer } = await call(body, headers);
    expect([answer.status, json.error.data.code, json.id]).toEqual([status, code, null]);
    expect(json.error.code).toBe(status === 400 ? -32_700 : -32_000);
    expect(mcp.faults).toEqual([]);
  });
});
