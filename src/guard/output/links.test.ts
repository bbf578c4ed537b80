import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linksIn, linksInHtml } from './links.ts';

const hosts = (text: string) => linksIn(text).map(({ host }) => host);

describe('a link is found', () => {
  test.each([
    ['https://evil.example/a?b#c', 'evil.example'],
    ['HTTPS://Evil.Example', 'evil.example'],
    ['see evil.example.', 'evil.example'],
    ['www.evil.example/x', 'www.evil.example'],
    ['ftp://evil.example', 'evil.example'],
    ['hxxps://evil[.]example/a', 'evil.example'],
    ['evil(dot)example', 'evil.example'],
    ['evil dot example', 'evil.example'],
    ['evil . com', 'evil.com'],
    ['ev\u200bil.exam\u00adple', 'evil.example'],
    ['ｅｖｉｌ．ｅｘａｍｐｌｅ', 'evil.example'],
    ['evil。example', 'evil.example'],
    ['https:\\\\evil.example\\x', 'evil.example'],
    ['//evil.example/x', 'evil.example'],
    ['https://acme.example@evil.example/', 'evil.example'],
    ['https://acme.example:pw@evil.example:8080/', 'evil.example'],
    ['https://аcme.example/', 'xn--cme-5cd.example'],
    ['пример.рф', 'xn--e1afmkfd.xn--p1ai'],
    ['http://3405803777/', '203.0.113.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['bob@evil.example', 'evil.example'],
    ['mailto:bob@evil.example', 'evil.example'],
    ['[click](https://evil.example/)', 'evil.example'],
    ['<img src=https://evil.example/p.png>', 'evil.example'],
    ['evil.example:8080', 'evil.example'],
  ])('in %s', (text, host) => {
    expect(hosts(text)).toContain(host);
  });

  test.each(['tel:+19005550111', 'javascript:alert(1)', 'data:text/html,x', 'sms:+1555', 'mailto:x'])(
    'although it has no host: %s',
    (text) => expect(hosts(text)).toContain(null),
  );

  test('in an attribute that is broken over lines, or written in references', () => {
    expect(linksInHtml('<a href="ht\ntps://ev\til.example/">x</a>').map(({ host }) => host)).toContain('evil.example');
  });
});

test.each([
  'Hello. How are you? I am fine...thanks',
  'At 9.30 a.m. or 5 p.m., e.g. on 12.11.2026 for 89.00 USD',
  'Call +1 (415) 555-0100, room 3.14, v1.2.3, see notes.txt and plan.pdf',
  'Dr. Smith (U.S.) says hi, and/or not',
  '你好,明天见。谢谢。',
  'Привет.Как дела',
])('there is none in %s', (text) => expect(linksIn(text)).toEqual([]));

test('whatever surrounds it, a URL is found', () => {
  const around = fc.string({ maxLength: 30 }).map((text) => text.replace(/[\p{L}\p{N}@]/gu, ' '));
  fc.assert(
    fc.property(around, around, (before, after) => {
      expect(hosts(`${before} https://evil.example/x ${after}`)).toContain('evil.example');
    }),
  );
});

test('any text is read in time that grows with its length', () => {
  for (const piece of ['a.', 'a@', 'http:', '[.]', 'dot ', '//', '=" ', 'x=', '1.', '&#x'])
    expect(linksIn(piece.repeat(20_000)).length).toBeLessThanOrEqual(200);
}, 4_000);
