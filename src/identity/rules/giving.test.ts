import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SCOPES, SCOPES_OF, type Scope } from '../../guard/principal.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import { scopesAndActions, ungiven } from './giving.ts';

const ACTIONS: Readonly<Record<string, Scope>> = {
  'comms.send_message': 'agent:act',
  'comms.pause_agent': 'org:admin',
  'comms.list_organizations': 'platform:admin',
  'audit.query_log': 'audit:read',
  'comms.receive_message': 'provider:deliver',
};
const operations = Object.entries(ACTIONS).map(([name, access]) => ({ name, access }));
const orchestrator = { kind: 'orchestrator', scopes: SCOPES_OF.orchestrator } as const;
const holder = (...scopes: Scope[]) => ({ kind: 'organization', scopes: new Set(scopes) }) as const;

describe('a program is given', () => {
  test('what its giver has', () => {
    const names = ['agent:act', 'org:admin', 'comms.pause_agent', 'comms.send_message'];
    expect(ungiven(holder('agent:act', 'org:admin'), 'org_1', names, operations)).toEqual([]);
  });
  test.each([
    ['a scope that its giver lacks', 'org:own', 'lacked'],
    ['an action that its giver may not do', 'comms.pause_agent', 'lacked'],
    ['a scope that does not exist', 'org:god', 'unknown'],
    ['an action that does not exist', 'comms.do_anything', 'unknown'],
    ['every action of a room', 'comms.*', 'unknown'],
    ['what is a provider’s', 'provider:deliver', 'unknown'],
    ['an action of a provider', 'comms.receive_message', 'unknown'],
    ['what is the server’s own', 'system:act', 'unknown'],
    ['a property of every object', 'constructor', 'unknown'],
  ])('never %s', (_, name, why) =>
    expect(ungiven(holder('agent:act'), 'org_1', [name], operations)).toMatchObject([{ name, why }]),
  );
  test('nothing of the platform in an organisation, also not by the orchestrator', () => {
    const names = ['platform:admin', 'comms.list_organizations'];
    const faults = names.map((name) => ({ name, why: 'of the platform' }));
    expect(ungiven(orchestrator, 'org_1', names, operations)).toMatchObject(faults);
    expect(ungiven(orchestrator, PLATFORM_ORG, names, operations)).toEqual([]);
  });
  test('no action of the log without the scope, which no exception gives', () => {
    expect(ungiven(orchestrator, 'org_1', ['audit.query_log'], operations)).toMatchObject([
      { why: 'not without its scope' },
    ]);
    expect(ungiven(orchestrator, 'org_1', ['audit.query_log', 'audit:read'], operations)).toEqual([]);
  });
  test('nothing by somebody from whom a grant takes something', () => {
    const deny = { id: 'grt_1', effect: 'deny', action: 'comms.*', resource: { kind: 'agent', id: 'agt_1' } } as const;
    expect(ungiven({ ...orchestrator, grants: [deny] }, 'org_1', ['agent:read'], operations)).toMatchObject([
      { why: 'lacked' },
    ]);
  });
  test('an action that its giver has by a grant alone, unless that is about one agent', () => {
    const allow = { id: 'grt_1', effect: 'allow', action: 'comms.pause_agent', resource: { kind: 'any' } } as const;
    const name = ['comms.pause_agent'];
    expect(ungiven({ ...holder('org:own'), grants: [allow] }, 'org_1', name, operations)).toEqual([]);
    const one = { ...allow, resource: { kind: 'agent', id: 'agt_1' } } as const;
    expect(ungiven({ ...holder('org:own'), grants: [one] }, 'org_1', name, operations)).toMatchObject([
      { why: 'lacked' },
    ]);
  });
  test('never more than its giver has, whatever is asked', () => {
    const scopes = fc.uniqueArray(fc.constantFrom(...SCOPES)).map((all) => new Set(all));
    const names = fc.array(fc.constantFrom(...SCOPES, ...Object.keys(ACTIONS)));
    fc.assert(
      fc.property(scopes, names, (has, asked) => {
        fc.pre(ungiven(holder(...has), 'org_1', asked, operations).length === 0);
        for (const name of asked) expect(has).toContain(ACTIONS[name] ?? name);
      }),
    );
  });
});

test('scopes and actions are told apart by their form, each once', () =>
  expect(scopesAndActions(['agent:act', 'comms.ping', 'agent:act', 'x'])).toEqual({
    scopes: ['agent:act'],
    actions: ['comms.ping', 'x'],
  }));
