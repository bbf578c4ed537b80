/** A contact that an administrator or agent names: any possible address, reachable or not, so that nobody slips by. */
import type { Result } from '../kernel/result.ts';
import type { Channel } from '../tenancy/agent.ts';
import { type AddressProblem, normalAddress } from './rules/address.ts';

export interface NamedContact {
  readonly contact: string;
  /** Left out: a mail address when it has an `@`, else a number. */
  readonly channel?: Channel | undefined;
}

export const namedContact = ({ contact, channel }: NamedContact): Result<string, AddressProblem> =>
  normalAddress(channel ?? (contact.includes('@') ? 'email' : 'sms'), contact);

/** @throws TypeError for what is no address: `guards/contact.ts` refuses it first. */
export function addressOf(named: NamedContact): string {
  const address = namedContact(named);
  if (!address.ok) throw new TypeError('no address: the contact guard should have refused');
  return address.value;
}
