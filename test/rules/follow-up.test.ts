/** Asking providers about messages of which nothing more was heard: everything that is due moves on, whatever comes of it. */
import { describe, expect, it } from 'vitest';
import { createFollowUp, type FollowUpParts } from '../../src/comms/follow-up.ts';
import type { OpenQuestion } from '../../src/comms/ports.ts';
import type { MessageReport, ProviderAccount } from '../../src/comms/provider-ports.ts';
import { catalogueToRead } from '../../src/main/actions.ts';
import { testClock } from '../support/house.ts';

const QUESTION: OpenQuestion = {
  org: 'org_1',
  agent: 'agt_1',
  message: 'msg_1',
  ref: 'SM1',
  provider: 'twilio',
  credentialOrg: 'org_1',
  channel: 'sms',
  from: '+14155550100',
  asked: 2,
};
const REPORT: MessageReport = { status: 'delivered', ref: 'SM1', errorCode: null, segments: 1, cost: 7_500 };
const moved = { agentId: 'agt_1', messageId: 'msg_1', providerRef: 'SM1', asked: 2, status: 'queued' };

async function round(
  lookUp: NonNullable<ProviderAccount['lookUp']> | null,
  { credentials = { accountSid: 'AC1' } as Record<string, string> | null, refuses = false } = {},
) {
  const told: unknown[] = [];
  const faults: unknown[] = [];
  const perform: FollowUpParts['perform'] = async (_entry, by, raw) => {
    expect(by).toMatchObject({ kind: 'provider', org: 'org_1' });
    told.push(raw);
    const refused = refuses && (raw as typeof moved).status !== 'queued';
    return refused
      ? { is: 'refused', id: null, why: [], issues: [] }
      : { is: 'done', id: null, output: {}, warnings: [] };
  };
  await createFollowUp({
    reader: { openQuestions: async () => [QUESTION] },
    vendors: {
      accounts: lookUp === null ? {} : { twilio: { name: 'twilio', lookUp } as ProviderAccount },
      open: async () => credentials,
      baseUrl: () => '',
    },
    perform,
    report: catalogueToRead().byName('comms.report_delivery')!,
    clock: testClock(),
    onFault: (fault) => faults.push(fault),
  })();
  return { told, faults };
}

describe('a message that is due', () => {
  it('is told of as the provider tells', async () =>
    expect(await round(async () => ({ state: 'ok', value: REPORT }))).toEqual({
      told: [{ ...moved, status: 'delivered', segments: 1, cost: 7_500 }],
      faults: [],
    }));

  it.each([
    ['does not know it', { state: 'ok', value: null }],
    ['is down', { state: 'failed', code: 'provider_unavailable', say: 'Down.' }],
  ] as const)('is asked about later when the provider %s', async (_, answer) =>
    expect(await round(async () => answer)).toEqual({ told: [moved], faults: [] }),
  );

  it('is asked about later when its account is gone, or the question itself fails', async () => {
    expect(await round(async () => ({ state: 'ok', value: REPORT }), { credentials: null })).toEqual({
      told: [moved],
      faults: [],
    });
    const { told, faults } = await round(() => Promise.reject(new Error('broken')));
    expect([told, faults]).toEqual([[moved], [new Error('broken')]]);
  });

  it('does not stand in the way of all others for ever when what is told of it can’t be taken in', async () => {
    const { told, faults } = await round(async () => ({ state: 'ok', value: REPORT }), { refuses: true });
    expect(told).toEqual([{ ...moved, status: 'delivered', segments: 1, cost: 7_500 }, moved]);
    expect(faults).toHaveLength(1);
  });

  it('is left for later where nobody can be asked at all: demo mode uses up no question', async () =>
    expect(await round(null)).toEqual({ told: [], faults: [] }));
});
