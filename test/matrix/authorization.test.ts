/** Who may do what: every action × every kind of caller against `authorization.txt`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answeringSystem } from '../../src/comms/answers.ts';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import type { Principal, Scope } from '../../src/guard/principal.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { committed, table } from './committed.ts';
import { exampleOf, nextMinute } from './examples.ts';
import { verdictWhen } from './outcome.ts';
import { naming, openTenant, type Tenant } from './tenant.ts';

interface Caller {
  /** The principal that a door would make of the caller's token; null when it makes none. */
  as(at: Tenant): Promise<Principal | null> | Principal;
  /** Names the tenant's agent or organisation as somebody outside it has to. */
  readonly named?: 'agent' | 'tenant';
}

/** By the orchestrator: the example may have suspended the organisation. */
const rotated = async ({ t, agent }: Tenant, more: object): Promise<string> =>
  (await t.done('identity.rotate_agent_token', t.orchestrator, { agentId: agent.id, ...more })).securityToken;
const foreign = async ({ t }: Tenant) => openTenant(t);

const CALLERS = {
  'own agent': { as: ({ agent }) => agent.by },
  'other agent': { as: ({ colleague }) => colleague.by, named: 'agent' },
  'own admin': { as: ({ admin }) => admin },
  'other admin': { as: async (at) => (await foreign(at)).admin, named: 'tenant' },
  orchestrator: { as: ({ t }) => t.orchestrator },
  'the server': { as: ({ org }) => answeringSystem(org), named: 'tenant' },
  provider: { as: ({ provider }) => provider },
  'other provider': { as: async (at) => (await foreign(at)).provider, named: 'tenant' },
  'no token': { as: ({ t }) => t.house.authenticate(null) },
  expired: {
    async as(at) {
      const token = await rotated(at, { expiresIn: 60 });
      at.t.clock.pass(MINUTE_MS);
      return at.t.house.authenticate(token);
    },
  },
  revoked: {
    async as(at) {
      await rotated(at, {});
      return at.t.house.authenticate(at.agent.token);
    },
  },
  'revoked under way': {
    async as(at) {
      await rotated(at, {});
      return at.agent.by;
    },
  },
} as const satisfies Record<string, Caller>;
type CallerName = keyof typeof CALLERS;
const NAMES = Object.keys(CALLERS) as CallerName[];

/** What a column must say whatever the table says, so that a hole can't be committed by updating it. */
const ADMINS: readonly Scope[] = ['agent:act', 'org:admin'];
const only = (allowed: boolean) => (verdict: string) => (verdict === 'allow') === allowed;
const RULES: Record<CallerName, (verdict: string, access: Scope) => boolean> = {
  'own agent': (verdict, access) => only(access === 'agent:act')(verdict),
  'other agent': (verdict) => verdict === 'agent_mismatch',
  'own admin': (verdict, access) => only(ADMINS.includes(access))(verdict),
  'other admin': (verdict) => verdict === 'not_found' || verdict === 'forbidden',
  orchestrator: (verdict, access) => only(access !== 'provider:deliver' && access !== 'system:act')(verdict),
  'the server': (verdict, access) => only(access === 'system:act')(verdict),
  provider: (verdict, access) => only(access === 'provider:deliver')(verdict),
  'other provider': (verdict) => verdict === 'not_found' || verdict === 'forbidden',
  'no token': (verdict) => verdict === 'unauthenticated',
  expired: (verdict) => verdict === 'unauthenticated',
  revoked: (verdict) => verdict === 'unauthenticated',
  'revoked under way': (verdict) => verdict === 'stale',
};

let t: TestHouse;
let verdicts: ReadonlyMap<string, Readonly<Record<CallerName, string>>>;

async function verdictFor(entry: CatalogueEntry, caller: Caller): Promise<string> {
  const at = await openTenant(t);
  const input = await exampleOf(entry.action.name).valid(at);
  const by = await caller.as(at);
  if (by === null) return 'unauthenticated';
  const names =
    caller.named === 'agent'
      ? { agentId: at.agent.id }
      : by.kind === 'agent' && entry.action.access === 'agent:act'
        ? {}
        : { ...naming(entry, by, at), ...(by.kind === 'provider' ? { agentId: at.agent.id } : {}) };
  return verdictWhen(t.call(entry.action.name, by, { ...input, ...names }));
}

beforeAll(async () => {
  t = await openHouse();
  const rows = new Map<string, Readonly<Record<CallerName, string>>>();
  for (const entry of t.house.catalogue.entries) {
    nextMinute(t);
    const row: Partial<Record<CallerName, string>> = {};
    for (const name of NAMES) row[name] = await verdictFor(entry, CALLERS[name]);
    rows.set(entry.action.name, row as Record<CallerName, string>);
  }
  verdicts = rows;
});
afterAll(() => t[Symbol.asyncDispose]());

it('every action allows and refuses each kind of caller as authorization.txt says', () => {
  const text = [
    '# Who may do what, derived from the running house by test/matrix/authorization.test.ts. "other agent" is of the same',
    '# organisation and names the agent; "other admin" and "other provider" are of another organisation and name this one.',
    table([['action', ...NAMES], ...[...verdicts].map(([action, row]) => [action, ...NAMES.map((name) => row[name])])]),
    '',
  ].join('\n');
  committed(new URL('authorization.txt', import.meta.url), text, 'UPDATE_MATRIX');
});

describe.each(NAMES)('whatever the table says, %s', (name) => {
  it('may do no more and no less than its scope', () => {
    const wrong = [...verdicts]
      .map(([action, row]) => ({ action, verdict: row[name] }))
      .filter(({ action, verdict }) => !RULES[name](verdict, t.house.catalogue.byName(action)!.action.access));
    expect(wrong).toEqual([]);
  });
});
