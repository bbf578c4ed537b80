import { describe, expect, test } from 'vitest';
import type { SeenThread } from '../../guard/thread-visibility.ts';
import type { HeldAction } from '../../guard/writes.ts';
import { NOW, principal, request, told } from '../fixtures.ts';
import { heldGuard } from './held.ts';

const held: HeldAction = {
  id: 'act_9',
  name: 'comms.send_message',
  agent: 'agt_1',
  requestedBy: 'tok_asking',
  until: NOW + 1,
  approved: false,
  inputHash: 'hash',
  thread: null,
  otherPerson: null,
};
const judge = (
  fact: HeldAction | null,
  agent: 'agt_1' | 'agt_2' | null = null,
  argsHash?: string,
  otherPerson = true,
) =>
  told(
    heldGuard('comms.approve', { otherPerson }).judge(
      request({ actionId: 'act_9', argsHash }, { agent, by: principal('organization') }),
      { held: fact },
    ),
  );
const ME = principal('organization').id;

describe('a decision on a held action', () => {
  test('passes while it waits', () => expect(judge(held)).toEqual([]));
  test('is refused when nothing is held', () => expect(judge(null)).toEqual(['not_held']));
  test('is refused from the millisecond in which the time has run out', () =>
    expect(judge({ ...held, until: NOW })).toEqual(['approval_expired']));
  test('is made once', () => expect(judge({ ...held, approved: true })).toEqual(['conflict']));
  test('names the arguments that wait, and no others', () => {
    expect(judge(held, null, 'hash')).toEqual([]);
    expect(judge(held, null, 'other')).toEqual(['conflict']);
  });
  test('is not the requester’s, nor his whose conversation it is, where policy says so', () => {
    const of = (id: string): SeenThread => ({
      org: 'org_1',
      id: 'thr_1',
      visibility: 'organization',
      roots: [],
      owner: { is: 'principal', id },
    });
    expect(judge({ ...held, requestedBy: ME })).toEqual(['forbidden']);
    expect(judge({ ...held, requestedBy: ME }, null, 'hash', false)).toEqual([]);
    expect(judge({ ...held, thread: of(ME), otherPerson: true }, null, 'hash', false)).toEqual(['forbidden']);
    expect(judge({ ...held, thread: of('usr_2'), otherPerson: true })).toEqual([]);
    expect(judge({ ...held, thread: of(ME), otherPerson: false })).toEqual([]);
  });
  test('is refused when another agent was named', () => {
    expect(judge(held, 'agt_1')).toEqual([]);
    expect(judge(held, 'agt_2')).toEqual(['not_held']);
  });
});
