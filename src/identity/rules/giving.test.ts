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
const actionNamed = (name: string) => (Object.hasOwn(ACTIONS, name) ? { access: ACTIONS[name]! } : null);
const orchestrator = { scopes: SCOPES_OF.orchestrator };
const holder = (...scopes: Scope[]) => ({ scopes: new Set(scopes) });

describe('a program is given', () => {
  test('what its giver has', () => {
    const names = ['agent:act', 'org:admin', 'comms.pause_agent', 'comms.send_message'];
    expect(ungiven(holder('agent:act', 'org:admin'), 'org_1', names, actionNamed)).toEqual([]);
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
    expect(ungiven(holder('agent:act'), 'org_1', [name], actionNamed)).toMatchObject([{ name, why }]),
  );
  test('nothing of the platform in an organisation, also not by the orchestrator', () => {
    const names = ['platform:admin', 'comms.list_organizations'];
    const faults = names.map((name) => ({ name, why: 'of the platform' }));
    expect(ungiven(orchestrator, 'org_1', names, actionNamed)).toMatchObject(faults);
    expect(ungiven(orchestrator, PLATFORM_ORG, names, actionNamed)).toEqual([]);
  });
  test('no action of the log without the scope, which no exception gives', () => {
    expect(ungiven(orchestrator, 'org_1', ['audit.query_log'], actionNamed)).toMatchObject([
      { why: 'not without its scope' },
    ]);
    expect(ungiven(orchestrator, 'org_1', ['audit.query_log', 'audit:read'], actionNamed)).toEqual([]);
  });
  test('nothing by somebody from whom a grant takes something', () => {
    const deny = { id: 'x', effect: 'deny', action: 'comms.*', resource: { kind: 'agent', id: 'agt_1' } } as const;
    expect(ungiven({ ...orchestrator, grants: [deny] }, 'org_1', ['agent:read'], actionNamed)).toMatchObject([
      { why: 'lacked' },
    ]);
  });
  test('never more than its giver has, whatever is asked', () => {
    const scopes = fc.uniqueArray(fc.constantFrom(...SCOPES)).map((all) => new Set(all));
    const names = fc.array(fc.constantFrom(...SCOPES, ...Object.keys(ACTIONS)));
    fc.assert(
      fc.property(scopes, names, (has, asked) => {
        fc.pre(ungiven({ scopes: has }, 'org_1', asked, actionNamed).length === 0);
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
