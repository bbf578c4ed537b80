import { describe, expect, test } from 'vitest';
import type { Relationship } from '../facts.ts';
import { CONTACT, change, NOW, request, told } from '../fixtures.ts';
import type { SuppressionRecord } from '../ports.ts';
import { checkConsent } from './check-consent.ts';
import { recordConsent } from './record-consent.ts';
import { revokeConsent } from './revoke-consent.ts';

const about = { contact: '+1 (415) 555-0100', channel: 'sms' };

test('recording keeps who, what, where and the proof, for the address in normal form', () =>
  expect(change(recordConsent(), { ...about, type: 'express_written', proof: 'I agree' }).writes).toEqual([
    {
      kind: 'consent.record',
      row: {
        id: 'cns_1',
        agent: 'agt_1',
        contact: CONTACT,
        channel: 'sms',
        type: 'express_written',
        source: null,
        proof: 'I agree',
        notes: null,
        known: true,
        by: 'tok_1',
        action: 'act_1',
        at: NOW,
      },
    },
  ]));

describe('consent in writing', () => {
  const evidence = recordConsent().guards.find(({ id }) => id === 'evidence')!;
  const judge = (more: object) => evidence.judge(request({ ...about, type: 'express_written', ...more }), {});
  const shown = { source: 'web-form', proof: 'I agree to offers by text.' };

  test('is recorded with where it was given and what was agreed to', () => expect(judge(shown)).toEqual([]));
  test.each([
    ['source and proof', {}],
    ['proof', { source: 'web-form' }],
    ['source', { proof: shown.proof }],
    ['proof', { ...shown, proof: ' \n\t' }],
    ['source', { ...shown, source: '  ' }],
  ])('is refused without %s: %j', (missing, more) => {
    expect(told(judge(more))).toEqual(['invalid_input']);
    expect(judge(more)).toMatchObject([{ say: expect.stringContaining(`${missing}: `) }]);
  });
  test('is the only one that needs them', () => {
    for (const type of ['express', 'implied', 'transactional']) expect(judge({ type })).toEqual([]);
  });
});

test('revoking ends this agent’s consent on this channel and stops what is on its way', () =>
  expect(change(revokeConsent(0), about).writes).toMatchObject([
    { kind: 'consent.revoke', row: { agent: 'agt_1', contact: CONTACT, channel: 'sms' } },
    { kind: 'fence.bump', row: { of: 'contact', id: CONTACT } },
  ]));

describe('checking', () => {
  const check = (relationship: Relationship | null, suppressions: readonly SuppressionRecord[] = []) => {
    const action = checkConsent({
      relationship: async () => relationship,
      consentHistory: async () => [],
      suppressionsOf: async () => suppressions,
      contactPlace: async () => null,
    });
    if (action.effect !== 'read') throw new TypeError('checking reads');
    return action.read(request(action.input.parse(about)), () => true);
  };
  const allowed = async (...args: Parameters<typeof check>) =>
    Object.fromEntries(
      (await check(...args)).purposes.map((one: { purpose: string; allowed: boolean }) => [one.purpose, one.allowed]),
    );
  const express: Relationship = {
    consents: { express: NOW },
    lastInboundAt: null,
    firstOutboundAt: null,
    knownAt: null,
  };
  const stop: SuppressionRecord = {
    contact: CONTACT,
    channel: 'sms',
    reason: 'stop',
    scope: 'organization',
    source: 'msg_1',
    at: NOW,
  };

  test('answers by purpose as a send would be judged', async () => {
    expect(await allowed(null)).toEqual({ transactional: false, marketing: false, conversational: false });
    expect(await allowed(express)).toEqual({ transactional: true, marketing: false, conversational: true });
  });
  test('allows nothing after STOP, whatever the consent', async () =>
    expect(await allowed(express, [stop])).toEqual({ transactional: false, marketing: false, conversational: false }));
  test('leaves out what binds another channel', async () => {
    expect((await check(express, [{ ...stop, channel: 'voice' }])).suppressions).toEqual([]);
    expect((await check(express, [{ ...stop, channel: 'all' }])).suppressions).toHaveLength(1);
  });
});
