/** Who may do what: every action × every kind of caller against `authorization.txt`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answeringSystem } from '../../src/comms/answers.ts';
import type { AnyAction } from '../../src/guard/action.ts';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import { type Principal, SCOPES_OF, type Scope } from '../../src/guard/principal.ts';
import { type Role, scopesOfRole } from '../../src/identity/rules/roles.ts';
import { type OrgId, PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { committed, table } from './committed.ts';
import { exampleOf, isByNoDoor, nextMinute } from './examples.ts';
import { verdictWhen } from './outcome.ts';
import { naming, openTenant, type Tenant } from './tenant.ts';

interface Caller {
  /** The principal that a door would make of the caller's token; null when it makes none. */
  as(at: Tenant, foreign: () => Promise<Tenant>): Promise<Principal | null> | Principal;
  /** Names the tenant's agent or organisation as somebody outside it has to. */
  readonly named?: 'agent' | 'tenant';
  /** It moves the time, or ends a token: nobody else may be asked about in its tenant. */
  readonly alone?: true;
}

/** By the orchestrator: the example may have suspended the organisation. */
const rotated = async ({ t, agent }: Tenant, more: object): Promise<string> =>
  (await t.done('identity.rotate_agent_token', t.orchestrator, { agentId: agent.id, ...more })).securityToken;

/** Somebody with a role, as a session makes it; `fresh`: with a factor shown just now. */
const person = ({ clock }: TestHouse, org: OrgId, role: Role, fresh = true): Principal => ({
  id: `usr_${role}`,
  kind: 'person',
  org,
  agent: null,
  scopes: scopesOfRole(org, role),
  sensitive: { is: 'step-up', until: fresh ? clock.now() + MINUTE_MS : clock.now() },
  fences: [],
});
const ownRole =
  (role: Role, fresh = true) =>
  ({ t, org }: Tenant) =>
    person(t, org, role, fresh);
const ofPlatform =
  (role: Role) =>
  ({ t }: Tenant) =>
    person(t, PLATFORM_ORG, role);

const CALLERS = {
  'own agent': { as: ({ agent }) => agent.by },
  'other agent': { as: ({ colleague }) => colleague.by, named: 'agent' },
  'own admin': { as: ({ admin }) => admin },
  'other admin': { as: async (_, foreign) => (await foreign()).admin, named: 'tenant' },
  orchestrator: { as: ({ t }) => t.orchestrator },
  viewer: { as: ownRole('viewer') },
  operator: { as: ownRole('operator') },
  admin: { as: ownRole('admin') },
  'admin, no factor': { as: ownRole('admin', false) },
  owner: { as: ownRole('owner') },
  'other owner': { as: async (_, foreign) => ownRole('owner')(await foreign()), named: 'tenant' },
  auditor: { as: ownRole('auditor') },
  'platform owner': { as: ofPlatform('owner') },
  'platform auditor': { as: ofPlatform('auditor') },
  service: {
    as: ({ org }) => ({
      ...{ id: 'key_1', kind: 'service', org, agent: null, fences: [] },
      scopes: new Set<Scope>(['agent:read', 'agent:act', 'org:view', 'org:operate', 'org:admin']),
      sensitive: { is: 'by-name', actions: new Set<string>() },
    }),
  },
  'the server': { as: ({ org }) => answeringSystem(org), named: 'tenant' },
  provider: { as: ({ provider }) => provider },
  'other provider': { as: async (_, foreign) => (await foreign()).provider, named: 'tenant' },
  'no token': { as: ({ t }) => t.house.authenticate(null) },
  expired: {
    alone: true,
    async as(at) {
      const token = await rotated(at, { expiresIn: 60 });
      at.t.clock.pass(MINUTE_MS);
      return at.t.house.authenticate(token);
    },
  },
  revoked: {
    alone: true,
    async as(at) {
      await rotated(at, {});
      return at.t.house.authenticate(at.agent.token);
    },
  },
  'revoked under way': {
    alone: true,
    async as(at) {
      await rotated(at, {});
      return at.agent.by;
    },
  },
} as const satisfies Record<string, Caller>;
type CallerName = keyof typeof CALLERS;
const NAMES = Object.keys(CALLERS) as CallerName[];

type Asked = Pick<AnyAction, 'access' | 'sensitive'>;
type Rule = (asked: Asked) => readonly string[];
const ALLOWED = ['allow'];
const REFUSED = ['forbidden'];
/** Of whoever has these rights all and no others. */
const having =
  (...scopes: readonly Scope[]): Rule =>
  ({ access }) =>
    scopes.includes(access) ? ALLOWED : REFUSED;
const always =
  (...verdicts: readonly string[]): Rule =>
  () =>
    verdicts;
const VIEWER = ['agent:read', 'org:view'] as const;
const OPERATOR = [...VIEWER, 'org:operate'] as const;
const ADMIN = [...OPERATOR, 'agent:act', 'org:admin'] as const;
const OWNER = [...ADMIN, 'org:own'] as const;

