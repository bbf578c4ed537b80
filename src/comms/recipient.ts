/**
 * Whom a message would reach, in normal form. The one place where guards, actions and providers get a recipient's address
 * from, so that what was checked against suppression and consent is what is sent to.
 */
import { boundedMap } from '../kernel/bounded-map.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Channel } from '../tenancy/agent.ts';
import { type AddressProblem, normalMail, notSendable, parsePhone } from './rules/address.ts';
import { CHANNEL_ADDRESS } from './rules/channel.ts';

/** What every message, call and code to a person says of it. */
export interface Outreach {
  /** As the caller wrote it. */
  readonly to: string;
  readonly channel: Channel;
}

export interface Recipient {
  /** E.164, or a mail address. */
  readonly address: string;
  /** ISO 3166-1 alpha-2; null when not known. */
  readonly country: string | null;
  /** Why nothing may be sent there although it is an address; null when it may. */
  readonly refused: AddressProblem | null;
}

/** Guards and their keys ask a dozen times about one frozen input, and reading a number takes 8 µs. */
const remembered = new WeakMap<Outreach, Result<Recipient, AddressProblem>>();

export function recipientOf(message: Outreach): Result<Recipient, AddressProblem> {
  const before = remembered.get(message);
  if (before !== undefined) return before;
  const recipient = READ[CHANNEL_ADDRESS[message.channel]](message.to);
  remembered.set(message, recipient);
  return recipient;
}

/** The recipient's address in normal form, or null when it can't be read: no key to look a fact up by. */
export function contactOf(message: Outreach): string | null {
  const recipient = recipientOf(message);
  return recipient.ok ? recipient.value.address : null;
}

/** Numbers are written to more than once. */
const phones = boundedMap<string, Result<Recipient, AddressProblem>>(20_000);

const READ = {
  phone(raw: string): Result<Recipient, AddressProblem> {
    const before = phones.get(raw);
    if (before !== undefined) return before;
    const phone = parsePhone(raw);
    const recipient = phone.ok
      ? ok({ address: phone.value.e164, country: phone.value.country, refused: notSendable(phone.value) })
      : phone;
    phones.set(raw, recipient);
    return recipient;
  },
  mail(raw: string): Result<Recipient, AddressProblem> {
    const mail = normalMail(raw);
    return mail.ok ? ok({ address: mail.value, country: null, refused: null }) : mail;
  },
} as const;
