import { describe, expect, it } from 'vitest';
import { corsAnswer, corsPolicy } from './cors.ts';

const policy = corsPolicy(['https://app.example', 'http://localhost:5173', 'https://[2001:db8::1]:8443']);
const headers = (method: string, origin: string | null, by = policy) =>
  Object.fromEntries(corsAnswer(method, origin, by).headers);

describe('CORS', () => {
  it.for([
    ['https://app.example', 'https://app.example'],
    ['HTTPS://APP.example:443', 'https://app.example'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['https://[2001:DB8:0::1]:8443', 'https://[2001:db8::1]:8443'],
  ] as const)('lets %s read answers, with credentials', ([origin, allowed]) => {
    expect(headers('GET', origin)).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': allowed,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': expect.stringContaining('retry-after'),
    });
    expect(corsAnswer('GET', origin, policy).isPreflight).toBe(false);
  });

  it('answers a preflight with methods, headers and how long it holds', () => {
    const { isPreflight } = corsAnswer('OPTIONS', 'https://app.example', policy);
    expect(isPreflight).toBe(true);
    expect(headers('OPTIONS', 'https://app.example')).toMatchObject({
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': expect.stringContaining('authorization'),
      'access-control-max-age': '7200',
    });
  });

  it.for([
    'https://evil.example',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil.example',
    'https://sub.app.example',
    'http://localhost:3000',
    'null',
    '*',
    '',
    'https://app.example, https://evil.example',
    'https://app.example/',
  ])('tells %j nothing at all', (origin) => {
    for (const method of ['GET', 'OPTIONS']) {
      expect(corsAnswer(method, origin, policy)).toEqual({ headers: [['vary', 'Origin']], isPreflight: false });
    }
  });

  it('tells programs without an Origin nothing, and nobody anything when no origin is configured', () => {
    expect(headers('OPTIONS', null)).toEqual({ vary: 'Origin' });
    expect(headers('OPTIONS', 'https://app.example', corsPolicy([]))).toEqual({ vary: 'Origin' });
  });

  it.for(['*', 'null', 'https://*.example', 'app.example', 'https://app.example/path', ''])(
    'makes no policy with %j',
    (origin) => {
      expect(() => corsPolicy([origin])).toThrow(TypeError);
    },
  );
});
