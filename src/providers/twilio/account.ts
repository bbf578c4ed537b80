/** What an administrator does at Twilio: credentials checked, numbers and WhatsApp senders bound, numbers bought. */
import {
  type Credentials,
  HEALTH,
  type ProviderAccount,
  type SenderHooks,
  type VendorAnswer,
} from '../../comms/provider-ports.ts';
import { textField } from '../http/json-field.ts';
import { undelivered, unread } from '../http/undelivered.ts';
import { TWILIO_FIELDS, type TwilioAccess, twilioAccess } from './access.ts';
import { read, type TwilioApis, update } from './api.ts';
import { readRefusal, refusal } from './errors.ts';
import { lookUp } from './look-up.ts';
import { buyNumber, findAddress, findNumber, isNumberSid, numberPath, releaseNumber } from './numbers.ts';
import { bindWhatsApp, unbindWhatsApp } from './whatsapp.ts';

export function createTwilioAccount(apis: TwilioApis): ProviderAccount {
  return {
    name: 'twilio',
    channels: ['sms', 'whatsapp'],
    fields: TWILIO_FIELDS,
    verify: (credentials, signal) => withAccess(credentials, (access) => verify(apis, access, signal)),
    bindSender: (credentials, { channel, address, hooks }, signal) =>
      withAccess(credentials, async (access) => {
        if (channel === 'sms') return bindSms(apis, access, address, hooks, signal);
        if (channel !== 'whatsapp') return noSuchChannel;
        const bound = await bindWhatsApp(apis, access, address, hooks, signal);
        return bound.state === 'ok' ? { state: 'ok', value: { ...bound.value, secret: '' } } : bound;
      }),
    unbindSender: (credentials, { channel, ref }, signal) =>
      withAccess(credentials, async (access) => {
        if (channel === 'sms') return unbindSms(apis, access, ref, signal);
        return channel === 'whatsapp' ? unbindWhatsApp(apis, access, ref, signal) : noSuchChannel;
      }),
    buyNumber: (credentials, wanted, signal) =>
      withAccess(credentials, (access) => buyNumber(apis, access, wanted, signal)),
    findNumber: (credentials, tag, signal) =>
      withAccess(credentials, (access) => findNumber(apis, access, tag, signal)),
    releaseNumber: (credentials, ref, signal) =>
      withAccess(credentials, (access) => releaseNumber(apis, access, ref, signal)),
    lookUp: (credentials, question, signal) =>
      withAccess(credentials, (access) => lookUp(apis, access, question, signal)),
    health(credentials) {
      const access = twilioAccess(credentials);
      if (access === null) return 'up'; // never asked, never failed
      const states = [apis.api, apis.messaging].map((api) => api.health(access.account));
      return HEALTH.findLast((state) => states.includes(state)) ?? 'up';
    },
  };
}

async function withAccess<T>(
  credentials: Credentials,
  act: (access: TwilioAccess) => Promise<VendorAnswer<T>>,
): Promise<VendorAnswer<T>> {
  const access = twilioAccess(credentials);
  if (access !== null) return act(access);
  return {
    state: 'failed',
    code: 'invalid_input',
    say: 'accountSid must be AC and 32 hexadecimal digits, authToken the auth token of that account.',
  };
}

const noSuchChannel: VendorAnswer<never> = {
  state: 'failed',
  code: 'invalid_input',
  say: 'Twilio carries SMS and WhatsApp here.',
};

/** The answer holds the auth token too; only the account's own SID is taken from it. */
async function verify(
  { api }: TwilioApis,
  access: TwilioAccess,
  signal: AbortSignal,
): Promise<VendorAnswer<{ readonly account: string }>> {
  const { accountSid } = access;
  const result = await read(api, access, `/2010-04-01/Accounts/${accountSid}.json`, signal);
  if (result.is !== 'answer') return unread('Twilio', result);
  const { status, body } = result;
  // an account that does not exist is credentials that are not good
  if (status === 404) return readRefusal(401, body);
  if (status !== 200) return readRefusal(status, body);
  if (textField(body, 'sid')?.toLowerCase() !== accountSid.toLowerCase())
    return { state: 'failed', code: 'provider_unavailable', say: "Twilio's answer is about another account." };
  if (textField(body, 'status') !== 'active')
    return { state: 'failed', code: 'provider_rejected', say: 'The Twilio account is not active.' };
  return { state: 'ok', value: { account: accountSid } };
}

/**
 * A number of the account that can send SMS; its inbound webhook is set. Its `StatusCallback` is left alone: at a number that
 * is about calls. What becomes of a message is told to the address that each message brings.
 */
async function bindSms(
  apis: TwilioApis,
  access: TwilioAccess,
  address: string,
  hooks: SenderHooks,
  signal: AbortSignal,
): ReturnType<ProviderAccount['bindSender']> {
  const owned = await findAddress(apis, access, address, signal);
  if (owned.state !== 'ok') return owned;
  if (owned.value === null)
    return { state: 'failed', code: 'not_found', say: `${address} is not a phone number of this Twilio account.` };
  if (!owned.value.sms)
    return { state: 'failed', code: 'provider_rejected', say: `${address} can not send SMS, as Twilio says.` };
  const { ref } = owned.value;
  const fields = new URLSearchParams({ SmsUrl: hooks.inbound, SmsMethod: 'POST' });
  const result = await update(apis.api, access, numberPath(access, ref), fields, signal);
  if (result.is !== 'answer') return undelivered('Twilio', result);
  if (result.status !== 200) return refusal(result.status, result.body);
  // Twilio ignores a number's own address while it belongs to an application
  const application = textField(result.body, 'sms_application_sid') ?? '';
  const todo = `In Twilio's console open Phone Numbers > Active numbers > ${address} > Messaging, set "Configure with" to "Webhook" and save: the number's messages go to the TwiML app ${application} as long as it is set.`;
  return { state: 'ok', value: { ref, secret: '', todo: application === '' ? [] : [todo] } };
}

async function unbindSms(
  { api }: TwilioApis,
  access: TwilioAccess,
  ref: string,
  signal: AbortSignal,
): Promise<VendorAnswer<null>> {
  if (!isNumberSid(ref))
    return { state: 'failed', code: 'invalid_input', say: 'That is not the reference of a Twilio number.' };
  const result = await update(api, access, numberPath(access, ref), new URLSearchParams({ SmsUrl: '' }), signal);
  if (result.is !== 'answer') return undelivered('Twilio', result);
  const { status, body } = result;
  return status === 200 || status === 404 ? { state: 'ok', value: null } : refusal(status, body);
}
