/**
 * An agent that somebody may not see is nowhere: every read of the catalogue answers them as though it had never been, and
 * every action that names it, or something of it, answers what it answers of one that there is not.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import type { Grant } from '../../src/guard/grant.ts';
import type { Outcome } from '../../src/guard/perform.ts';
import type { Principal } from '../../src/guard/principal.ts';
import { VIEW_AGENT } from '../../src/guard/rights.ts';
import { scopesOfRole } from '../../src/identity/rules/roles.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import type { Engine } from '../../src/store/engine.ts';
import { exampleOf, isByNoDoor, nextMinute } from '../matrix/examples.ts';
import { rowsOf, withoutRecords } from '../matrix/rows.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestAgent, type TestHouse } from '../support/house.ts';

const NAME = 'Canary of the north';
const NOBODY = 'agt_00000000000000000000000000';
const TEXT = 'a text that the canary alone has';
const CONTACT = '+14155550177';

let engine: Engine;
let t: TestHouse;
beforeAll(async () => {
  engine = (await engines[0]!.open()).engine;
  t = await openHouse({ engine });
  const laid = new Map<string, object>();
  for (const entry of t.house.catalogue.entries) {
    if (isByNoDoor(entry)) continue;
    const { action } = entry;
    nextMinute(t);
    laid.set(action.name, await exampleOf(action.name).valid(await openTenant(t)));
  }
  inputs = laid;
});
afterAll(() => t[Symbol.asyncDispose]());

/** An agent with one of everything that reads tell of, and an action of its that waits for approval. */
async function canaryIn({ org, admin }: Tenant): Promise<TestAgent & { readonly held: string }> {
  const made = await t.done('comms.provision_channels', admin, { displayName: NAME, capabilities: { sms: true } });
  const token: string = made.securityToken;
  const agent: TestAgent = { id: made.agentId, token, by: (await t.house.authenticate(token))! };
  await t.consent(agent, CONTACT);
  await t.done('comms.send_message', agent.by, { to: CONTACT, body: TEXT });
  await t.inbound(agent, CONTACT, TEXT);
  await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
  const waiting = await t.call('comms.send_message', agent.by, { to: CONTACT, body: TEXT });
  if (waiting.is !== 'held') throw new Error(waiting.is);
  const at = t.clock.now();
  const told = { severity: 'LOW', kind: 'spend_80', org, count: 1, since: at, at } as const;
  await t.house.store.alerts.book({ ...told, subject: agent.id, say: 'It has used much.', detail: {} }, []);
  await t.house.store.alerts.book({ ...told, subject: 'others', say: `Agent ${agent.id} too.`, detail: {} }, []);
  await t.house.store.alerts.book({ ...told, subject: 'others', say: 'One more.', detail: { agent: agent.id } }, []);
  return { ...agent, held: waiting.id };
}

const without = (agent: TestAgent, action: string): Grant => ({
  id: 'grt_1',
  effect: 'deny',
  action,
  resource: { kind: 'agent', id: agent.id },
});
/** An administrator with a fresh factor and these grants. */
const somebody = ({ org }: Tenant, ...grants: Grant[]): Principal => ({
  ...{ id: 'usr_1', kind: 'person', org, agent: null, grants, fences: [] },
  scopes: scopesOfRole(org, 'admin'),
  sensitive: { is: 'step-up', until: t.clock.now() + MINUTE_MS },
});

/** Every example's input, on a ground of its own. */
let inputs: ReadonlyMap<string, object>;

const ANY_ID = /\b([a-z]{3})_[0-9A-Z]{26}\b/g;
/** Numbers and mailboxes that are made at random, slugs that count up; the log is everybody's, and its leaves are numbered. */
const MADE_UP = /"logIndexes":\[[\d,]*\]|\+1(?:500|212555)\d+|(?:agent|desk)-[0-9a-f]+@[a-z.]+|in_[\w-]+|\borg-\d+\b/g;
const neutral = (outcome: Outcome | string): string =>
  (typeof outcome === 'string' ? outcome : JSON.stringify(outcome))
    .replace(ANY_ID, '$1_')
    .replace(/"argsHash":"[\w-]{43}"/, '"argsHash":""')
    .replace(MADE_UP, '<made up>');

