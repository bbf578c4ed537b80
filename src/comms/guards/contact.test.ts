import { expect, test } from 'vitest';
import type { NamedContact } from '../contact.ts';
import { request, told } from '../fixtures.ts';
import { contactGuard } from './contact.ts';

const judge = (input: Partial<NamedContact>) => told(contactGuard.judge(request(input), {}));

test.each([
  [{ contact: '+14155550100' }, []],
  [{ contact: 'Bob@X.com' }, []],
  [{ contact: '+1 555 123 0002' }, []], // not in use, but a list may name it
  [{ contact: 'Bob@X.com', channel: 'sms' }, ['invalid_input']],
  [{ contact: '+14155550100', channel: 'email' }, ['invalid_input']],
  [{ contact: '415 555 0100' }, ['invalid_input']],
  [{}, []],
] as const)('a contact %j is %j', (input, findings) => expect(judge(input)).toEqual(findings));
