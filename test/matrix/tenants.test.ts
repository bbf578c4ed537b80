/**
 * Every action × every id of another tenant that it takes, in its input and in its envelope, against `tenants.txt`. Told
 * what it is told of an id that does not exist, word for word; nothing of either organisation changes.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertId } from '../../src/guard/alert-book.ts';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import type { Outcome } from '../../src/guard/perform.ts';
import type { Principal } from '../../src/guard/principal.ts';
import type { Engine } from '../../src/store/engine.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { committed, table } from './committed.ts';
import {
  apiKey,
  exampleOf,
  granted,
  held,
  invited,
  isByNoDoor,
  nextMinute,
  proposed,
  received,
  registered,
  service,
  spoken,
  tokenOf,
  unknownCall,
} from './examples.ts';
import { verdictWhen } from './outcome.ts';
import { pathsOf, put, type Step, spelled } from './places.ts';
import { rowsOfOrganizations } from './rows.ts';
import { leastOf, naming, openTenant, type Tenant } from './tenant.ts';

const IDS: Readonly<Record<string, (at: Tenant) => Promise<string> | string>> = {
  agt: ({ agent }) => agent.id,
  org: ({ org }) => org,
  act: held,
  msg: received,
  tok: (at) => tokenOf(at, at.agent.id),
  reg: registered,
  alt: alerted,
  usr: invited,
  grt: granted,
  key: apiKey,
  svc: service,
  thr: spoken,
  cfg: proposed,
  frm: async (at) => (await unknownCall(at)).frameId,
};
async function alerted({ t, org }: Tenant): Promise<AlertId> {
  const at = t.clock.now();
  const alert = { severity: 'LOW', kind: 'test', org, say: 'A test.', subject: 'test', detail: {} } as const;
  return t.house.store.alerts.book({ ...alert, count: 1, since: at, at }, []);
}

const CALLERS = ['agent', 'admin', 'orchestrator', 'provider'] as const;
type CallerName = (typeof CALLERS)[number];
const callerOf = ({ t, agent, admin, provider }: Tenant): Record<CallerName, Principal> => ({
  agent: agent.by,
  admin,
  orchestrator: t.orchestrator,
  provider,
});

interface Told {
  readonly action: string;
  readonly place: string;
  readonly caller: CallerName;
  readonly verdict: string;
  /** To the other organisation's id, and to one that is nobody's. */
  readonly answers: readonly [string, string];
  readonly changed: boolean;
}

/** Places whose answer may show the orchestrator every organisation. */
const SEEN_BY_ORCHESTRATOR = ['audit.prove actionId', 'audit.why actionId'];
/** The last message that somebody has looked at: whatever the agent was told later is not cleared. Any id is a time. */
const POINT_IN_TIME = 'comms.clear_context upTo';
/** Where an id that is nobody's is passed over: a page boundary, a filter. */
const PASSED_OVER = [
  'comms.get_messages cursor',
  'swarm.list_threads cursor',
  'swarm.list_messages cursor',
  'swarm.list_thread_messages cursor',
  'comms.list_alerts cursor',
  'identity.list_grants cursor',
  'audit.query_log agent',
  'identity.list_grants principal',
  'identity.list_people cursor',
  'identity.list_api_keys cursor',
  'identity.list_services cursor',
  POINT_IN_TIME,
];

let engine: Engine;
let t: TestHouse;
const told: Told[] = [];

/** An id that nobody has, and that sorts right after this one. */
const unknownBeside = (id: string): string => `${id}z`;

/** An outcome, or what was thrown, without what differs from call to call. */
const comparable = async (call: Promise<Outcome>, id: string): Promise<string> =>
  call
    .then(
      (outcome) => JSON.stringify(outcome.is === 'refused' ? { ...outcome, id: null } : outcome),
      (failure: unknown) => String(failure),
    )
    .then((text) => neutral(text, id));

const neutral = (text: string, id: string): string =>
  text
    .replaceAll(id, '<id>')
    .replace(/"id":"act_\w+"/, '"id":""')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');

