import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Suppression } from '../facts.ts';
import { CONTACT, message, NOW, request, told } from '../fixtures.ts';
import { suppressionGuard } from './suppression.ts';

const entry = (change: Partial<Suppression> = {}): Suppression => ({
  scope: 'organization',
  channel: 'sms',
  reason: 'stop',
  at: NOW,
  ...change,
});
const judge = (suppressions: readonly Suppression[] | null, change: Partial<typeof message> = {}) =>
  suppressionGuard.judge(request({ ...message, ...change }), { suppressions });

describe('suppression', () => {
  test('passes a contact without entries', () => {
    expect(judge(null)).toEqual([]);
    expect(judge([])).toEqual([]);
  });
  test('refuses the SMS after STOP', () => expect(told(judge([entry()]))).toEqual(['suppressed']));
  test('holds whatever the purpose', () =>
    expect(told(judge([entry()], { purpose: 'conversational' }))).toEqual(['suppressed']));
  test('binds every channel when the entry says so', () =>
    expect(told(judge([entry({ channel: 'all' })]))).toEqual(['suppressed']));
  test('leaves other channels alone', () => expect(judge([entry({ channel: 'email' })])).toEqual([]));
  test('tells every reason and who can lift it', () => {
    const findings = judge([
      entry(),
      entry({ reason: 'dnc', channel: 'all' }),
      entry({ reason: 'dnc', channel: 'all', scope: 'platform' }),
    ]);
    expect(findings).toMatchObject([
      { say: expect.stringMatching(/START/) },
      { say: expect.stringMatching(/administrator.*comms_dnc_remove/) },
      { say: expect.stringMatching(/operator/) },
    ]);
  });
  test('looks the contact up in normal form, however it is written', () => {
    const written = fc.constantFrom(
      '+14155550100',
      '+1 415 555 0100',
      '+1 (415) 555-0100',
      '+1.415.555.0100',
      '\u202a+1 415-555-0100\u202c',
    );
    fc.assert(
      fc.property(written, (to) => suppressionGuard.needs.suppressions.key(request({ ...message, to })) === CONTACT),
    );
    expect(suppressionGuard.needs.suppressions.key(request({ channel: 'email', to: 'Bob@X.com' }))).toBe('bob@x.com');
  });
  test('fails closed for an address that it can’t look up', () => {
    expect(suppressionGuard.needs.suppressions.key(request({ ...message, to: 'x' }))).toBeNull();
    expect(() => judge(null, { to: 'x' })).toThrow();
  });
  test('goes stale with the contact’s wishes', () => {
    expect(suppressionGuard.fences?.(request(message))).toEqual([
      { of: 'contact', id: CONTACT },
      { of: 'contact', id: CONTACT, platform: true },
    ]);
    expect(suppressionGuard.fences?.(request({ ...message, to: 'x' }))).toEqual([]);
  });
});
