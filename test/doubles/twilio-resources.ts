/** What the Twilio double keeps, and how Twilio writes it as JSON. */
export interface StoredMessage {
  readonly sid: string;
  readonly to: string;
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly body: string;
  readonly direction: 'inbound' | 'outbound-api';
  readonly createdAt: number;
  readonly statusCallback: string | null;
  status: string;
  errorCode: number | null;
  price: string | null;
  priceUnit: string;
}

export interface StoredNumber {
  readonly sid: string;
  readonly address: string;
  name: string;
  smsUrl: string;
  readonly sms: boolean;
  readonly application: string | null;
}

export interface StoredSender {
  readonly sid: string;
  readonly senderId: string;
  webhook: Record<string, string>;
}

export const hex = (n: number): string => n.toString(16).padStart(32, '0');
const rfc2822 = (ms: number): string => new Date(ms).toUTCString().replace('GMT', '+0000');

export const messageJson = (accountSid: string, message: StoredMessage) => ({
  account_sid: accountSid,
  api_version: '2010-04-01',
  body: message.body,
  date_created: rfc2822(message.createdAt),
  date_sent: null,
  date_updated: rfc2822(message.createdAt),
  direction: message.direction,
  error_code: message.errorCode,
  error_message: null,
  from: message.from,
  messaging_service_sid: message.messagingServiceSid,
  num_media: '0',
  num_segments: message.messagingServiceSid === null ? '1' : '0',
  price: message.price,
  price_unit: message.priceUnit,
  sid: message.sid,
  status: message.status,
  subresource_uris: {},
  to: message.to,
  uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}.json`,
});
export const numberJson = (accountSid: string, number: StoredNumber) => ({
  account_sid: accountSid,
  capabilities: { voice: true, sms: number.sms, mms: number.sms, fax: false },
  friendly_name: number.name,
  phone_number: number.address,
  sid: number.sid,
  sms_application_sid: number.application ?? '',
  sms_method: 'POST',
  sms_url: number.smsUrl,
});
export const page = (list: string, members: readonly unknown[], size: number) => ({
  [list]: members.slice(0, size),
  page: 0,
  page_size: size,
  next_page_uri: members.length > size ? `/2010-04-01/next?PageToken=PA${hex(size)}` : null,
});
