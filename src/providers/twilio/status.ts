/**
 * What has become of a message, from the form that Twilio posts to its status callback (after its signature was checked). Pure.
 * Twilio does not promise an order: the caller moves states forward only.
 * https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 */
import type { MessageReport } from '../../comms/provider-ports.ts';
import type { FormPairs } from '../../shield/form.ts';
import { formField, MESSAGE_SID } from './form.ts';

/** `read` (WhatsApp) is more than delivered, which is the most that a message can become here. */
const STATUS: ReadonlyMap<string, MessageReport['status']> = new Map([
  ['queued', 'queued'],
  ['accepted', 'queued'],
  ['scheduled', 'queued'],
  ['sending', 'queued'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
]);

/** Null for a status that is not an outbound message's, or that is new to us. */
export const messageStatus = (told: string | null): MessageReport['status'] | null => STATUS.get(told ?? '') ?? null;

export interface StatusReport {
  readonly sid: string;
  readonly status: MessageReport['status'];
  /** Twilio's error code; null where there is none. */
  readonly errorCode: string | null;
  /** What a repeat of the delivery is known by. */
  readonly deliveryKey: string;
}

/** Null when it can't be read as a report on a message. */
export function readStatus(params: FormPairs): StatusReport | null {
  const sid = formField(params, 'MessageSid');
  const told = formField(params, 'MessageStatus');
  const status = messageStatus(told);
  if (sid === null || !MESSAGE_SID.test(sid) || status === null) return null;
  const errorCode = readErrorCode(formField(params, 'ErrorCode'));
  return { sid, status, errorCode, deliveryKey: `${sid}:${told}:${errorCode ?? ''}` };
}

const readErrorCode = (text: string | null): string | null =>
  text !== null && /^[1-9]\d{0,5}$/.test(text) ? text : null;
