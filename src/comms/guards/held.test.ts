import { describe, expect, test } from 'vitest';
import type { HeldAction } from '../../guard/writes.ts';
import { NOW, principal, request, told } from '../fixtures.ts';
import { heldGuard } from './held.ts';

const held: HeldAction = {
  id: 'act_9',
  name: 'comms.send_message',
  agent: 'agt_1',
  requestedBy: 'tok_1',
  until: NOW + 1,
  approved: false,
};
const judge = (fact: HeldAction | null, agent: 'agt_1' | 'agt_2' | null = null) =>
  told(
    heldGuard('comms.approve').judge(request({ actionId: 'act_9' }, { agent, by: principal('organization') }), {
      held: fact,
    }),
  );

describe('a decision on a held action', () => {
  test('passes while it waits', () => expect(judge(held)).toEqual([]));
  test('is refused when nothing is held', () => expect(judge(null)).toEqual(['not_held']));
  test('is refused from the millisecond in which the time has run out', () =>
    expect(judge({ ...held, until: NOW })).toEqual(['approval_expired']));
  test('is made once', () => expect(judge({ ...held, approved: true })).toEqual(['conflict']));
  test('is refused when another agent was named', () => {
    expect(judge(held, 'agt_1')).toEqual([]);
    expect(judge(held, 'agt_2')).toEqual(['not_held']);
  });
});
