/**
 * Carries mail by Resend's send-email (https://resend.com/docs/api-reference/emails/send-email). The action's id is its
 * idempotency key, which Resend keeps for 24 hours: an attempt with unknown outcome may be repeated, and says the same.
 *
 * Tags name the message and its agent; they come back in the signed webhooks, so that a report finds its message although the
 * attempt broke off before there was a reference.
 */
import type { MessageProvider, OpenCredentials } from '../../comms/provider-ports.ts';
import type { Delivery } from '../../guard/action.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { toBase64 } from '../../kernel/encoding.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { ok, type Result } from '../../kernel/result.ts';
import { textField } from '../http/json-field.ts';
import { undelivered } from '../http/undelivered.ts';
import type { VendorHttp, VendorResult } from '../http/vendor-http.ts';
import { type NotBuilt, notSent, type OutboundMail, outboundMail } from '../mail/outbound-mail.ts';
import { type ResendAccess, resendAccess } from './access.ts';
import { create, RESEND_ID } from './api.ts';
import { refusal } from './errors.ts';
import { AGENT_TAG, MESSAGE_TAG } from './tags.ts';

export interface ResendCarrierParts {
  readonly http: VendorHttp;
  readonly openCredentials: OpenCredentials;
  /** PUBLIC_URL without a trailing slash: where recipients unsubscribe. */
  readonly publicUrl: string;
  /** Told why credentials could not be opened. */
  readonly onFault: (fault: unknown) => void;
}

export const createResendCarrier = (parts: ResendCarrierParts): MessageProvider => ({
  name: 'resend',
  retry: 'same-key',
  async send(permit) {
    const mail = outboundMail(permit, 'resend', parts.publicUrl);
    if (!mail.ok) return afterwards(mail.error, permit.action.attempt);
    const access = await accessOf(parts, permit.action.context['credentialOrg'] as OrgId);
    if (!access.ok) return afterwards(access.error, permit.action.attempt);
    const { http } = parts;
    const body = requestOf(mail.value);
    const result = await create(http, access.value, '/emails', body, permit.signal, mail.value.action);
    return afterwards(outcomeOf(result), permit.action.attempt);
  },
});

/** What speaks of this attempt alone must not hide that an earlier one may have gone through. */
function afterwards(delivery: Delivery, attempt: number): Delivery {
  if (delivery.state !== 'failed' || attempt <= 1) return delivery;
  const say = `${delivery.say} An earlier attempt may have been taken.`;
  return { ...delivery, state: 'unknown', code: 'outcome_unknown', say };
}

async function accessOf(parts: ResendCarrierParts, org: OrgId): Promise<Result<ResendAccess, NotBuilt>> {
  try {
    const credentials = await parts.openCredentials(org, 'resend');
    if (credentials === null) return notSent('The organisation has no Resend credentials.');
    const access = resendAccess(credentials);
    return access === null ? notSent('The stored Resend credentials are no API key.') : ok(access);
  } catch (fault) {
    parts.onFault(fault);
    return notSent('The stored Resend credentials could not be opened.');
  }
}

/** The same for the same action, to the byte: else the key would not hold. */
function requestOf({ from, to, subject, text, html, headers, attachments, message, agent }: OutboundMail): Json {
  return {
    from,
    to: [to],
    subject,
    text,
    ...(html === null ? {} : { html }),
    ...(Object.keys(headers).length === 0 ? {} : { headers: { ...headers } }),
    ...(attachments.length === 0
      ? {}
      : {
          attachments: attachments.map(({ filename, contentType, content }) => ({
            filename,
            content: toBase64(content),
            content_type: contentType,
          })),
        }),
    tags: [{ name: MESSAGE_TAG, value: message }, ...(agent === null ? [] : [{ name: AGENT_TAG, value: agent }])],
  };
}

function outcomeOf(result: VendorResult): Delivery {
  if (result.is !== 'answer') return undelivered('Resend', result);
  const { status, body } = result;
  if (status === 200 || status === 201) {
    const id = textField(body, 'id');
    if (id !== null && RESEND_ID.test(id)) return { state: 'ok', ref: id };
    const say = `Resend's answer (HTTP ${status}) names no mail. It may or may not have been sent.`;
    return { state: 'unknown', code: 'outcome_unknown', say };
  }
  const told = refusal(status, body);
  // a mail has nothing that could be not found: that is a refusal as any other
  return told.code === 'not_found' ? { ...told, code: 'provider_rejected' } : told;
}