const placesOf = (entry: CatalogueEntry): readonly (readonly Step[])[] => [
  ...(entry.action.subject === 'platform' ? [] : [[{ member: 'agentId' }], [{ member: 'organizationId' }]]),
  ...pathsOf(entry, 'id'),
];

async function tell(entry: CatalogueEntry, path: readonly Step[], caller: CallerName): Promise<void> {
  const [own, other] = [await openTenant(t), await openTenant(t)];
  const by = callerOf(own)[caller];
  const envelope: Record<string, string> = { ...naming(entry, by, own) };
  if (by.kind === 'orchestrator') envelope['organizationId'] = own.org;
  if (by.kind === 'agent') delete envelope['agentId'];
  const { valid, whole = valid } = exampleOf(entry.action.name);
  const input = { ...(await whole(own)), ...envelope };
  const place = spelled(path);
  const prefix = place === 'organizationId' ? 'org' : place === 'agentId' ? 'agt' : prefixAt(input, path);
  const make = IDS[prefix];
  if (make === undefined) throw new Error(`no id that begins with ${prefix}: ${entry.action.name} ${place}`);
  const id = await make(other);
  const unknown = unknownBeside(id);

  const before = await rowsOfOrganizations(engine, own.org, other.org);
  const asForeign = t.call(entry.action.name, by, put(input, path, id));
  const verdict = await verdictWhen(asForeign);
  const after = await rowsOfOrganizations(engine, own.org, other.org);
  const asUnknown = t.call(entry.action.name, by, put(input, path, unknown));
  told.push({
    action: entry.action.name,
    place,
    caller,
    verdict,
    answers: [await comparable(asForeign, id), await comparable(asUnknown, unknown)],
    changed: JSON.stringify(before) !== JSON.stringify(after),
  });
}

/** The example's own value. */
const at = (input: object, path: readonly Step[]): unknown =>
  path.reduce<unknown>(
    (value, step) => ('member' in step ? Reflect.get(value as object, step.member) : (value as readonly unknown[])[0]),
    input,
  );

function prefixAt(input: object, path: readonly Step[]): string {
  const value = at(input, path);
  if (typeof value !== 'string') throw new Error(`the example has no id at ${JSON.stringify(path)}`);
  return value.slice(0, 3);
}

beforeAll(async () => {
  engine = (await engines[0]!.open()).engine;
  t = await openHouse({ engine });
  for (const entry of t.house.catalogue.entries) {
    if (isByNoDoor(entry)) continue;
    const { access } = entry.action;
    for (const path of placesOf(entry)) {
      for (const caller of CALLERS) {
        nextMinute(t);
        const may = {
          agent: 'agent',
          organization: 'admin',
          orchestrator: 'orchestrator',
          provider: 'provider',
          person: '',
          service: '',
          system: '',
        };
        const own = callerOf(await openTenant(t))[caller];
        if (!own.scopes.has(access) || may[own.kind] !== caller) continue;
        // the orchestrator may act for any organisation that it names
        if (
          caller === 'orchestrator' &&
          path.length === 1 &&
          'member' in path[0]! &&
          path[0].member === 'organizationId'
        )
          continue;
        await tell(entry, path, caller);
      }
    }
  }
});
afterAll(() => t[Symbol.asyncDispose]());

const placed = ({ action, place }: Told): string => `${action} ${place}`;
const exempt = (one: Told): boolean => one.caller === 'orchestrator' && SEEN_BY_ORCHESTRATOR.includes(placed(one));

it("every action answers to each of another organisation's ids as tenants.txt says", () => {
  const places = [...new Set(told.map(placed))];
  const cell = (place: string, caller: CallerName): string =>
    told.find((one) => placed(one) === place && one.caller === caller)?.verdict ?? '-';
  const text = [
    '# What each caller is told when it names another organisation\'s id, derived by test/matrix/tenants.test.ts. "-": the',
    '# caller may not do it at all, or may act in every organisation.',
    table([
      ['action', 'id', ...CALLERS],
      ...places.map((place) => [...place.split(' '), ...CALLERS.map((caller) => cell(place, caller))]),
    ]),
    '',
  ].join('\n');
  committed(new URL('tenants.txt', import.meta.url), text, 'UPDATE_MATRIX');
});

