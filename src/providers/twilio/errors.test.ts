import { describe, expect, test } from 'vitest';
import { readRefusal, refusal } from './errors.ts';
import { priceMicros } from './price.ts';

describe('a refusal by Twilio', () => {
  test.each([
    [400, 21610, 'failed', 'provider_rejected'],
    [400, 63033, 'failed', 'provider_rejected'],
    [400, 21211, 'failed', 'provider_rejected'],
    [400, 21614, 'failed', 'provider_rejected'],
    [401, 20003, 'failed', 'provider_rejected'],
    [403, 20003, 'failed', 'provider_rejected'],
    [401, null, 'failed', 'provider_rejected'],
    [404, 20404, 'failed', 'not_found'],
    [400, 99999, 'failed', 'provider_rejected'],
    [422, null, 'failed', 'provider_rejected'],
    [429, 20429, 'failed', 'provider_unavailable'],
    [429, null, 'failed', 'provider_unavailable'],
    [429, 21610, 'failed', 'provider_unavailable'],
    [400, 20429, 'failed', 'provider_unavailable'],
    [408, null, 'unknown', 'outcome_unknown'],
    [500, 20500, 'unknown', 'outcome_unknown'],
    [502, null, 'unknown', 'outcome_unknown'],
    [503, null, 'unknown', 'outcome_unknown'],
    [503, 21610, 'unknown', 'outcome_unknown'],
    [504, null, 'unknown', 'outcome_unknown'],
    [302, null, 'unknown', 'outcome_unknown'],
    [303, 21610, 'unknown', 'outcome_unknown'],
    [307, null, 'failed', 'provider_unavailable'],
    [308, null, 'failed', 'provider_unavailable'],
    [202, null, 'unknown', 'outcome_unknown'],
  ])('HTTP %i with code %s is %s: %s', (status, code, state, told) => {
    const body = code === null ? null : { code, message: 'secret +14155550100', status };
    const read = refusal(status, body);
    expect(read).toMatchObject({ state, code: told });
    expect(read.vendorCode).toBe(code === null ? undefined : String(code));
    expect(read.say).not.toContain('+1415');
    expect(readRefusal(status, body).state).toBe('failed');
  });

  test('says that the credentials are refused', () => {
    expect(refusal(401, { code: 20003 }).say).toBe('Twilio refused the credentials (Twilio error 20003).');
  });

  test.each([['x'], [-1], [1.5], [1_000_000], [null], [{}], ['21610']])('takes %s for no code', (code) => {
    expect(refusal(400, { code } as never).vendorCode).toBeUndefined();
  });
});

test.each([
  ['-0.00750', 'USD', 7_500],
  ['-0.0079', 'usd', 7_900],
  ['-1', 'USD', 1_000_000],
  ['-12.345678', 'USD', 12_345_678],
  ['-0.0000001', 'USD', 1],
  ['-0.1234567', 'USD', 123_457],
  ['0', 'USD', 0],
  ['-0.00000', 'USD', 0],
  ['-0.0075', 'EUR', null],
  ['-0.0075', null, null],
  [null, 'USD', null],
  ['0.0075', 'USD', null],
  ['-1e3', 'USD', null],
  ['-', 'USD', null],
  ['', 'USD', null],
  ['-99999999999', 'USD', null],
  ['- 1', 'USD', null],
])('a price of %s %s is %s', (price, unit, micros) => {
  expect(priceMicros(price, unit)).toBe(micros);
});