/** What a column must say whatever the table says, so that a hole can't be committed by updating it. */
const RULES: Record<CallerName, Rule> = {
  'own agent': having('agent:read', 'agent:act'),
  'other agent': always('agent_mismatch'),
  'own admin': having(...ADMIN),
  'other admin': always('not_found', 'forbidden'),
  orchestrator: having(...OWNER, 'platform:admin', 'audit:read'),
  viewer: having(...VIEWER),
  operator: having(...OPERATOR),
  admin: having(...ADMIN),
  'admin, no factor': (asked) =>
    asked.sensitive === true && having(...ADMIN)(asked) === ALLOWED ? ['step_up_required'] : having(...ADMIN)(asked),
  owner: having(...OWNER),
  'other owner': always('not_found', 'forbidden'),
  auditor: having('audit:read'),
  'platform owner': having(...OWNER, 'platform:admin'),
  // an agent that it names does not exist for it, whosever it is
  'platform auditor': ({ access }) => (access === 'audit:read' ? ALLOWED : [...REFUSED, 'not_found']),
  service: (asked) => (asked.sensitive === true ? REFUSED : having(...ADMIN)(asked)),
  'the server': having('system:act'),
  provider: having('provider:deliver'),
  'other provider': always('not_found', 'forbidden'),
  'no token': always('unauthenticated'),
  expired: always('unauthenticated'),
  revoked: always('unauthenticated'),
  'revoked under way': always('stale'),
};

/** Changes by an administrator, an owner or the platform that need no fresh factor; all others do. */
const UNCONFIRMED: Readonly<Record<string, string>> = {
  'comms.deny': 'it stops something',
  'comms.suspend_organization': 'it stops something, and seconds count',
  'comms.dnc_add': 'it stops something',
  'comms.set_contact_place': 'a fact about a contact, as consent is',
  'comms.submit_kyc': 'papers, which somebody else reviews',
  'comms.submit_registration': 'papers, which somebody else reviews',
  'comms.run_retention': 'it ends only what is due',
  'comms.raise_test_alert': 'it changes nothing',
  'swarm.inject': 'it says something to an agent; what the agent does of it is asked for act by act',
  'swarm.emergency_stop': 'it stops something, and seconds count',
  'swarm.stop': 'it stops something, and seconds count',
};

let t: TestHouse;
let verdicts: ReadonlyMap<string, Readonly<Record<CallerName, string>>>;

/** A tenant in which the example's ground is laid. */
interface Scene {
  readonly at: Tenant;
  readonly input: Readonly<Record<string, unknown>>;
  readonly foreign: () => Promise<Tenant>;
}
async function scene(entry: CatalogueEntry): Promise<Scene> {
  const at = await openTenant(t);
  let other: Promise<Tenant> | undefined;
  return { at, input: await exampleOf(entry.action.name).valid(at), foreign: () => (other ??= openTenant(t)) };
}

async function verdictFor(entry: CatalogueEntry, caller: Caller, { at, input, foreign }: Scene): Promise<string> {
  const by = await caller.as(at, foreign);
  if (by === null) return 'unauthenticated';
  const names =
    caller.named === 'agent'
      ? { agentId: at.agent.id }
      : by.kind === 'agent' && SCOPES_OF.agent.has(entry.action.access)
        ? {}
        : { ...naming(entry, by, at), ...(by.kind === 'provider' ? { agentId: at.agent.id } : {}) };
  return verdictWhen(t.call(entry.action.name, by, { ...input, ...names }));
}

beforeAll(async () => {
  t = await openHouse();
  const rows = new Map<string, Readonly<Record<CallerName, string>>>();
  for (const entry of t.house.catalogue.entries) {
    if (isByNoDoor(entry)) continue;
    nextMinute(t);
    const row: Partial<Record<CallerName, string>> = {};
    // those whom it must refuse share one scene: where one of them is not, the rules below say so
    const shared = await scene(entry);
    for (const name of NAMES) {
      const caller: Caller = CALLERS[name];
      const own = caller.alone === true || RULES[name](entry.action).includes('allow');
      row[name] = await verdictFor(entry, caller, own ? await scene(entry) : shared);
    }
    rows.set(entry.action.name, row as Record<CallerName, string>);
  }
  verdicts = rows;
});
afterAll(() => t[Symbol.asyncDispose]());

it('every action allows and refuses each kind of caller as authorization.txt says', () => {
  const text = [
    '# Who may do what, derived from the running house by test/matrix/authorization.test.ts. "other agent" is of the same',
    '# organisation and names the agent; "other admin", "other owner" and "other provider" are of another organisation and name',
    '# this one. People have shown a factor just now, but for "admin, no factor"; the service was named no action.',
    table([['action', ...NAMES], ...[...verdicts].map(([action, row]) => [action, ...NAMES.map((name) => row[name])])]),
    '',
  ].join('\n');
  committed(new URL('authorization.txt', import.meta.url), text, 'UPDATE_MATRIX');
});

describe.each(NAMES)('whatever the table says, %s', (name) => {
  it('may do no more and no less than its scope', () => {
    const wrong = [...verdicts]
      .map(([action, row]) => ({ action, verdict: row[name] }))
      .filter(({ action, verdict }) => !RULES[name](t.house.catalogue.byName(action)!.action).includes(verdict));
    expect(wrong).toEqual([]);
  });
});

it('every change by an administrator, an owner or the platform is confirmed by a factor, but for those with a reason', () => {
  const ruled: readonly Scope[] = ['org:operate', 'org:admin', 'org:own', 'platform:admin'];
  const unconfirmed = t.house.catalogue.entries
    .map(({ action }) => action)
    .filter(({ access, effect, sensitive }) => ruled.includes(access) && effect !== 'read' && sensitive !== true)
    .map(({ name }) => name);
  expect(unconfirmed.toSorted()).toEqual(Object.keys(UNCONFIRMED).toSorted());
});