const asked = (entry: CatalogueEntry, by: Principal, input: object): Promise<Outcome | string> =>
  t.call(entry.action.name, by, input).catch((thrown: unknown) => String(thrown));

const READS = () =>
  t.house.catalogue.entries.filter(({ action }) => action.effect === 'read' && action.subject !== 'platform');

describe('what a read answers somebody who may not see one of the agents', () => {
  it('is what it would answer if there were no such agent, and tells nothing of it', async () => {
    const differing: string[] = [];
    const telling: string[] = [];
    let answered = 0;
    let seen = 0;
    for (const entry of READS()) {
      nextMinute(t);
      const [full, bare] = [await openTenant(t), await openTenant(t)];
      const canary = await canaryIn(full);
      const answerIn = async (at: Tenant, by: Principal): Promise<Outcome | string> => {
        const named = entry.action.subject === 'agent' ? { agentId: at.agent.id } : {};
        return asked(entry, by, { ...(await exampleOf(entry.action.name).valid(at)), ...named });
      };
      const cut = await answerIn(full, somebody(full, without(canary, VIEW_AGENT)));
      const uncut = await answerIn(bare, somebody(bare));
      if (neutral(cut) !== neutral(uncut))
        differing.push(`${entry.action.name}: ${neutral(cut)} for ${neutral(uncut)}`);
      for (const secret of [canary.id, NAME, TEXT, CONTACT, canary.held])
        if (JSON.stringify(cut).includes(secret)) telling.push(`${entry.action.name}: ${secret}`);
      if (typeof cut !== 'string' && cut.is === 'done') answered++;
      if (neutral(await answerIn(full, somebody(full))) !== neutral(uncut)) seen++;
    }
    expect(telling).toEqual([]);
    expect(differing).toEqual([]);
    expect(answered).toBeGreaterThan(12);
    expect(seen).toBeGreaterThan(5); // who may see it is told of it, by the same calls
  });
});

describe.each([VIEW_AGENT, 'agents.*', '*'])('whoever is denied %s of an agent', (action) => {
  it('is told of it, by every action, word for word what is told of one that there is not', async () => {
    const at = await openTenant(t);
    const canary = await canaryIn(at);
    const by = somebody(at, without(canary, action));
    const before = JSON.stringify(withoutRecords(await rowsOf(engine)));
    const differing: string[] = [];
    for (const entry of t.house.catalogue.entries.filter((one) => one.action.subject !== 'platform')) {
      nextMinute(t);
      const answerOf = async (agentId: string): Promise<string> =>
        neutral(await asked(entry, by, { ...inputs.get(entry.action.name), agentId }))
          .replaceAll(agentId, '<id>')
          .replace(/"id":"act_\w*"/, '');
      const [hidden, absent] = [await answerOf(canary.id), await answerOf(NOBODY)];
      if (hidden !== absent || !hidden.includes('"refused"'))
        differing.push(`${entry.action.name}: ${hidden}, ${absent}`);
    }
    expect(differing).toEqual([]);
    expect(JSON.stringify(withoutRecords(await rowsOf(engine)))).toBe(before);
  });

  it('can’t look at, approve or deny what it asked for', async () => {
    const at = await openTenant(t);
    const canary = await canaryIn(at);
    const by = somebody(at, without(canary, action));
    for (const name of ['audit.why', 'comms.approve', 'comms.deny']) {
      const entry = t.house.catalogue.byName(name)!;
      const [one, other] = await Promise.all(
        [canary.held, 'act_00000000000000000000000000'].map(async (actionId) =>
          neutral(await asked(entry, by, { actionId }))
            .replaceAll(actionId, '<id>')
            .replace(/"id":"act_\w*"/, ''),
        ),
      );
      expect(one, name).toBe(other);
      expect(one, name).toContain('refused');
    }
    expect(await t.done('comms.list_held', at.admin, {})).toMatchObject({ held: [{ actionId: canary.held }] });
  });
});
