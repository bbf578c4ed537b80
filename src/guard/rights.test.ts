import { describe, expect, test } from 'vitest';
import type { Grant } from './grant.ts';
import { type Principal, SCOPES_OF, type Scope } from './principal.ts';
import { covers, decide, mayEver, sees } from './rights.ts';

let made = 0;
const grant = (effect: Grant['effect'], action: string, resource: Grant['resource'] = { kind: 'any' }): Grant => ({
  ...{ id: `grt_${made++}`, effect, action, resource },
});
const deny = (action: string, agent?: string) =>
  grant('deny', action, agent === undefined ? { kind: 'any' } : { kind: 'agent', id: agent });
const allow = (action: string, agent?: string) => ({ ...deny(action, agent), effect: 'allow' as const });
const person = (scopes: readonly Scope[], ...grants: Grant[]): Pick<Principal, 'kind' | 'scopes' | 'grants'> => ({
  ...{ kind: 'person', scopes: new Set(scopes), grants },
});
const send = { action: 'comms.send_message', access: 'agent:act', agent: 'agt_1' } as const;
const log = { action: 'audit.query_log', access: 'audit:read', agent: null } as const;

describe('a right', () => {
  test.each([
    ['by the scope', person(['agent:act']), true],
    ['not without it', person(['agent:read', 'org:admin']), false],
    ['by a grant for this agent', person([], allow('comms.send_message', 'agt_1')), true],
    ['not by one for another agent', person([], allow('comms.send_message', 'agt_2')), false],
    ['not by one for another action', person([], allow('comms.send_otp', 'agt_1')), false],
    ['by one for the room', person([], allow('comms.*')), true],
    ['not where it is denied', person(['agent:act'], deny('comms.send_message', 'agt_1')), false],
    ['where it is denied for another agent', person(['agent:act'], deny('*', 'agt_2')), true],
    ['not where it is denied and allowed', person(['agent:act'], allow('*', 'agt_1'), deny('comms.*')), false],
    ['of an Owner, whatever is denied', person(['agent:act', 'org:own'], deny('*')), true],
  ])('%s', (_, by, is) => expect(decide(by, send).allow).toBe(is));

  test('says which grant decided', () => {
    const no = deny('comms.*', 'agt_1');
    expect(decide(person(['agent:act'], no), send).because).toEqual({ is: 'grant', id: no.id });
    expect(decide(person(['agent:act']), send).because).toEqual({ is: 'scope' });
    expect(decide(person([]), send).because).toEqual({ is: 'nothing' });
  });

  test.each(['audit:read', 'platform:admin', 'provider:deliver', 'system:act'] as const)(
    'that asks %s is not given by a grant',
    (access) => expect(decide(person([], allow('*')), { ...send, access }).allow).toBe(false),
  );
});

describe('the log', () => {
  test.each([
    ['whole', person(['audit:read'], deny('comms.*', 'agt_1')), true],
    ['not at all where an agent is hidden', person(['audit:read'], deny('agents.view', 'agt_1')), false],
    ['not at all where it is denied of an agent', person(['audit:read'], deny('audit.*', 'agt_1')), false],
  ])('is read %s', (_, by, is) => expect(decide(by, log).allow).toBe(is));
});

describe('an agent', () => {
  test.each([
    ['is there for who has any right in the organisation', person(['org:view']), true],
    ['is not there for an auditor', person(['audit:read']), false],
    ['is not there for who has nothing', person([]), false],
    ['is there for who is allowed something of it', person([], allow('comms.get_messages', 'agt_1')), true],
    ['is not there for who is allowed something of another', person([], allow('*', 'agt_2')), false],
    ['is not there where seeing it is denied', person(['agent:read'], deny('agents.view', 'agt_1')), false],
    ['is not there where everything is denied', person(['agent:read'], deny('*', 'agt_1')), false],
    ['is there where its actions are denied', person(['agent:read'], deny('comms.*', 'agt_1')), true],
    ['is there for its own token', { kind: 'agent', scopes: SCOPES_OF.agent } as const, true],
    ['is there for a provider', { kind: 'provider', scopes: SCOPES_OF.provider } as const, true],
    ['is there for the server', { kind: 'system', scopes: SCOPES_OF.system } as const, true],
  ])('%s', (_, by, is) => expect(sees(by, 'agt_1')).toBe(is));
});

test.each([
  ['comms.send_message', true],
  ['comms.*', true],
  ['*', true],
  ['comms.send_messages', false],
  ['comms.send', false],
  ['comm.*', false],
  ['comms.', false],
  ['.*', false],
])('the pattern %s covers comms.send_message: %s', (pattern, is) =>
  expect(covers(pattern, 'comms.send_message')).toBe(is),
);

test('a menu has what is allowed of one agent, and not what is denied everywhere', () => {
  expect(mayEver(person([], allow('comms.*', 'agt_1')), send)).toBe(true);
  expect(mayEver(person(['agent:act'], deny('comms.*', 'agt_1')), send)).toBe(true);
  expect(mayEver(person(['agent:act'], deny('comms.*')), send)).toBe(false);
  expect(mayEver(person([]), send)).toBe(false);
});
