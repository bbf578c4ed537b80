import { describe, expect, test } from 'vitest';
import type { AnyAction, Mint } from '../../guard/action.ts';
import { TRUSTED } from '../../guard/label.ts';
import { SCOPES_OF } from '../../guard/principal.ts';
import type { Request } from '../../guard/request.ts';
import { isMistyped, tokenHash } from '../token.ts';
import { identityActions } from './index.ts';
import { agentsOwnToken } from './revoke-agent-token.ts';

const NOW = Date.UTC(2026, 10, 20);
const request = <I>(input: I): Request<I> => ({
  by: { id: 'tok_9', kind: 'organization', org: 'org_1', agent: null, scopes: SCOPES_OF.organization, fences: [] },
  org: 'org_1',
  agent: 'agt_1',
  input,
  now: NOW,
  label: TRUSTED,
  approvedBy: null,
});
const mint: Mint = { action: 'act_1', id: (prefix) => `${prefix}_new`, bytes: (n) => new Uint8Array(n).fill(7) };
const info = { id: 'tok_1', createdAt: NOW, expiresAt: null, revokedAt: null } as const;
const [rotate, revoke, list] = identityActions({
  services: { keys: async () => [], services: async () => [] },
  grants: { list: async () => [] },
  operations: () => [],
  tokens: {
    ofAgent: async () => [info, { ...info, id: 'tok_2', expiresAt: NOW }, { ...info, id: 'tok_3', revokedAt: NOW }],
  },
  people: { people: async () => [], sessions: async () => [] },
  tenancy: { organization: async () => null },
  publicUrl: 'http://localhost:3100',
}) as [AnyAction, AnyAction, AnyAction];
const change = (action: AnyAction, input: Record<string, unknown>) => {
  if (action.effect !== 'state') throw new TypeError(`${action.name} changes nothing`);
  return action.change(request(action.input.parse(input)), {}, mint);
};

describe('rotating an agent’s token', () => {
  test('ends the others first, then makes one that works until revoked', () => {
    const { writes, output } = change(rotate, {});
    expect(isMistyped(output.securityToken)).toBe(false);
    expect(writes).toEqual([
      { kind: 'agent-token.revoke-all', row: { agent: 'agt_1', at: NOW } },
      {
        kind: 'agent-token.create',
        row: { id: 'tok_new', hash: tokenHash(output.securityToken), agent: 'agt_1', createdAt: NOW, expiresAt: null },
      },
    ]);
    expect(output).toMatchObject({ tokenId: 'tok_new', expiresAt: null, oldTokensEndAt: '2026-11-20T00:00:00.000Z' });
  });
  test('may let the old ones work on for a while', () => {
    const { writes, output } = change(rotate, { keepOldFor: 60, expiresIn: 3_600 });
    expect(writes).toMatchObject([
      { kind: 'agent-token.expire-all', row: { agent: 'agt_1', at: NOW + 60_000 } },
      { kind: 'agent-token.create', row: { expiresAt: NOW + 3_600_000 } },
    ]);
    expect(output).toMatchObject({ oldTokensEndAt: '2026-11-20T00:01:00.000Z' });
  });
  test('shows the token once and writes its hash alone', () => {
    const { writes, output } = change(rotate, {});
    expect(rotate.secretOutput).toEqual(['securityToken']);
    expect(JSON.stringify(writes)).not.toContain(output.securityToken);
  });
  test('is an administrator’s right, not the agent’s', () =>
    expect([rotate, revoke, list].map(({ access }) => access)).toEqual(['org:admin', 'org:admin', 'org:operate']));
  test.each([{ keepOldFor: -1 }, { keepOldFor: 8 * 86_400 }, { expiresIn: 1 }, { expiresIn: 1e12 }])(
    'refuses %j',
    (input) => expect(rotate.input.safeParse(input).success).toBe(false),
  );
});

describe('revoking', () => {
  test('ends the one named, or all', () => {
    expect(change(revoke, { tokenId: 'tok_1' }).writes).toEqual([
      { kind: 'agent-token.revoke', row: { id: 'tok_1', agent: 'agt_1', at: NOW } },
    ]);
    expect(change(revoke, {}).writes).toEqual([{ kind: 'agent-token.revoke-all', row: { agent: 'agt_1', at: NOW } }]);
  });
  test('of a token that is not this agent’s is refused, not silently nothing', () => {
    const judge = (token: { agent: 'agt_1' | 'agt_2' } | null, input: { tokenId?: 'tok_1' } = { tokenId: 'tok_1' }) =>
      agentsOwnToken.judge(request(input), { token });
    expect(judge({ agent: 'agt_1' })).toEqual([]);
    expect(judge(null, {})).toEqual([]);
    expect(judge(null)).toMatchObject([{ code: 'not_found' }]);
    expect(judge({ agent: 'agt_2' })).toMatchObject([{ code: 'not_found' }]);
  });
});

test('a list shows which tokens work, and never a token or hash', async () => {
  const shown = list.effect === 'read' ? await list.read(request({}), () => true) : null;
  expect(shown.tokens.map(({ works }: { works: boolean }) => works)).toEqual([true, false, false]);
  expect(Object.keys(shown.tokens[0])).toEqual(['tokenId', 'works', 'createdAt', 'expiresAt', 'revokedAt']);
});
