/** What an administrator does at Resend: the key checked, a mailbox of a verified domain bound, its webhook set. */
import type { Credentials, ProviderAccount, SenderHooks, VendorAnswer } from '../../comms/provider-ports.ts';
import { normalMail } from '../../comms/rules/address.ts';
import type { Channel } from '../../tenancy/agent.ts';
import { field, textField } from '../http/json-field.ts';
import type { VendorHttp } from '../http/vendor-http.ts';
import { RESEND_FIELDS, type ResendAccess, resendAccess } from './access.ts';
import { domainNamed, domains, ensureDomain } from './domains.ts';
import { lookUp } from './look-up.ts';
import { removeWebhook, replaceWebhook } from './webhooks.ts';

export const createResendAccount = (http: VendorHttp): ProviderAccount => ({
  name: 'resend',
  channels: ['email'],
  fields: RESEND_FIELDS,
  verify: (credentials, signal) => withAccess(credentials, (access) => verify(http, access, signal)),
  bindSender: (credentials, sender, signal) =>
    withAccess(credentials, (access) => bindSender(http, access, sender, signal)),
  unbindSender: (credentials, { ref }, signal) =>
    withAccess(credentials, (access) => removeWebhook(http, access, ref, signal)),
  lookUp: (credentials, question, signal) =>
    withAccess(credentials, (access) => lookUp(http, access, question, signal)),
  mailDomain: (credentials, domain, signal) =>
    withAccess(credentials, (access) => ensureDomain(http, access, domain, signal)),
  health(credentials) {
    const access = resendAccess(credentials);
    return access === null ? 'up' : http.health(access.account); // never asked, never failed
  },
});

async function withAccess<T>(
  credentials: Credentials,
  act: (access: ResendAccess) => Promise<VendorAnswer<T>>,
): Promise<VendorAnswer<T>> {
  const access = resendAccess(credentials);
  if (access !== null) return act(access);
  return { state: 'failed', code: 'invalid_input', say: 'apiKey must be a key of Resend: re_ and more.' };
}

const SHOWN = 3;
const DOMAIN = /^[a-z0-9.-]{1,253}$/i;

/** Resend gives an account no public name; its domains are one that a person knows it by. */
async function verify(
  http: VendorHttp,
  access: ResendAccess,
  signal: AbortSignal,
): Promise<VendorAnswer<{ readonly account: string }>> {
  const found = await domains(http, access, signal);
  if (found.state !== 'ok') return found;
  const names = found.value.items.flatMap((one) => textField(one, 'name') ?? []).filter((name) => DOMAIN.test(name));
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const account = names.length === 0 ? 'no domain yet' : `${names.slice(0, SHOWN).join(', ')}${more}`;
  return { state: 'ok', value: { account } };
}

async function bindSender(
  http: VendorHttp,
  access: ResendAccess,
  { channel, address, hooks }: { readonly channel: Channel; readonly address: string; readonly hooks: SenderHooks },
  signal: AbortSignal,
): ReturnType<ProviderAccount['bindSender']> {
  const invalid = (say: string) => ({ state: 'failed', code: 'invalid_input', say }) as const;
  if (channel !== 'email') return invalid('Resend carries mail alone.');
  const mailbox = normalMail(address);
  if (!mailbox.ok) return invalid('address: a full mailbox, such as desk@mail.example.com.');
  const name = mailbox.value.slice(mailbox.value.lastIndexOf('@') + 1);
  const found = await domains(http, access, signal);
  if (found.state !== 'ok') return found;
  const domain = domainNamed(found.value.items, name);
  if (domain === undefined) {
    const say = `${name} is not a domain of this Resend account. Add it under Domains, set its DNS records, and bind again.`;
    return { state: 'failed', code: 'not_found', say };
  }
  const status = textField(domain, 'status');
  if (status !== 'verified') {
    const shown = status !== null && /^[a-z_]{1,30}$/.test(status) ? status : 'not verified';
    const say = `${name} is not verified with Resend (${shown}). Set the DNS records that its page under Domains shows, press Verify, and bind again.`;
    return { state: 'failed', code: 'provider_rejected', say };
  }
  const capabilities = field(domain, 'capabilities');
  if (textField(capabilities, 'sending') === 'disabled')
    return { state: 'failed', code: 'provider_rejected', say: `Sending is switched off for ${name} at Resend.` };
  const hook = await replaceWebhook(http, access, hooks.inbound, signal);
  if (hook.state !== 'ok') return hook;
  const { ref, secret, left } = hook.value;
  const todo = left.map((id) => `In Resend's dashboard under Webhooks remove ${id}: it is an earlier one.`);
  if (textField(capabilities, 'receiving') !== 'enabled')
    todo.push(
      `To get answers, switch on receiving for ${name} in Resend's dashboard under Domains, and set the MX record that it shows. If the domain has mailboxes elsewhere, use a subdomain.`,
    );
  return { state: 'ok', value: { ref, secret, todo } };
}
