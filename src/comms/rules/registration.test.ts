import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { REGISTRATION_KINDS, type RegistrationKind } from '../law/registration-kind.ts';
import {
  inForce,
  missingRegistrations,
  REGISTRATION_STATES,
  type Registration,
  type Requirement,
} from './registration.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const asks = (...kinds: RegistrationKind[]): readonly Requirement[] =>
  kinds.map((kind) => ({ kind, needs: kind, source: 'test', tag: 'K', checkedAt: '2026-11-20' }));
const US = asks('10dlc', 'toll_free_verification');
const has = (kind: RegistrationKind, more: Partial<Registration> = {}): Registration => ({
  country: 'US',
  kind,
  status: 'approved',
  expiresAt: null,
  ...more,
});
const missing = (registrations: readonly Registration[], sender: string | null, requirements = US) =>
  missingRegistrations(requirements, 'US', registrations, { sender, now: NOW }).map(({ kind }) => kind);

const LOCAL = '+14155550100';
const TOLL_FREE = '+18885550100';

test('a local number needs 10DLC and no verification, a toll-free one the other way round', () => {
  expect(missing([], LOCAL)).toEqual(['10dlc']);
  expect(missing([], TOLL_FREE)).toEqual(['toll_free_verification']);
  expect(missing([has('10dlc')], LOCAL)).toEqual([]);
  expect(missing([has('10dlc')], TOLL_FREE)).toEqual(['toll_free_verification']);
});

test('before there is a number either of the two will do, and without one both are named', () => {
  expect(missing([], null)).toEqual(['10dlc', 'toll_free_verification']);
  for (const kind of ['10dlc', 'toll_free_verification'] as const) expect(missing([has(kind)], null)).toEqual([]);
});

test('what was submitted, is looked at, was rejected, ran out or is another country’s does not count', () => {
  for (const status of ['submitted', 'in_review', 'rejected'] as const)
    expect(missing([has('10dlc', { status })], LOCAL)).toEqual(['10dlc']);
  expect(missing([has('10dlc', { expiresAt: NOW })], LOCAL)).toEqual(['10dlc']);
  expect(missing([has('10dlc', { expiresAt: NOW + 1 })], LOCAL)).toEqual([]);
  expect(missing([has('10dlc', { country: 'CA' })], LOCAL)).toEqual(['10dlc']);
});

test('what is asked of every sender is asked of a toll-free one too', () => {
  expect(missing([], TOLL_FREE, asks('sender_id', 'dlt'))).toEqual(['sender_id', 'dlt']);
  expect(missing([has('sender_id')], null, asks('sender_id', 'dlt'))).toEqual(['dlt']);
});

describe('whatever is registered', () => {
  const registration = fc.record<Registration>({
    country: fc.constantFrom('US', 'CA'),
    kind: fc.constantFrom(...REGISTRATION_KINDS),
    status: fc.constantFrom(...REGISTRATION_STATES),
    expiresAt: fc.option(fc.integer({ min: NOW - 5, max: NOW + 5 })),
  });
  const sender = fc.constantFrom(null, LOCAL, TOLL_FREE);

  it('a requirement is missing only if nothing in force meets it, and more registrations never miss more', () => {
    fc.assert(
      fc.property(fc.array(registration), registration, sender, (some, another, number) => {
        const all = asks(...REGISTRATION_KINDS);
        const before = missing(some, number, all);
        const live = some.filter((one) => one.country === 'US' && inForce(one, NOW)).map(({ kind }) => kind);
        expect(before.filter((kind) => live.includes(kind))).toEqual([]);
        const after = missing([...some, another], number, all);
        expect(after.every((kind) => before.includes(kind))).toBe(true);
      }),
    );
  });
});
