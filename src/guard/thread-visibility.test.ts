import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import type { Grant } from './grant.ts';
import { type Principal, SCOPES, SCOPES_OF, type Scope } from './principal.ts';
import { VIEW_AGENT } from './rights.ts';
import { isThreadThere, rightInThread, rightOnThread, type SeenThread, seesThread } from './thread-visibility.ts';

type Viewer = Pick<Principal, 'id' | 'kind' | 'org' | 'scopes' | 'grants'>;

let made = 0;
const grant = (effect: Grant['effect'], action: string, thread?: string): Grant => ({
  ...{ id: `grt_${made++}`, effect, action },
  resource: thread === undefined ? { kind: 'any' } : { kind: 'thread', id: thread },
});
const person = (scopes: readonly Scope[], ...grants: Grant[]): Viewer => ({
  ...{ id: 'usr_1', kind: 'person', org: 'org_1', scopes: new Set(scopes), grants },
});
const thread = (visibility: SeenThread['visibility'], owner = 'usr_2'): SeenThread => ({
  ...{ org: 'org_1', id: 'thr_1', owner: { is: 'principal', id: owner }, visibility, roots: [] },
});
const open = thread('organization');
const shut = thread('private');
const outsiders = { ...shut, owner: { is: 'contact', ref: 'usr_1' } } as const;

describe('a thread is seen', () => {
  test.each([
    ['by who looks at the organisation', person(['org:view']), open, true],
    ['not by an auditor', person(['audit:read']), open, false],
    ['not by an agent', { ...person([]), kind: 'agent', scopes: SCOPES_OF.agent } as Viewer, open, false],
    ['private: not by a viewer', person(['org:view']), shut, false],
    ['private: not by an operator', person(['org:view', 'org:operate']), shut, false],
    ['private: by an administrator', person(['org:view', 'org:admin']), shut, true],
    ['private: by its owner', person([]), thread('private', 'usr_1'), true],
    ['by its owner, whatever is denied', person([], grant('deny', '*')), thread('private', 'usr_1'), true],
    ['not where a grant hides it', person(['org:view'], grant('deny', 'swarm.view_thread', 'thr_1')), open, false],
    ['not where everything is denied', person(['org:view', 'org:admin'], grant('deny', '*')), shut, false],
    ['where another one is hidden', person(['org:view'], grant('deny', 'swarm.view_thread', 'thr_2')), open, true],
    ['where only something else is denied', person(['org:view'], grant('deny', 'swarm.kill_thread')), open, true],
    ['by an Owner, whatever is denied', person(['org:own', 'org:admin', 'org:view'], grant('deny', '*')), shut, true],
    ['private: by a grant on it', person(['org:view'], grant('allow', 'swarm.inspect_thread', 'thr_1')), shut, true],
    ['private: not by one on another', person(['org:view'], grant('allow', 'swarm.*', 'thr_2')), shut, false],
    ['private: not by one on everything', person(['org:view'], grant('allow', 'swarm.*')), shut, false],
    ['by a grant on everything', person([], grant('allow', 'swarm.*')), open, true],
    ['not by a grant of something else', person([], grant('allow', 'comms.*', 'thr_1')), open, false],
    [
      'not where it is allowed and denied',
      person([], grant('allow', 'swarm.*', 'thr_1'), grant('deny', '*', 'thr_1')),
      open,
      false,
    ],
    ['of somebody outside: not by who has that hash as an id', person(['org:view']), outsiders, false],
    ['not by another organisation', { ...person(['org:view', 'org:admin', 'org:own']), org: 'org_2' }, open, false],
    ['nor by its owner there', { ...person([]), org: 'org_2' }, thread('private', 'usr_1'), false],
    [
      'by the orchestrator',
      { id: 'tok_1', kind: 'orchestrator', org: PLATFORM_ORG, scopes: SCOPES_OF.orchestrator },
      shut,
      true,
    ],
  ] as [string, Viewer, SeenThread, boolean][])('%s', (_, by, one, is) => expect(seesThread(by, one)).toBe(is));

  test('by nobody more for a denial, and by nobody less for an allowance', () => {
    const grants = fc.array(
      fc.tuple(
        fc.constantFrom('allow', 'deny'),
        fc.constantFrom('*', 'swarm.*', 'swarm.view_thread', 'swarm.kill_thread', 'comms.*'),
        fc.constantFrom(undefined, 'thr_1', 'thr_2'),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.subarray([...SCOPES]), grants, fc.constantFrom(open, shut), (scopes, given, one) => {
        const by = person(scopes, ...given.map(([effect, ...rest]) => grant(effect as 'allow', ...rest)));
        const more = (extra: Grant) => ({ ...by, grants: [...(by.grants ?? []), extra] });
        const before = seesThread(by, one);
        if (!before) expect(seesThread(more(grant('deny', 'swarm.*', 'thr_1')), one)).toBe(false);
        if (before) expect(seesThread(more(grant('allow', 'swarm.*', 'thr_1')), one)).toBe(true);
      }),
    );
  });
});

