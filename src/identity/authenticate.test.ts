import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SCOPES_OF } from '../guard/principal.ts';
import { createAuthenticate, scopesOf } from './authenticate.ts';
import type { TokenRecord } from './ports.ts';
import { mintToken, tokenHash } from './token.ts';

const NOW = 1_000_000;
const { token, hash } = mintToken(randomBytes, 'agent');
const record: TokenRecord = {
  id: 'tok_1',
  kind: 'agent',
  org: 'org_1',
  agent: 'agt_1',
  expiresAt: null,
  revokedAt: null,
  suspended: false,
  epoch: 3,
  grants: [],
};

function authenticate(change: Partial<TokenRecord> = {}) {
  const asked: string[] = [];
  const check = createAuthenticate({
    clock: { now: () => NOW },
    people: { access: async () => null, any: async () => false },
    tokens: {
      async byHash(wanted) {
        asked.push(wanted);
        return wanted === hash || wanted === tokenHash('an operator chose this long secret')
          ? { ...record, ...change }
          : null;
      },
    },
  });
  return { check, asked };
}

describe('authentication', () => {
  test('makes a principal of a live token: its id, its rights, its fence, and not the token', async () => {
    const principal = await authenticate().check(token);
    expect(principal).toEqual({
      id: 'tok_1',
      kind: 'agent',
      org: 'org_1',
      agent: 'agt_1',
      scopes: SCOPES_OF.agent,
      fences: [{ of: 'token', id: 'tok_1', epoch: 3 }],
    });
    expect(JSON.stringify(principal)).not.toContain(token);
  });

  test('gives the rights of the record, not of the token’s prefix', async () => {
    const principal = await authenticate({ kind: 'organization', agent: null }).check(token);
    expect(principal?.scopes).toEqual(SCOPES_OF.organization);
  });

  test('lets in a token that an operator chose, of any shape', async () => {
    expect(await authenticate().check('an operator chose this long secret')).not.toBeNull();
  });

  test.each([
    ['revoked', { revokedAt: NOW - 1 }],
    ['revoked in this millisecond', { revokedAt: NOW }],
    ['expired', { expiresAt: NOW - 1 }],
    ['expiring in this millisecond', { expiresAt: NOW }],
    ['revoked and without expiry', { revokedAt: 1, expiresAt: null }],
  ] as const)('refuses a %s token', async (_, change) => expect(await authenticate(change).check(token)).toBeNull());

  test('lets in a token until the millisecond before it expires', async () =>
    expect(await authenticate({ expiresAt: NOW + 1 }).check(token)).not.toBeNull());

  test.each([null, '', 'spa_', `${token}x`, token.slice(0, -1)])(
    'refuses %s without asking the store',
    async (bearer) => {
      const { check, asked } = authenticate();
      expect(await check(bearer)).toBeNull();
      expect(asked).toEqual([]);
    },
  );

  test('tells the holder of a good token that its organisation is suspended, and of a bad one nothing', async () => {
    await expect(authenticate({ suspended: true }).check(token)).rejects.toMatchObject({
      code: 'organization_inactive',
    });
    for (const ended of [{ revokedAt: NOW }, { expiresAt: NOW }])
      expect(await authenticate({ suspended: true, ...ended }).check(token)).toBeNull();
  });

  test('refuses an unknown token', async () =>
    expect(await authenticate().check(mintToken(randomBytes, 'agent').token)).toBeNull());
});

test('the orchestrator reads the log until there are people, and loses nothing else then', () => {
  const [before, after] = [scopesOf({ kind: 'orchestrator' }, false), scopesOf({ kind: 'orchestrator' }, true)];
  expect(before.has('audit:read')).toBe(true);
  expect([...before].filter((scope) => !after.has(scope))).toEqual(['audit:read']);
  for (const kind of ['agent', 'organization'] as const) expect(scopesOf({ kind }, true)).toBe(SCOPES_OF[kind]);
});
