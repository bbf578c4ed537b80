/**
 * The ledger alone over a chosen engine, with actions made for tests: their input says what they take, write, hold and
 * fence, so that a test states exactly what the ledger has to do.
 */

import * as z from 'zod';
import { noteSigner } from '../../src/audit/signed-note.ts';
import { type Delivery, stateAction, worldAction } from '../../src/guard/action.ts';
import { type Catalogue, createCatalogue } from '../../src/guard/catalogue.ts';
import { guard } from '../../src/guard/guard.ts';
import { TRUSTED } from '../../src/guard/label.ts';
import type { Ledger, Proposal, Proposed } from '../../src/guard/ledger.ts';
import type { Claimed, Permit } from '../../src/guard/permit.ts';
import { type Principal, SCOPES_OF } from '../../src/guard/principal.ts';
import type { Take } from '../../src/guard/take.ts';
import { guardWrite } from '../../src/guard/writes.ts';
import { standingGuard, standingOfEnded } from '../../src/identity/guards/standing.ts';
import { canonicalJson, type Json } from '../../src/kernel/canonical-json.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { SallyportError } from '../../src/kernel/errors.ts';
import { type AgentId, createIds, type Ids, type OrgId, PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import type { Write } from '../../src/kernel/write.ts';
import type { Engine } from '../../src/store/engine.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { ALERT_ALONE } from '../../src/tenancy/anomaly-policy.ts';
import { TIER_LIMITS } from '../../src/tenancy/limits.ts';
import { NEW_STANDING } from '../../src/tenancy/organization.ts';
import { tenancyWrite } from '../../src/tenancy/writes.ts';
import { createKeyRing } from '../../src/vault/key-ring.ts';
import { type TestClock, type TestKeys, testClock, testKeys } from './house.ts';

export const ORIGIN = 'test.example/log';

/** Somebody's approval of a held action, without a signature. */
export const approval = (action: string, by = 'tok_admin'): Write =>
  guardWrite('hold.approve', {
    action: action as `act_${string}`,
    by: { kind: 'organization', id: by },
    ...{ note: null, inputHash: 'A'.repeat(43), signed: null },
  });

/** What a test action is told to do. */
export interface Told {
  readonly takes?: readonly Take[];
  /** The person whom it is about. */
  readonly to?: string;
  readonly hold?: boolean;
  /** With the decision (a world action: when it becomes ready). */
  readonly writes?: readonly Write[];
  /** With the result. */
  readonly atTheEnd?: readonly Write[];
  /** Throws where the change is computed. */
  readonly throws?: string;
  readonly says?: string;
}

/** No writer knows it: the transaction that meets it fails after everything before it was written. */
export const BROKEN_WRITE = { kind: 'no.such.write', row: {} } as unknown as Write;

export const HOLD_MS = 15 * MINUTE_MS;

const takesGuard = guard<Told>()({
  id: 'takes',
  stage: 'limit',
  needs: {},
  judge: ({ input }) => (input.takes ?? []).map((take) => ({ is: 'take', take })),
});
const fenceGuard = guard<Told>()({
  id: 'contact',
  stage: 'comply',
  needs: {},
  fences: ({ input }) => (input.to === undefined ? [] : [{ of: 'contact', id: input.to }]),
  judge: () => [],
});
const holdGuard = guard<Told>()({
  id: 'approval',
  stage: 'approve',
  needs: {},
  judge: ({ input, approvedBy }) =>
    input.hold === true && approvedBy === null
      ? [{ is: 'hold', policy: 'always', say: 'Ask first.', ttlMs: HOLD_MS }]
      : [],
});

const told = (input: unknown): Told => input as Told;
const common = {
  version: 1,
  says: 'For tests.',
  input: z.object({}),
  output: z.unknown(),
  access: 'agent:act',
  subject: 'organization',
  risk: 'low',
  guards: [fenceGuard, takesGuard, holdGuard],
  doors: [],
  needs: {},
} as const;

const state = (name: `test.${string}`, more: object = {}) =>
  stateAction({
    ...common,
    name,
    ...more,
    change({ input }) {
      const { throws, writes, says } = told(input);
      if (throws !== undefined) throw new SallyportError('conflict', throws);
      return { writes: writes ?? [], output: { says: says ?? null } };
    },
  });

export type Execute = (permit: Permit<Told>) => Promise<Delivery>;

export type Find = (claimed: Claimed) => Promise<Delivery | null>;

const world = (name: `test.${string}`, retry: 'same-key' | 'never', execute: Execute, find?: Find) =>
  worldAction({
    ...common,
    name,
    retry: () => retry,
    leaseMs: 30_000,
    beginWithinMs: 900_000,
    contact: (input) => told(input).to ?? null,
    stage: ({ input }) => ({ writes: told(input).writes ?? [], output: { state: 'queued' }, context: {} }),
    execute: (permit) => execute(permit as Permit<Told>),
    spendsOn: () => 'sms',
    ...(find && { find }),
    conclude: ({ input }, { state }) => ({ writes: told(input).atTheEnd ?? [], output: { state } }),
  });

const testActions = (execute: Execute, find?: Find) => [
  state('test.note'),
  state('test.secret', { secretOutput: ['says'] }),
  world('test.send', 'never', execute),
  world('test.resend', 'same-key', execute, find),
];
export type TestAction = 'test.note' | 'test.secret' | 'test.send' | 'test.resend';

export interface ProposeOptions {
  readonly org?: OrgId;
  readonly agent?: AgentId;
  readonly by?: Principal;
  readonly key?: string;
  readonly claim?: boolean;
}

export interface Desk {
  readonly engine: Engine;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly clock: TestClock;
  readonly ids: Ids;
  readonly vkey: string;
  readonly org: OrgId;
  readonly agent: AgentId;
  readonly faults: unknown[];
  proposal(name: TestAction, input?: Told, options?: ProposeOptions): Proposal;
  propose(name: TestAction, input?: Told, options?: ProposeOptions): Promise<Proposed>;
  /** A world action that was admitted and claimed at once. */
  claimed(name: TestAction, input?: Told, options?: ProposeOptions): Promise<Claimed>;
  /** Another organisation with an agent. */
  tenant(slug: string): Promise<{ readonly org: OrgId; readonly agent: AgentId }>;
  approve(id: string, by?: string): Promise<Proposed>;
  /** Everything that is recorded, in the log's order. */
  log(): Promise<readonly Record<string, unknown>[]>;
  count(table: 'action' | 'take' | 'meter' | 'idempotency' | 'refusal_count' | 'contact'): Promise<number>;
  meter(id: string, org?: OrgId): Promise<number>;
}

export interface DeskOptions {
  readonly engine: Engine;
  readonly clock?: TestClock;
  readonly keys?: TestKeys;
  /** What comes of an attempt at a world action; it succeeds unless said. */
  readonly execute?: Execute;
  /** What is found out of a `test.resend` of unknown outcome; nobody can be asked unless said. */
  readonly find?: Find;
  /** Of the organisation that it makes. */
  readonly slug?: string;
  /** Share the organisation of a desk over the same database instead of making one. */
  readonly beside?: Desk;
}

export async function openDesk({ engine, beside, ...options }: DeskOptions): Promise<Desk> {
  const clock = options.clock ?? testClock();
  const keys = options.keys ?? testKeys();
  const entropy = systemEntropy();
  const ids = createIds(clock, entropy);
  const faults: unknown[] = [];
  const signer = noteSigner(ORIGIN, keys.log);
  const ring = createKeyRing(keys.encryption, []);
  const store = await openStore({ engine, ring, signer, clock, entropy, ids, onFault: (fault) => faults.push(fault) });
  await store.start();
  const catalogue = createCatalogue({
    actions: testActions(options.execute ?? (async () => ({ state: 'ok', ref: 'ref' })), options.find),
    everywhere: ({ effect }) => [effect === 'read' ? standingOfEnded : standingGuard],
    inputPolicy: 'standard',
  });
  const ledger = store.ledger(catalogue);

  const tenant: Desk['tenant'] = async (slug) => {
    const org = ids.next('org');
    const agent = ids.next('agt');
    const createdAt = clock.now();
    await store.found(PLATFORM_ORG, 'organization_made', [
      tenancyWrite('organization.create', {
        id: org,
        slug,
        name: slug,
        ...NEW_STANDING,
        tier: 'starter',
        zone: 'UTC',
        createdAt,
      }),
    ]);
    await store.found(org, 'agent_made', [
      tenancyWrite('agent.create', {
        org,
        id: agent,
        name: 'Front desk',
        status: 'active',
        senders: { sms: '+15005550006' },
        bound: {},
        limits: TIER_LIMITS.starter,
        approvalPolicy: 'never',
        anomalyPolicy: ALERT_ALONE,
        country: 'US',
        createdAt,
      }),
    ]);
    return { org, agent };
  };
  const home = beside ?? (await tenant(options.slug ?? 'home'));

  const proposal: Desk['proposal'] = (
    name,
    input = {},
    { org = home.org, agent = home.agent, by, key, claim = false } = {},
  ) => ({
    id: ids.next('act'),
    entry: catalogue.byName(name)!,
    by: by ?? { id: 'tok_1', kind: 'agent', org, agent, scopes: SCOPES_OF.agent, fences: [] },
    org,
    agent,
    input,
    args: canonicalJson(input as unknown as Json),
    label: TRUSTED,
    idempotencyKey: key ?? null,
    claim,
  });
  const propose: Desk['propose'] = (name, input, options) => ledger.propose(proposal(name, input, options));

  return {
    engine,
    store,
    ledger,
    catalogue,
    clock,
    ids,
    vkey: signer.vkey,
    org: home.org,
    agent: home.agent,
    faults,
    proposal,
    propose,
    tenant,
    async claimed(name, input, options) {
      const proposed = await propose(name, input, { ...options, claim: true });
      if (proposed.is !== 'pending' || proposed.claimed === null) throw new Error(JSON.stringify(proposed));
      return proposed.claimed;
    },
    async approve(id, by = 'tok_admin') {
      const approved = await propose('test.note', {
        writes: [approval(id, by)],
      });
      if (approved.is !== 'done') throw new Error(JSON.stringify(approved));
      const released = await ledger.release(home.org, id as `act_${string}`, true);
      if (released === null) throw new Error('nothing to release');
      return released;
    },
    async log() {
      await store.checkpoint();
      const rows = await engine.db.selectFrom('log_entry').select('body').orderBy('idx').execute();
      return rows.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    },
    async count(table) {
      const row = await engine.db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
    async meter(id, org = home.org) {
      const row = await engine.db
        .selectFrom('meter')
        .select('used')
        .where('org', '=', org)
        .where('id', '=', id)
        .executeTakeFirst();
      return row?.used ?? 0;
    },
  };
}
