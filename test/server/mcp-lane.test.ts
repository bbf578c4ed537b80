/**
 * The thin lane against the SDK's own path: one corpus through both, which must answer alike in status, headers and body.
 * The third column says who is expected to serve it, so that neither the lane nor the SDK does more than it should.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainCall } from '../../src/server/mcp/lane.ts';
import { AGENT, type Answer, ask, JSON_TYPE, listening, server } from './fixture.ts';

const META = 'io.modelcontextprotocol/';
const ENVELOPE = {
  [`${META}protocolVersion`]: '2026-07-28',
  [`${META}clientInfo`]: { name: 'test', version: '1' },
  [`${META}clientCapabilities`]: {},
};
const MODERN = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'demo_look',
  accept: 'application/json, text/event-stream',
};
const OLD = { 'mcp-protocol-version': '2025-11-25', accept: 'application/json, text/event-stream' };
const LOOK = { name: 'demo_look', arguments: { what: 'x' } };

type Headers_ = Record<string, string | string[]>;
const without = <T extends object>(object: T, ...names: string[]): T =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name))) as T;
const rpc = (params: unknown, more: object = {}) => ({ jsonrpc: '2.0', id: 7, method: 'tools/call', params, ...more });
const modern = (params: object = LOOK, meta: object = {}, more: object = {}) =>
  rpc({ ...params, _meta: { ...ENVELOPE, ...meta } }, more);
const named = (name: string): Headers_ => ({ ...MODERN, 'mcp-name': name });

const LANE = 'lane';
const SDK = 'sdk';
type Case = readonly [title: string, headers: Headers_, by: typeof LANE | typeof SDK, body: unknown, method?: string];

const CORPUS: readonly Case[] = [
  // 2026-07-28
  ['modern: a call', MODERN, LANE, modern()],
  [
    'modern: a call that is refused',
    named('demo_send'),
    LANE,
    modern({ name: 'demo_send', arguments: { to: 'refused@b.example' } }),
  ],
  [
    'modern: a call that is held',
    named('demo_send'),
    LANE,
    modern({ name: 'demo_send', arguments: { to: 'held@b.example' } }),
  ],
  ['modern: a call with bad input', MODERN, LANE, modern({ name: 'demo_look', arguments: { what: 1, more: true } })],
  ['modern: a call that breaks', MODERN, LANE, modern({ name: 'demo_look', arguments: { what: 'break' } })],
  ['modern: no arguments', MODERN, LANE, modern({ name: 'demo_look' })],
  ['modern: text beyond ASCII', MODERN, LANE, modern({ name: 'demo_look', arguments: { what: 'é😀\u2028' } })],
  ['modern: arguments null', MODERN, SDK, modern({ name: 'demo_look', arguments: null })],
  ['modern: arguments a list', MODERN, SDK, modern({ name: 'demo_look', arguments: [1] })],
  ['modern: arguments text', MODERN, SDK, modern({ name: 'demo_look', arguments: 'x' })],
  ['modern: no params', MODERN, SDK, { jsonrpc: '2.0', id: 7, method: 'tools/call' }],
  ['modern: params a list', MODERN, SDK, rpc([ENVELOPE])],
  ['modern: name missing', without(MODERN, 'mcp-name'), SDK, modern({ arguments: {} })],
  ['modern: name a number', named('5'), SDK, modern({ name: 5 })],
  ['modern: an unknown tool', named('nope'), SDK, modern({ name: 'nope' })],
  ['modern: a tool of another door', named('demo_by_hand'), SDK, modern({ name: 'demo_by_hand' })],
  ['modern: a tool named constructor', named('constructor'), SDK, modern({ name: 'constructor' })],
  ['modern: a tool named __proto__', named('__proto__'), SDK, modern({ name: '__proto__' })],
  ['modern: a tool without the right to it', named('demo_rule'), LANE, modern({ name: 'demo_rule' })],
  ['modern: id text', MODERN, LANE, modern(LOOK, {}, { id: 'abc' })],
  ['modern: id empty text', MODERN, LANE, modern(LOOK, {}, { id: '' })],
  ['modern: id zero', MODERN, LANE, modern(LOOK, {}, { id: 0 })],
  ['modern: id negative', MODERN, LANE, modern(LOOK, {}, { id: -1 })],
  ['modern: id null', MODERN, SDK, modern(LOOK, {}, { id: null })],
  ['modern: id a fraction', MODERN, SDK, modern(LOOK, {}, { id: 1.5 })],
  ['modern: id too large', MODERN, SDK, modern(LOOK, {}, { id: 2 ** 60 })],
  ['modern: id a list', MODERN, SDK, modern(LOOK, {}, { id: [1] })],
  ['modern: id missing', MODERN, SDK, without(modern(), 'id')],
  ['modern: jsonrpc missing', MODERN, SDK, without(modern(), 'jsonrpc')],
  ['modern: jsonrpc 1.0', MODERN, SDK, modern(LOOK, {}, { jsonrpc: '1.0' })],
  ['modern: jsonrpc a number', MODERN, SDK, modern(LOOK, {}, { jsonrpc: 2 })],
  ['modern: another member', MODERN, SDK, modern(LOOK, {}, { extra: 1 })],
  ['modern: a result beside the method', MODERN, SDK, modern(LOOK, {}, { result: {} })],
  ['modern: another parameter', MODERN, SDK, modern({ ...LOOK, task: { ttl: 1 } })],
  ['modern: inputResponses', MODERN, SDK, modern({ ...LOOK, inputResponses: {}, requestState: 'x' })],
  ['modern: a progress token', MODERN, SDK, modern(LOOK, { progressToken: 3 })],
  ['modern: a progress token of a wrong type', MODERN, SDK, modern(LOOK, { progressToken: {} })],
  [
    'modern: tracing',
    MODERN,
    SDK,
    modern(LOOK, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }),
  ],
  ['modern: a log level', MODERN, SDK, modern(LOOK, { [`${META}logLevel`]: 'debug' })],
  ['modern: metadata of its own', MODERN, SDK, modern(LOOK, { 'example.com/x': 1 })],
  ['modern: no client info', MODERN, LANE, rpc({ ...LOOK, _meta: without(ENVELOPE, `${META}clientInfo`) })],
  ['modern: client info that is none', MODERN, SDK, modern(LOOK, { [`${META}clientInfo`]: 'me' })],
  ['modern: client info without a version', MODERN, SDK, modern(LOOK, { [`${META}clientInfo`]: { name: 'a' } })],
  [
    'modern: no client capabilities',
    MODERN,
    SDK,
    rpc({ ...LOOK, _meta: without(ENVELOPE, `${META}clientCapabilities`) }),
  ],
  ['modern: capabilities that are none', MODERN, SDK, modern(LOOK, { [`${META}clientCapabilities`]: 1 })],
  [
    'modern: capabilities of a wrong shape',
    MODERN,
    SDK,
    modern(LOOK, { [`${META}clientCapabilities`]: { elicitation: 'yes' } }),
  ],
  ['modern: version a number', MODERN, SDK, modern(LOOK, { [`${META}protocolVersion`]: 2026 })],
  ['modern: _meta null', MODERN, SDK, rpc({ ...LOOK, _meta: null })],
  ['modern: _meta a list', MODERN, SDK, rpc({ ...LOOK, _meta: [] })],
  ['modern: _meta missing', MODERN, SDK, rpc(LOOK)],
  ['modern: no version header', without(MODERN, 'mcp-protocol-version'), SDK, modern()],
  ['modern: no method header', without(MODERN, 'mcp-method'), SDK, modern()],
  ['modern: no name header', without(MODERN, 'mcp-name'), SDK, modern()],
  ['modern: empty name header', named(''), SDK, modern()],
  ['modern: another version header', { ...MODERN, 'mcp-protocol-version': '2025-11-25' }, SDK, modern()],
  ['modern: another method header', { ...MODERN, 'mcp-method': 'tools/list' }, SDK, modern()],
  ['modern: another name header', named('demo_send'), SDK, modern()],
  ['modern: name header in other case', named('Demo_Look'), SDK, modern()],
  ['modern: name header in base64', named(`=?base64?${btoa('demo_look')}?=`), SDK, modern()],
  ['modern: name header in base64 of another', named(`=?base64?${btoa('demo_send')}?=`), SDK, modern()],
  ['modern: name header twice', { ...MODERN, 'mcp-name': ['demo_look', 'demo_send'] }, SDK, modern()],
  ['modern: version header twice', { ...MODERN, 'mcp-protocol-version': ['2026-07-28', '2026-07-28'] }, SDK, modern()],
  [
    'modern: headers with space around',
    { ...MODERN, 'mcp-name': '  demo_look ', 'mcp-method': ' tools/call ' },
    LANE,
    modern(),
  ],
  ['modern: no Accept', without(MODERN, 'accept'), LANE, modern()],
  ['modern: Accept JSON', { ...MODERN, accept: 'application/json' }, LANE, modern()],
  ['modern: Accept events', { ...MODERN, accept: 'text/event-stream' }, LANE, modern()],
  ['modern: Accept something else', { ...MODERN, accept: 'text/html' }, LANE, modern()],
  ['modern: a session id', { ...MODERN, 'mcp-session-id': 'abc' }, LANE, modern()],
  [
    'modern: a future revision',
    { ...MODERN, 'mcp-protocol-version': '2027-01-01' },
    SDK,
    modern(LOOK, { [`${META}protocolVersion`]: '2027-01-01' }),
  ],
  [
    'modern: an old revision in the envelope',
    { ...MODERN, 'mcp-protocol-version': '2025-11-25' },
    SDK,
    modern(LOOK, { [`${META}protocolVersion`]: '2025-11-25' }),
  ],
  [
    'modern: a version that is none',
    { ...MODERN, 'mcp-protocol-version': 'x' },
    SDK,
    modern(LOOK, { [`${META}protocolVersion`]: 'x' }),
  ],
  [
    'modern: a notification',
    without({ ...MODERN, 'mcp-method': 'notifications/initialized' }, 'mcp-name'),
    SDK,
    { jsonrpc: '2.0', method: 'notifications/initialized', params: { _meta: ENVELOPE } },
  ],
  ['modern: a batch', MODERN, SDK, [modern()]],
  [
    'modern: tools/list',
    without({ ...MODERN, 'mcp-method': 'tools/list' }, 'mcp-name'),
    SDK,
    { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: ENVELOPE } },
  ],
  [
    'modern: server/discover',
    without({ ...MODERN, 'mcp-method': 'server/discover' }, 'mcp-name'),
    SDK,
    { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: ENVELOPE } },
  ],
  [
    'modern: subscriptions/listen',
    without({ ...MODERN, 'mcp-method': 'subscriptions/listen' }, 'mcp-name'),
    SDK,
    { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications: {}, _meta: ENVELOPE } },
  ],
  [
    'modern: an unknown method',
    without({ ...MODERN, 'mcp-method': 'tools/eat' }, 'mcp-name'),
    SDK,
    { jsonrpc: '2.0', id: 1, method: 'tools/eat', params: { _meta: ENVELOPE } },
  ],
  // 2025-11-25 and before
  ['2025: a call', OLD, LANE, rpc(LOOK)],
  ['2025: a call that is refused', OLD, LANE, rpc({ name: 'demo_send', arguments: { to: 'refused@b.example' } })],
  ['2025: a call that is held', OLD, LANE, rpc({ name: 'demo_send', arguments: { to: 'held@b.example' } })],
  ['2025: a call that breaks', OLD, LANE, rpc({ name: 'demo_look', arguments: { what: 'break' } })],
  ['2025: no arguments', OLD, LANE, rpc({ name: 'demo_look' })],
  [
    '2025: text with line separators',
    OLD,
    LANE,
    rpc({ name: 'demo_note_down', arguments: { title: 'é', text: 'a\u2028b\r\nc\n\nd' } }),
  ],
  ['2025: arguments a list', OLD, SDK, rpc({ name: 'demo_look', arguments: [] })],
  ['2025: arguments null', OLD, SDK, rpc({ name: 'demo_look', arguments: null })],
  ['2025: name missing', OLD, SDK, rpc({ arguments: {} })],
  ['2025: name null', OLD, SDK, rpc({ name: null })],
  ['2025: no params', OLD, SDK, without(rpc({}), 'params')],
  ['2025: an unknown tool', OLD, SDK, rpc({ name: 'nope' })],
  ['2025: a tool named constructor', OLD, SDK, rpc({ name: 'constructor' })],
  ['2025: a tool without the right to it', OLD, LANE, rpc({ name: 'demo_rule' })],
  ['2025: id text', OLD, LANE, rpc(LOOK, { id: 'abc' })],
  ['2025: id null', OLD, SDK, rpc(LOOK, { id: null })],
  ['2025: id a fraction', OLD, SDK, rpc(LOOK, { id: 0.5 })],
  ['2025: id missing', OLD, SDK, without(rpc(LOOK), 'id')],
  ['2025: jsonrpc missing', OLD, SDK, without(rpc(LOOK), 'jsonrpc')],
  ['2025: another member', OLD, SDK, rpc(LOOK, { extra: 1 })],
  ['2025: another parameter', OLD, SDK, rpc({ ...LOOK, task: {} })],
  ['2025: empty _meta', OLD, LANE, rpc({ ...LOOK, _meta: {} })],
  ['2025: a progress token', OLD, SDK, rpc({ ...LOOK, _meta: { progressToken: 'p' } })],
  ['2025: a progress token of a wrong type', OLD, SDK, rpc({ ...LOOK, _meta: { progressToken: true } })],
  [
    '2025: half an envelope',
    OLD,
    LANE,
    rpc({ ...LOOK, _meta: { [`${META}clientInfo`]: { name: 'a', version: '1' } } }),
  ],
  ['2025: no version header', without(OLD, 'mcp-protocol-version'), LANE, rpc(LOOK)],
  ['2025: version 2025-06-18', { ...OLD, 'mcp-protocol-version': '2025-06-18' }, LANE, rpc(LOOK)],
  ['2025: version 2025-03-26', { ...OLD, 'mcp-protocol-version': '2025-03-26' }, LANE, rpc(LOOK)],
  ['2025: version 2024-11-05', { ...OLD, 'mcp-protocol-version': '2024-11-05' }, LANE, rpc(LOOK)],
  ['2025: version that never was', { ...OLD, 'mcp-protocol-version': '2025-01-01' }, SDK, rpc(LOOK)],
  ['2025: version empty', { ...OLD, 'mcp-protocol-version': '' }, SDK, rpc(LOOK)],
  ['2025: version twice', { ...OLD, 'mcp-protocol-version': ['2025-11-25', '2025-11-25'] }, SDK, rpc(LOOK)],
  ['2025: version of tomorrow', { ...OLD, 'mcp-protocol-version': '2026-07-28' }, SDK, rpc(LOOK)],
  ['2025: Accept twice', { ...OLD, accept: ['application/json', 'text/event-stream'] }, LANE, rpc(LOOK)],
  ['2025: Accept with weights', { ...OLD, accept: 'text/event-stream;q=0.5, application/json;q=1' }, LANE, rpc(LOOK)],
  ['2025: Accept JSON alone', { ...OLD, accept: 'application/json' }, SDK, rpc(LOOK)],
  ['2025: Accept anything', { ...OLD, accept: '*/*' }, SDK, rpc(LOOK)],
  ['2025: no Accept', without(OLD, 'accept'), SDK, rpc(LOOK)],
  ['2025: headers of tomorrow beside', { ...OLD, 'mcp-method': 'tools/list', 'mcp-name': 'other' }, LANE, rpc(LOOK)],
  ['2025: a session id', { ...OLD, 'mcp-session-id': 'abc', 'last-event-id': '3' }, LANE, rpc(LOOK)],
  [
    '2025: initialize',
    OLD,
    SDK,
    {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
    },
  ],
  ['2025: initialized', OLD, SDK, { jsonrpc: '2.0', method: 'notifications/initialized' }],
  ['2025: a call as a notification', OLD, SDK, { jsonrpc: '2.0', method: 'tools/call', params: LOOK }],
  ['2025: ping', OLD, SDK, { jsonrpc: '2.0', id: 1, method: 'ping' }],
  ['2025: tools/list', OLD, SDK, { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
  ['2025: an unknown method', OLD, SDK, { jsonrpc: '2.0', id: 1, method: 'tools/eat' }],
  ['2025: a method that is none', OLD, SDK, rpc(LOOK, { method: 5 })],
  ['2025: a response', OLD, SDK, { jsonrpc: '2.0', id: 1, result: {} }],
  ['2025: a batch', OLD, SDK, [rpc(LOOK)]],
  ['2025: a batch of two', OLD, SDK, [rpc(LOOK), rpc(LOOK, { id: 8 })]],
  ['2025: an empty batch', OLD, SDK, []],
  ['2025: a batch with a modern call', OLD, SDK, [rpc(LOOK), modern()]],
  ['null', OLD, SDK, null],
  ['text', OLD, SDK, 'tools/call'],
  ['a number', OLD, SDK, 5],
  ['an empty object', OLD, SDK, {}],
  ['a GET', OLD, SDK, undefined, 'GET'],
  ['a DELETE', OLD, SDK, undefined, 'DELETE'],
];

/** Ids differ from run to run and are not the point. */
const told = ({ status, headers, json, text }: Answer) => ({
  status,
  headers: [
    'content-type',
    'x-accel-buffering',
    'cache-control',
    'connection',
    'www-authenticate',
    'allow',
    'mcp-session-id',
  ].map((name) => [name, headers[name]]),
  // the order of an object's members, and of a batch's answers, may differ
  body: json === undefined ? withoutIds(text).split('\n\n').sort() : JSON.parse(withoutIds(JSON.stringify(json))),
});
const withoutIds = (text: string) => text.replace(/\b(act|req)_[0-9A-HJKMNP-TV-Z]{26}\b/g, '$1_…');

const lane = { port: 0 };
const sdk = { port: 0 };
const endings: (() => Promise<void>)[] = [];
beforeAll(async () => {
  lane.port = (await listening({ thinLane: true }, (end) => endings.push(end))).port;
  sdk.port = (await listening({ thinLane: false }, (end) => endings.push(end))).port;
});
afterAll(() => Promise.all(endings.map((end) => end())));

describe('the lane and the SDK answer alike', () => {
  it.for(CORPUS)('%s', async ([, headers, , body, method = 'POST']) => {
    const one = {
      method,
      headers: { ...JSON_TYPE, ...AGENT, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const [by, bySdk] = await Promise.all([ask(lane.port, '/mcp', one), ask(sdk.port, '/mcp', one)]);
    expect(told(by)).toEqual(told(bySdk));
  });

  it.for(CORPUS.filter(([, , , body]) => body !== undefined))(
    '%s: is served by the expected one',
    ([, headers, by, body]) => {
      const call = plainCall(
        new Headers(
          Object.entries(headers).flatMap(([name, value]) =>
            [value].flat().map((one): [string, string] => [name, one]),
          ),
        ),
        JSON.parse(JSON.stringify(body)),
      );
      expect(call === null || !TOOLS.has(call.name) ? SDK : LANE).toBe(by);
    },
  );

  it('whatever headers and members are left out, exchanged or spoiled', async () => {
    const { app: withLane } = server({ thinLane: true });
    const { app: withSdk } = server({ thinLane: false });
    const odd = fc.constantFrom<unknown>(
      null,
      0,
      1.5,
      '',
      'x',
      'demo_look',
      'tools/list',
      '2026-07-28',
      '2025-11-25',
      '2027-01-01',
      [],
      {},
      true,
    );
    const header = (good: string) =>
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom<string | undefined>(good) },
        { weight: 1, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: odd.map(String) },
      );
    const headers = (era: Record<string, string>) =>
      fc.record(Object.fromEntries(Object.entries(era).map(([name, value]) => [name, header(value)])));
    const spoil = (body: object) =>
      fc
        .record({ at: fc.nat({ max: 40 }), by: odd, times: fc.nat({ max: 2 }) })
        .map(({ at, by, times }) => spoiled(body, at, by, times));
    const request = fc.oneof(
      fc.record({ headers: headers({ ...MODERN }), body: spoil(modern()) }),
      fc.record({ headers: headers({ ...OLD }), body: spoil(rpc(LOOK)) }),
      fc.record({ headers: headers({ ...MODERN }), body: spoil(rpc(LOOK)) }),
      fc.record({ headers: headers({ ...OLD }), body: spoil(modern()) }),
    );
    await fc.assert(
      fc.asyncProperty(request, async ({ headers: given, body }) => {
        const present = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined);
        const init = {
          method: 'POST',
          headers: { host: 'localhost', ...JSON_TYPE, ...AGENT, ...Object.fromEntries(present) },
          body: JSON.stringify(body),
        };
        const answer = async (app: typeof withLane) => {
          const response = await app.request('/mcp', init);
          const text = withoutIds(await response.text());
          const json = /^(?:event: message\ndata: )?(.*)\n*$/.exec(text)?.[1] ?? text;
          return [response.status, response.headers.get('content-type'), json === '' ? '' : JSON.parse(json)];
        };
        expect(await answer(withLane)).toEqual(await answer(withSdk));
      }),
      { numRuns: 1_500 },
    );
  });
});

const TOOLS = new Set(['demo_look', 'demo_note_down', 'demo_send', 'demo_rule']);

/** The body with its `at`-th member, counted through all levels, replaced by something odd. */
function spoiled(body: object, at: number, by: unknown, times: number): object {
  if (times === 0) return body;
  let count = 0;
  return JSON.parse(JSON.stringify(body), (key, value) => (key !== '' && count++ === at ? by : value));
}
