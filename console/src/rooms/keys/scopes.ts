/** The rights that a key may have, in words. The last two are not offered: nobody but the platform and its auditors has them. */
export const SCOPES = [
  { value: 'agent:read', text: 'Look at agents', says: 'Messages, status, consent and usage of every agent.' },
  {
    value: 'agent:act',
    text: 'Act for agents',
    says: 'Send messages, make calls, record consent, within every limit.',
  },
  { value: 'org:view', text: 'Look at the organisation', says: 'Its registrations, alerts and standing.' },
  { value: 'org:operate', text: 'See how it is set up', says: 'Tokens by name, configuration. Never a secret.' },
  {
    value: 'org:admin',
    text: 'Administer',
    says: 'Agents, limits, providers, approvals. What is sensitive has to be named below.',
  },
] as const;

export const scopeName = (scope: string): string => SCOPES.find(({ value }) => value === scope)?.text ?? scope;

export const LIVES = [
  { value: '30', text: '30 days' },
  { value: '90', text: '90 days' },
  { value: '365', text: 'One year' },
  { value: '', text: 'No end' },
] as const;

const DAY_MS = 86_400_000;
/** @param days as `LIVES` has it. */
export const endOf = (days: string, now = Date.now()): string | null =>
  days === '' ? null : new Date(now + Number(days) * DAY_MS).toISOString();

/** One a line, or with commas. */
export const listOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((part) => part !== '');
