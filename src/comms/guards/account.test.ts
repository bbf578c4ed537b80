import { describe, expect, test } from 'vitest';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import type { Account } from '../facts.ts';
import { organization, principal, request, told } from '../fixtures.ts';
import type { MessageProvider, ProviderName } from '../provider-ports.ts';
import { accountFor, accountGuard } from './account.ts';

const carrier = (name: ProviderName): MessageProvider => ({
  name,
  retry: 'never',
  send: () => Promise.reject(new Error('not in this test')),
});
const carriers = { resend: carrier('resend'), smtp: carrier('smtp'), twilio: carrier('twilio') };
const own = (provider: ProviderName): Account => ({ provider, org: 'org_1' });
const shared = (provider: ProviderName): Account => ({ provider, org: PLATFORM_ORG });

describe('the account that carries mail', () => {
  test.each([
    ['the preferred of two own ones, whatever their order', [own('smtp'), own('resend')], own('resend')],
    ['an own one before the platform’s', [shared('resend'), own('smtp')], own('smtp')],
    ['the platform’s where there is no own one', [own('twilio'), shared('smtp'), shared('resend')], shared('resend')],
    ['none of another channel', [own('twilio')], null],
  ])('is %s', (_, accounts, chosen) => {
    expect(accountFor('email', 'org_1', accounts, carriers)).toEqual(chosen);
    expect(accountFor('email', 'org_1', accounts.toReversed(), carriers)).toEqual(chosen);
  });

  test.each([
    ['organization', ['forbidden']],
    ['orchestrator', []],
  ] as const)('when it is the platform’s: %s', (kind, codes) => {
    const asked = { ...request({ channel: 'email' as const }), by: principal(kind) };
    const facts = { organization: { ...organization, mode: 'production' as const }, accounts: [shared('resend')] };
    expect(told(accountGuard({ sandbox: {}, production: carriers }).judge(asked, facts))).toEqual(codes);
  });
});
