/**
 * The requests that we make of Twilio, as a table: endpoint by endpoint the fields, their types and bounds, and what we read
 * of the answers. The double refuses whatever does not fit it; `test/contracts/twilio.test.ts` proves it against Twilio's own
 * OpenAPI description. The Senders API (v2) is not described there: its rows follow Twilio's npm package.
 */

export interface FieldRule {
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'array';
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly required?: true;
  readonly maximum?: number;
  /** Of an object. */
  readonly fields?: Readonly<Record<string, FieldRule>>;
}

export type Fields = Readonly<Record<string, FieldRule>>;

export interface Endpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** The file of Twilio's that describes it; null where none does. */
  readonly spec: 'twilio_api_v2010.json' | null;
  readonly query?: Fields;
  readonly form?: Fields;
  readonly json?: Fields;
  readonly status: 200 | 201 | 204;
  /** What we read of the answer, or of each member of the list named so. */
  readonly answer?: { readonly list?: string; readonly fields: Fields };
}

const STRING: FieldRule = { type: 'string' };
const sid = (prefix: string): FieldRule => ({ type: 'string', pattern: `^${prefix}[0-9a-fA-F]{32}$` });
const PAGE_SIZE: FieldRule = { type: 'integer', maximum: 1000 };
const HTTP_METHOD: FieldRule = { type: 'string', enum: ['GET', 'POST'] };

export const MESSAGE_STATUSES = [
  'queued',
  'sending',
  'sent',
  'failed',
  'delivered',
  'undelivered',
  'receiving',
  'received',
  'accepted',
  'scheduled',
  'read',
  'partially_delivered',
  'canceled',
] as const;

const MESSAGE: Fields = {
  sid: sid('(SM|MM)'),
  status: { type: 'string', enum: MESSAGE_STATUSES },
  direction: { type: 'string', enum: ['inbound', 'outbound-api', 'outbound-call', 'outbound-reply'] },
  body: STRING,
  to: STRING,
  from: STRING,
  date_created: STRING,
  num_segments: STRING,
  price: STRING,
  price_unit: STRING,
  error_code: { type: 'integer' },
  account_sid: sid('AC'),
  messaging_service_sid: sid('MG'),
};

const NUMBER: Fields = {
  sid: sid('PN'),
  account_sid: sid('AC'),
  phone_number: STRING,
  friendly_name: STRING,
  sms_application_sid: sid('AP'),
  sms_url: STRING,
  sms_method: HTTP_METHOD,
  capabilities: { type: 'object', fields: { sms: { type: 'boolean' } } },
};

const ACCOUNT = '/2010-04-01/Accounts/{AccountSid}';
const V2010 = 'twilio_api_v2010.json';

export const ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'fetch account',
    method: 'GET',
    path: '/2010-04-01/Accounts/{Sid}.json',
    spec: V2010,
    status: 200,
    answer: { fields: { sid: sid('AC'), status: { type: 'string', enum: ['active', 'suspended', 'closed'] } } },
  },
  {
    name: 'create message',
    method: 'POST',
    path: `${ACCOUNT}/Messages.json`,
    spec: V2010,
    form: {
      To: { type: 'string', required: true },
      From: STRING,
      MessagingServiceSid: sid('MG'),
      Body: STRING,
      ContentSid: sid('HX'),
      ContentVariables: STRING,
      StatusCallback: STRING,
    },
    status: 201,
    answer: { fields: MESSAGE },
  },
  {
    name: 'list messages',
    method: 'GET',
    path: `${ACCOUNT}/Messages.json`,
    spec: V2010,
    query: { To: STRING, From: STRING, PageSize: PAGE_SIZE },
    status: 200,
    answer: { list: 'messages', fields: MESSAGE },
  },
  {
    name: 'fetch message',
    method: 'GET',
    path: `${ACCOUNT}/Messages/{Sid}.json`,
    spec: V2010,
    status: 200,
    answer: { fields: MESSAGE },
  },
  {
    name: 'list numbers',
    method: 'GET',
    path: `${ACCOUNT}/IncomingPhoneNumbers.json`,
    spec: V2010,
    query: { PhoneNumber: STRING, FriendlyName: STRING, PageSize: PAGE_SIZE },
    status: 200,
    answer: { list: 'incoming_phone_numbers', fields: NUMBER },
  },
  {
    name: 'buy number',
    method: 'POST',
    path: `${ACCOUNT}/IncomingPhoneNumbers.json`,
    spec: V2010,
    form: { PhoneNumber: STRING, FriendlyName: STRING, SmsUrl: STRING, SmsMethod: HTTP_METHOD },
    status: 201,
    answer: { fields: NUMBER },
  },
  {
    name: 'update number',
    method: 'POST',
    path: `${ACCOUNT}/IncomingPhoneNumbers/{Sid}.json`,
    spec: V2010,
    form: { SmsUrl: STRING, SmsMethod: HTTP_METHOD },
    status: 200,
    answer: { fields: NUMBER },
  },
  {
    name: 'release number',
    method: 'DELETE',
    path: `${ACCOUNT}/IncomingPhoneNumbers/{Sid}.json`,
    spec: V2010,
    status: 204,
  },
  {
    name: 'numbers for sale',
    method: 'GET',
    path: `${ACCOUNT}/AvailablePhoneNumbers/{CountryCode}/Local.json`,
    spec: V2010,
    query: { AreaCode: { type: 'integer' }, SmsEnabled: { type: 'boolean' }, PageSize: PAGE_SIZE },
    status: 200,
    answer: { list: 'available_phone_numbers', fields: { phone_number: STRING } },
  },
  {
    name: 'list WhatsApp senders',
    method: 'GET',
    path: '/v2/Channels/Senders',
    spec: null,
    query: { Channel: { type: 'string', required: true }, PageSize: PAGE_SIZE, Page: STRING, PageToken: STRING },
    status: 200,
    answer: { list: 'senders', fields: { sid: sid('XE'), sender_id: STRING } },
  },
  {
    name: 'update WhatsApp sender',
    method: 'POST',
    path: '/v2/Channels/Senders/{Sid}',
    spec: null,
    json: {
      webhook: {
        type: 'object',
        required: true,
        fields: {
          callback_url: STRING,
          callback_method: { type: 'string', enum: ['POST', 'PUT'] },
          status_callback_url: STRING,
          status_callback_method: { type: 'string', enum: ['POST', 'PUT'] },
        },
      },
    },
    status: 200,
  },
];
