import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutSecrets } from './hide-secrets.ts';

it.for([
  ['http://user:pass@host/swaig?__token=abc&x=1', 'http://user:****@host/swaig?__token=****&x=1'],
  ['http://user:p%40ss:word@host/', 'http://user:****@host/'],
  ['https://only-a-key@host/', 'https://****@host/'],
  [
    'see https://a:b@c/d, or https://e.example/f?api_key=g.',
    'see https://a:****@c/d, or https://e.example/f?api_key=****',
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: so do scripts spell what the platform fills in
  ['https://api.example/${enc:args.city}?q=${args.q}', 'https://api.example/${enc:args.city}?q=${args.q}'],
  ['https://example.com', 'https://example.com'],
  ['write to sip:ada@example.com', 'write to sip:ada@example.com'],
] as const)('an address in a text: %s', ([text, shown]) => {
  expect(withoutSecrets({ url: text, list: [{ url: text }] })).toEqual({ url: shown, list: [{ url: shown }] });
});

it('fields are hidden by their names, words of scripts are not', () => {
  const headers = { Authorization: 'Bearer abc', 'X-Api-Key': 'k', Accept: 'text/plain' };
  const question = { key: 'name', question: 'What is your name?' };
  expect(
    withoutSecrets({
      headers,
      question,
      foreach: { input_key: 'a', output_key: 'b' },
      password: '',
      meta_data_token: 'abc',
    }),
  ).toEqual({
    headers: { Authorization: '****', 'X-Api-Key': '****', Accept: 'text/plain' },
    question,
    foreach: { input_key: 'a', output_key: 'b' },
    password: '',
    meta_data_token: '****',
  });
});

it('whatever the user and password of an address are, the password is not shown', () => {
  const text = fc.string({ minLength: 1 }).map((one) => `${one}-hunter2-${one}`);
  fc.assert(
    fc.property(fc.string(), text, (user, password) => {
      const address = `https://${encodeURIComponent(user)}:${encodeURIComponent(password)}@host/swaig`;
      expect(JSON.stringify(withoutSecrets([address]))).not.toContain('hunter2');
    }),
  );
});
