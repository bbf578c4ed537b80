import { describe, expect, it } from 'vitest';
import { demoCaller } from './demo.ts';

const LOCAL = { host: 'localhost:3100' };
const caller = (headers: Record<string, string>, peer: string | undefined = '127.0.0.1') =>
  demoCaller(new Headers(headers), peer);

describe('in demo mode a request without a credential', () => {
  it.for(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('from %s acts as the orchestrator', (peer) => {
    expect(caller(LOCAL, peer)).toMatchObject({ id: 'demo', kind: 'orchestrator' });
  });

  it.for([undefined, '', '192.0.2.1', '10.0.0.1', '::', '::2', '::ffff:10.0.0.1', '2130706433', '127.1', 'localhost'])(
    'from %s is nobody’s',
    (peer) => {
      expect(demoCaller(new Headers(LOCAL), peer)).toBeNull();
    },
  );

  it.for(['127.0.0.1:1', '[::1]:3100', 'LOCALHOST'])('for the Host %s is taken', (host) => {
    expect(caller({ host })).not.toBeNull();
  });

  it.for(['door.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost, evil.example', '10.0.0.1'])(
    'for the Host %s is nobody’s',
    (host) => expect(caller({ host })).toBeNull(),
  );

  it('without a Host is nobody’s', () => expect(caller({})).toBeNull());

  it.for([
    'X-Forwarded-For',
    'x-forwarded-host',
    'X-Forwarded-Proto',
    'X-Forwarded',
    'Forwarded',
    'Via',
    'X-Real-IP',
    'CF-Connecting-IP',
  ])('with %s came through a proxy and is nobody’s', (name) => {
    expect(caller({ ...LOCAL, [name]: '127.0.0.1' })).toBeNull();
    expect(caller({ ...LOCAL, [name]: '' })).toBeNull();
  });

  it.for([
    { origin: 'http://localhost:3100' },
    { origin: 'http://localhost:3100', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('of the server’s own page is taken: %j', (headers) => expect(caller({ ...LOCAL, ...headers })).not.toBeNull());

  it.for([
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:8080' },
    { origin: 'http://127.0.0.1:3100' },
    { origin: 'https://localhost:3100' },
    { origin: 'null' },
    { origin: '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://localhost:3100', 'sec-fetch-site': 'cross-site' },
  ])('of another page is nobody’s: %j', (headers) => expect(caller({ ...LOCAL, ...headers })).toBeNull());
});
