/** When the next round may follow at once: a backlog is worked off as fast as it comes, and nothing is asked in a tight loop. */
import { expect, test } from 'vitest';
import type { CatalogueEntry } from '../guard/catalogue.ts';
import type { Perform } from '../guard/perform.ts';
import { createFollowUp } from './follow-up.ts';
import type { OpenQuestion } from './ports.ts';
import type { ProviderAccount } from './provider-ports.ts';

const question = (n: number): OpenQuestion => ({
  org: 'org_1',
  agent: 'agt_1',
  message: `msg_${n}`,
  ref: `SM${n}`,
  provider: 'twilio',
  credentialOrg: 'org_1',
  channel: 'sms',
  from: '+14155550100',
  asked: 1,
});
const done = async (): ReturnType<Perform> => ({ is: 'done', id: null, output: null, warnings: [] });

function followUp(due: number, perform: Perform = done) {
  const faults: unknown[] = [];
  const round = createFollowUp({
    reader: {
      openQuestions: async (_now, limit) => Array.from({ length: Math.min(due, limit) }, (_, n) => question(n)),
    },
    vendors: {
      accounts: { twilio: { name: 'twilio' } as ProviderAccount },
      open: async () => null,
      baseUrl: () => 'https://door.example',
    },
    perform,
    report: {} as CatalogueEntry,
    clock: { now: () => 0 },
    onFault: (fault) => faults.push(fault),
  });
  return { round, faults };
}

test('more is due after a full round, nothing after one that was not full', async () => {
  expect(await followUp(100).round()).toBe(true);
  expect(await followUp(19).round()).toBe(false);
  expect(await followUp(0).round()).toBe(false);
});

test('a question that failed stays due, and is not asked again at once', async () => {
  let calls = 0;
  const { round, faults } = followUp(100, async () => {
    if (calls++ === 7) throw new Error('the store can not be reached');
    return done();
  });
  expect(await round()).toBe(false);
  expect(faults).toHaveLength(1);
  expect(calls).toBe(20);
});