describe('a right on a thread', () => {
  const kill = { action: 'swarm.kill_thread', access: 'org:admin' } as const;
  test.each([
    ['by the scope', person(['org:view', 'org:admin']), open, { is: 'yes' }],
    ['by a grant on it', person(['org:view'], grant('allow', kill.action, 'thr_1')), shut, { is: 'yes' }],
    ['not without it', person(['org:view']), open, { is: 'no', because: null }],
    ['none on what is hidden', person(['org:view']), shut, { is: 'hidden' }],
    ['none on what is not there', person(['org:view', 'org:admin']), null, { is: 'hidden' }],
  ] as const)('%s', (_, by, one, is) => expect(rightOnThread(by, kill, one)).toEqual(is));

  test('says which grant took it', () => {
    const no = grant('deny', kill.action, 'thr_1');
    expect(rightOnThread(person(['org:view', 'org:admin'], no), kill, open)).toEqual({ is: 'no', because: no.id });
  });
});

describe('a thread is there for those for whom an agent is that its owner speaks to', () => {
  const [desk, clerk] = ['agt_desk', 'agt_clerk'] as const;
  const without = (agent: string, action: string = VIEW_AGENT): Grant => ({
    ...{ id: `grt_${made++}`, effect: 'deny', action, resource: { kind: 'agent', id: agent } },
  });
  const asked = { action: 'swarm.kill_thread', access: 'org:admin' } as const;
  const admin = (...grants: Grant[]) => person(['org:view', 'org:admin'], ...grants);
  test.each([
    ['one of two is', admin(without(desk)), [desk, clerk], true],
    ['none is', admin(without(desk), without(clerk)), [desk, clerk], false],
    ['the operation is taken there', admin(without(desk, asked.action)), [desk], false],
    ['another operation is taken there', admin(without(desk, 'swarm.inject')), [desk], true],
    ['its own owner too', { ...admin(without(desk)), id: 'usr_2' }, [desk], false],
  ] as [string, Viewer, readonly `agt_${string}`[], boolean][])('%s', (_, by, roots, is) => {
    const one = { ...open, roots };
    expect(isThreadThere(by, asked, one)).toBe(is);
    expect(rightOnThread(by, asked, one).is).toBe(is ? 'yes' : 'hidden');
    expect(rightInThread(by, asked, { thread: one, agents: [] }).is).toBe(is ? 'yes' : 'hidden');
  });
});

describe('what came up in a thread', () => {
  const asked = { action: 'comms.approve', access: 'org:admin' } as const;
  const agents = ['agt_1'] as const;
  const on = (effect: Grant['effect'], action: string): Grant => ({
    ...{ id: `grt_${made++}`, effect, action, resource: { kind: 'agent', id: 'agt_1' } },
  });
  const allowed = on('allow', asked.action);
  const denied = on('deny', asked.action);
  test.each([
    ['is for who has the right to it', person(['org:view', 'org:admin']), open, 'yes'],
    ['is for who has it on the agent', person(['org:view'], allowed), open, 'yes'],
    ['is not there where its thread is not', person(['org:view'], allowed), shut, 'hidden'],
    ['is not there without the right', person(['org:view']), open, 'hidden'],
    ['is not there where its agent is not', person(['org:view', 'org:admin'], on('deny', VIEW_AGENT)), null, 'hidden'],
    ['may be taken by a grant', person(['org:view', 'org:admin'], denied), open, 'no'],
  ] as [string, Viewer, SeenThread | null, string][])('%s', (_, by, thread, is) =>
    expect(rightInThread(by, asked, { thread, agents }).is).toBe(is),
  );
});
