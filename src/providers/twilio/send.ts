/**
 * Carries SMS and WhatsApp messages by Twilio's create-message (https://www.twilio.com/docs/messaging/api/message-resource). It
 * takes no idempotency key: an attempt whose outcome is not known is never repeated, and is found out by its status callback,
 * whose address holds the message's nonce, or by asking (`look-up.ts`).
 *
 * Deny by default: what is not an organisation's production message with its own credentials is not sent.
 */
import {
  type MessageProvider,
  type OpenCredentials,
  type OutboundMessage,
  statusCallback,
} from '../../comms/provider-ports.ts';
import { contactOf } from '../../comms/recipient.ts';
import type { Delivery } from '../../guard/action.ts';
import type { Permit } from '../../guard/permit.ts';
import { canonicalJson, type Json } from '../../kernel/canonical-json.ts';
import type { MessageId, OrgId } from '../../kernel/ids.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { textField } from '../http/json-field.ts';
import { undelivered } from '../http/undelivered.ts';
import { type TwilioAccess, twilioAccess } from './access.ts';
import { accountPath, create, type Query, type TwilioApis } from './api.ts';
import { refusal } from './errors.ts';
import { MESSAGE_SID, twilioAddress } from './form.ts';
import { priceMicros } from './price.ts';

export interface TwilioCarrierParts {
  readonly apis: TwilioApis;
  readonly openCredentials: OpenCredentials;
  /** PUBLIC_URL without a trailing slash: where Twilio reports what becomes of a message. */
  readonly publicUrl: string;
  /** Told why credentials could not be opened. */
  readonly onFault: (fault: unknown) => void;
}

const NUMBER = /^\+[1-9]\d{1,14}$/;
const MESSAGING_SERVICE = /^MG[0-9a-f]{32}$/i;

export const createTwilioCarrier = (parts: TwilioCarrierParts): MessageProvider => ({
  name: 'twilio',
  retry: 'never',
  async send(permit) {
    const read = formOf(permit, parts.publicUrl);
    if (!read.ok) return read.error;
    const opened = await accessOf(parts, permit.action.context);
    if (!opened.ok) return opened.error;
    const access = opened.value;
    const path = accountPath(access, 'Messages.json');
    const result = await create(parts.apis.api, access, path, read.value, permit.signal);
    if (result.is !== 'answer') return undelivered('Twilio', result);
    const { status, body } = result;
    return status === 200 || status === 201 ? accepted(status, body) : refused(status, body);
  },
});

const notSent = (say: string): Result<never, Delivery> =>
  err({ state: 'failed', code: 'provider_not_configured', say });

type Context = Permit<OutboundMessage>['action']['context'];

async function accessOf(parts: TwilioCarrierParts, context: Context): Promise<Result<TwilioAccess, Delivery>> {
  const { provider, credentialOrg: org = '' } = context;
  if (provider !== 'twilio' || org === '') return notSent('The message is not meant for Twilio.');
  try {
    const credentials = await parts.openCredentials(org as OrgId, 'twilio');
    if (credentials === null) return notSent('The organisation has no Twilio credentials.');
    const access = twilioAccess(credentials);
    return access === null
      ? notSent('The stored Twilio credentials are not an account SID and its token.')
      : ok(access);
  } catch (fault) {
    parts.onFault(fault);
    return notSent('The stored Twilio credentials could not be opened.');
  }
}

/** The fields of the request, or why there is none. */
function formOf({ action }: Permit<OutboundMessage>, publicUrl: string): Result<Query, Delivery> {
  const { input, agent, context } = action;
  const { from = '', mode, messageId = '', callback = '' } = context;
  const isAlert = mode === 'platform' && agent === null; // the operator's own
  if (mode !== 'production' && !isAlert)
    return notSent('Only messages of an organisation in production leave by Twilio.');
  if (input.channel === 'email' || (agent === null && !isAlert))
    return notSent('Twilio carries SMS and WhatsApp of an agent alone.');
  if (messageId === '' || (callback === '' && !isAlert)) return notSent('The message has no address for its status.');
  const to = contactOf(input);
  if (to === null) return err({ state: 'failed', code: 'invalid_input', say: 'The recipient is not a phone number.' });
  const service = MESSAGING_SERVICE.test(from);
  if (!service && !NUMBER.test(from)) return notSent('The sender is neither a number nor a messaging service.');
  return ok({
    To: twilioAddress(input.channel, to),
    ...(service ? { MessagingServiceSid: from } : { From: twilioAddress(input.channel, from) }),
    ...contentOf(input),
    ...(agent === null
      ? {}
      : { StatusCallback: statusCallback(publicUrl, 'twilio', agent, messageId as MessageId, callback) }),
  });
}

/** A template of WhatsApp's is sent instead of the text. */
function contentOf({ body, templateId, templateVars }: OutboundMessage): Query {
  if (templateId === undefined) return { Body: body };
  return {
    ContentSid: templateId,
    ...(templateVars === undefined ? {} : { ContentVariables: canonicalJson(templateVars) }),
  };
}

/** A message has nothing that could be not found: that is a refusal as any other. */
function refused(status: number, body: Json | null): Delivery {
  const told = refusal(status, body);
  return told.code === 'not_found' ? { ...told, code: 'provider_rejected' } : told;
}

/** Without a message's SID nothing was said that can be relied on. */
function accepted(status: number, body: Json | null): Delivery {
  const sid = textField(body, 'sid');
  if (sid === null || !MESSAGE_SID.test(sid)) {
    const say = `Twilio's answer (HTTP ${status}) names no message. It may or may not have been sent.`;
    return { state: 'unknown', code: 'outcome_unknown', say };
  }
  const cost = priceMicros(textField(body, 'price'), textField(body, 'price_unit'));
  return { state: 'ok', ref: sid, ...(cost === null ? {} : { cost }) };
}
