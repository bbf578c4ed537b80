import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../kernel/time.ts';
import type { Relationship } from '../facts.ts';
import { CONTACT, message, NOW, request, told } from '../fixtures.ts';
import { consentGuard } from './consent.ts';

const relationship = (change: Partial<Relationship> = {}): Relationship => ({
  consents: {},
  lastInboundAt: null,
  firstOutboundAt: null,
  knownAt: null,
  ...change,
});
const judge = (known: Relationship | null, change: Partial<typeof message> = {}) =>
  consentGuard.judge(request({ ...message, ...change }), {
    relationship: known,
    place: null,
  });

describe('consent', () => {
  test('refuses a contact of whom nothing is known', () => expect(told(judge(null))).toEqual(['consent_required']));
  test('passes a transactional message on any active consent', () =>
    expect(judge(relationship({ consents: { transactional: NOW } }))).toEqual([]));
  test('refuses on implied consent that has run out', () => {
    expect(judge(relationship({ consents: { implied: NOW - 29 * DAY_MS } }))).toEqual([]);
    expect(told(judge(relationship({ consents: { implied: NOW - 31 * DAY_MS } })))).toEqual(['consent_required']);
  });
  test('asks for express written consent to market to the US', () => {
    const express = relationship({ consents: { express: NOW } });
    expect(told(judge(express, { purpose: 'marketing' }))).toEqual(['consent_required']);
    expect(judge(express, { purpose: 'marketing', to: '+442079460000' })).toEqual([]);
    expect(judge(relationship({ consents: { express_written: NOW } }), { purpose: 'marketing' })).toEqual([]);
  });
  test('takes a message of theirs as an invitation to answer, and to nothing else', () => {
    const wrote = relationship({ lastInboundAt: NOW - DAY_MS });
    expect(judge(wrote, { purpose: 'conversational' })).toEqual([]);
    expect(told(judge(wrote))).toEqual(['consent_required']);
  });
  test('names the rule behind it', () =>
    expect(judge(null)).toMatchObject([{ source: expect.stringContaining('64.1200') }]));
  test('asks about this agent, this contact and this channel', () => {
    const { key } = consentGuard.needs.relationship;
    expect(key(request(message))).toEqual({ agent: 'agt_1', contact: CONTACT, channel: 'sms' });
    expect(key(request({ ...message, to: 'x' }))).toBeNull();
    expect(key(request(message, { agent: null }))).toBeNull();
  });
  test('fails closed for an address that it can’t read', () => expect(() => judge(null, { to: 'x' })).toThrow());
  test('goes stale with the contact’s wishes', () =>
    expect(consentGuard.fences?.(request(message))).toEqual([{ of: 'contact', id: CONTACT }]));
});
