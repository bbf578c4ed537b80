import { expect, it } from 'vitest';
import { ambiguityOf } from './unambiguous.ts';

const HOST = 'door.example';

it.for([
  ['GET /x HTTP/1.1', null, '1.1', '/x', { host: HOST }],
  ['HTTP/1.0', null, '1.0', '/x', { host: HOST }],
  ['no Host: another check’s', null, '1.1', '/x', {}],
  ['a chunked body', null, '1.1', '/x', { host: HOST, 'transfer-encoding': 'Chunked' }],
  ['two codings', 501, '1.1', '/x', { host: HOST, 'transfer-encoding': 'identity, chunked' }],
  ['a compressed transfer', 501, '1.1', '/x', { host: HOST, 'transfer-encoding': 'gzip, chunked' }],
  ['a coding that nobody knows', 501, '1.1', '/x', { host: HOST, 'transfer-encoding': 'xchunked' }],
  ['an empty coding', 501, '1.1', '/x', { host: HOST, 'transfer-encoding': '' }],
  ['a chunked body of HTTP/1.0', 400, '1.0', '/x', { host: HOST, 'transfer-encoding': 'chunked' }],
  ['HTTP/0.9', 505, '0.9', '/x', {}],
  ['HTTP/2.0 in a line of HTTP/1', 505, '2.0', '/x', { host: HOST }],
  ['absolute-form', null, '1.1', 'http://door.example/x', { host: HOST }],
  ['absolute-form in capitals', null, '1.1', 'HTTP://DOOR.example', { host: HOST }],
  ['absolute-form for another host', 400, '1.1', 'http://evil.example/x', { host: HOST }],
  ['absolute-form without Host', 400, '1.1', 'http://door.example/x', {}],
  ['absolute-form with a user', 400, '1.1', 'http://door.example@evil.example/x', { host: HOST }],
  ['absolute-form with the host as a user', 400, '1.1', 'http://a:b@door.example/x', { host: HOST }],
  ['absolute-form for no host', 400, '1.1', 'http:///door.example', { host: HOST }],
  ['asterisk-form: no route takes it', null, '1.1', '*', { host: HOST }],
] as const)('%s: %s', ([, status, version, url, headers]) => {
  const [httpVersionMajor, httpVersionMinor] = version.split('.').map(Number) as [number, number];
  expect(ambiguityOf({ httpVersionMajor, httpVersionMinor, url, headers })).toBe(status);
});
