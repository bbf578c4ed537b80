import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namesIn, normalName } from './certificate-names.ts';

describe('the names of a certificate', () => {
  test('are its DNS names in lower case and its URIs to the letter', () =>
    expect(namesIn('DNS:Crm.Example, URI:spiffe://example/Crm, DNS:crm.example')).toEqual([
      'DNS:crm.example',
      'URI:spiffe://example/Crm',
    ]));

  test.each([
    ['a comma in a URI', 'DNS:a.example, URI:"http://x/\\u002c DNS:evil.example", DNS:b.example'],
    ['a quote in a name', 'DNS:a.example, DNS:"x\\", DNS:evil.example", DNS:b.example'],
  ])('never come from inside a quoted value: %s', (_, text) =>
    expect(namesIn(text)).toEqual(['DNS:a.example', 'DNS:b.example']),
  );

  test.each([
    ['none', undefined],
    ['nothing', ''],
    ['a quote without an end', 'DNS:a.example, URI:"http://x'],
    ['something after a quote', 'URI:"x"y, DNS:a.example'],
    ['a comma without a space', 'DNS:a.example,DNS:b.example'],
    ['a comma at the end', 'DNS:a.example, '],
    ['no type', 'a.example'],
    ['more than anybody needs', Array.from({ length: 17 }, (_, n) => `DNS:n${n}.example`).join(', ')],
    ['a text without end', `DNS:a.example, ${'othername:<unsupported>, '.repeat(400)}DNS:b.example`],
  ])('are none at all in a text with %s', (_, text) => expect(namesIn(text)).toEqual([]));

  test('of other types are no names', () =>
    expect(namesIn('IP Address:127.0.0.1, email:a@b.c, othername:<unsupported>, DirName:CN=crm.example')).toEqual([]));

  test('are read as they were written, whatever stands beside them', () => {
    const type = fc.constantFrom('DNS', 'URI', 'email', 'IP Address');
    // as node:crypto writes them: what could be misread is a JSON string without its commas
    const spelt = (value: string) =>
      /^[\w.:/@-]*$/.test(value) ? value : JSON.stringify(value).replaceAll(',', '\\u002c');
    fc.assert(
      fc.property(fc.array(fc.tuple(type, fc.string({ maxLength: 30 })), { maxLength: 10 }), (entries) => {
        const text = entries.map(([kind, value]) => `${kind}:${spelt(value)}`).join(', ');
        const plain = entries.flatMap(([kind, value]) => {
          const name = spelt(value) === value ? normalName(`${kind}:${value}`) : null;
          return name === null ? [] : [name];
        });
        expect(namesIn(text)).toEqual([...new Set(plain)]);
      }),
    );
  });
});

describe('a name to register', () => {
  test.each([
    'DNS:*.example',
    'DNS:',
    'DNS:a..example',
    'DNS:-a.example',
    'DNS:a.example.',
    'DNS:exämple.org',
    `DNS:${'a.'.repeat(130)}example`,
    'URI:example',
    'URI:',
    'URI:http://x/, DNS:evil.example',
    'URI:http://x/"',
    "URI:http://x/'",
    'URI:http://x/\\',
    'URI:http://x/ y',
    'URI:SPIFFE://x',
    'CN:crm',
    'IP Address:127.0.0.1',
    'uri:spiffe://example/crm',
    'crm.example',
    '',
  ])('is not %j', (text) => expect(normalName(text)).toBeNull());

  test('has one spelling', () => {
    expect(normalName('DNS:CRM.Example')).toBe('DNS:crm.example');
    expect(normalName('URI:spiffe://example/ns/Prod')).toBe('URI:spiffe://example/ns/Prod');
  });
});