/** Known to the other organisation alone: it wrote to them, asked them, and took them off. */
const KNOWN = { phone: '+14155550171', mail: 'known@sandbox.example' } as const;
const NOBODY = { phone: '+14155550172', mail: 'nobody@sandbox.example' } as const;

async function acquainted({ t, agent, admin }: Tenant): Promise<void> {
  await t.consent(agent, KNOWN.phone);
  await t.done('comms.record_consent', agent.by, { contact: KNOWN.mail, channel: 'email', type: 'express' });
  await t.done('comms.send_message', agent.by, { to: KNOWN.phone, body: 'Hello' });
  await t.inbound(agent, KNOWN.phone, 'STOP');
  for (const contact of Object.values(KNOWN)) await t.done('comms.dnc_add', admin, { contact });
}

describe('a person whom another organisation knows', () => {
  it('is to every action, in every field that takes an address, like one whom nobody knows', async () => {
    const told_apart: string[] = [];
    const changed: string[] = [];
    for (const entry of t.house.catalogue.entries) {
      if (isByNoDoor(entry)) continue;
      for (const path of pathsOf(entry, 'address')) {
        nextMinute(t);
        const other = await openTenant(t);
        await acquainted(other);
        const answerAbout = async (person: typeof KNOWN | typeof NOBODY): Promise<string> => {
          const own = await openTenant(t);
          const by = leastOf(entry, own);
          const example = exampleOf(entry.action.name);
          const input = { ...(await (example.whole ?? example.valid)(own)), ...naming(entry, by, own) };
          const address = person[JSON.stringify(at(input, path)).includes('@') ? 'mail' : 'phone'];
          const before = await rowsIn(other);
          const outcome = await comparable(t.call(entry.action.name, by, put(input, path, address)), address);
          if ((await rowsIn(other)) !== before) changed.push(`${entry.action.name} ${spelled(path)}`);
          return outcome.replaceAll(ANY_ID, '$1_').replaceAll(MADE_UP, '<made up>');
        };
        const [known, nobody] = [await answerAbout(KNOWN), await answerAbout(NOBODY)];
        if (known !== nobody) told_apart.push(`${entry.action.name} ${spelled(path)}: ${known} and ${nobody}`);
      }
    }
    expect(told_apart).toEqual([]);
    expect(changed).toEqual([]);
  });

  const ANY_ID = /\b([a-z]{3})_[0-9A-Z]{26}\b/g;
  /** Numbers, mailboxes and tokens that are made at random; keyed hashes, which differ with the organisation. */
  const MADE_UP =
    /\+1(?:500|212555)\d+|(?:agent|desk)-[0-9a-f]+@[a-z.]+|spa_\w+|(?<=#\/link\?token=)[\w-]{43}|in-\d+|mail-\d+|whsec_[\w+/=]+|(?<="subject":")[\w-]{22}/g;

  /** The rows of one organisation, but for what is recorded. */
  const rowsIn = async ({ org }: Tenant): Promise<string> => JSON.stringify(await rowsOfOrganizations(engine, org));
});

describe('whatever the table says, an id of another organisation', () => {
  const REFUSED = ['not_found', 'agent_mismatch', 'not_held'];

  it('is refused as not found, or passed over where ids are', () => {
    const let_through = told.filter(
      (one) => !exempt(one) && !REFUSED.includes(one.verdict) && !PASSED_OVER.includes(placed(one)),
    );
    expect(let_through).toEqual([]);
  });

  it('is answered word for word like an id that is nobody’s', () => {
    const told_apart = told.filter((one) => !exempt(one) && one.answers[0] !== one.answers[1]);
    expect(told_apart).toEqual([]);
  });

  it('changes no row of either organisation', () => {
    expect(told.filter((one) => one.changed && placed(one) !== POINT_IN_TIME)).toEqual([]);
    expect(told.length).toBeGreaterThan(80);
  });
});
