import { describe, expect, test } from 'vitest';
import { TRUSTED } from '../label.ts';
import { PRINCIPAL_KINDS, type Principal, SCOPES_OF } from '../principal.ts';
import { stepUp } from './step-up.ts';

const NOW = 1_000_000;
const guard = stepUp({ name: 'comms.pause_agent' });
const judge = (by: Partial<Principal>, approvedBy: string | null = null) =>
  guard
    .judge(
      {
        by: { id: 'x', kind: 'person', org: 'org_1', agent: null, scopes: SCOPES_OF.organization, fences: [], ...by },
        ...{ org: 'org_1', agent: 'agt_1', input: {}, now: NOW, label: TRUSTED, approvedBy },
      },
      {},
    )
    .map((finding) => (finding.is === 'deny' ? finding.code : finding.is));
const steppedUp = (until: number | null): Partial<Principal> => ({ sensitive: { is: 'step-up', until } });
const named = (...actions: string[]): Partial<Principal> => ({
  sensitive: { is: 'by-name', actions: new Set(actions) },
});

describe('a person', () => {
  test('passes with a fresh factor', () => expect(judge(steppedUp(NOW + 1))).toEqual([]));
  test('is asked for one from the millisecond in which it is over', () =>
    expect(judge(steppedUp(NOW))).toEqual(['step_up_required']));
  test('is asked for one that never was', () => expect(judge(steppedUp(null))).toEqual(['step_up_required']));
  test('is asked where authentication said nothing', () => expect(judge({})).toEqual(['step_up_required']));
  test('is asked although the action is named', () =>
    expect(judge(named('comms.pause_agent'))).toEqual(['step_up_required']));
  test('passes again with what was held, and approved', () => expect(judge({}, 'usr_2')).toEqual([]));
});

describe('a service', () => {
  const service = (more: Partial<Principal>) => judge({ kind: 'service', ...more });
  test('passes where it was named the action', () => expect(service(named('comms.pause_agent'))).toEqual([]));
  test('is refused where it was named others', () =>
    expect(service(named('comms.*', '*', 'comms.resume_agent'))).toEqual(['forbidden']));
  test('is refused where authentication said nothing', () => expect(service({})).toEqual(['forbidden']));
  test('is refused with a factor, which no service has', () =>
    expect(service(steppedUp(NOW + 1))).toEqual(['forbidden']));
});

test('all others are asked nothing', () => {
  for (const kind of PRINCIPAL_KINDS.filter((one) => one !== 'person' && one !== 'service'))
    expect(judge({ kind }), kind).toEqual([]);
});
