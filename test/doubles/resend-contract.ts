/**
 * The requests that we make of Resend, as a table: endpoint by endpoint the fields, their types and bounds, what we read of the
 * answers, and the webhook events that we take. The double refuses whatever does not fit it; `test/contracts/resend.test.ts`
 * proves it against Resend's own OpenAPI description.
 */
export interface FieldRule {
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'array';
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly required?: true;
  readonly maxLength?: number;
  readonly maximum?: number;
  /** Of an array. */
  readonly maxItems?: number;
  readonly items?: FieldRule;
  /** Of an object; without them any member is fine. */
  readonly fields?: Fields;
}
export type Fields = Readonly<Record<string, FieldRule>>;

export interface Endpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Fields;
  readonly headers?: Fields;
  readonly json?: Fields;
  readonly status: 200 | 201;
  /** What we read of the answer, or of each member of its `data`. */
  readonly answer: { readonly list?: true; readonly fields: Fields };
  /** What we read of it that Resend's description leaves out, though its documentation has it. */
  readonly undescribed?: readonly string[];
}

const STRING: FieldRule = { type: 'string' };
const TAG_TEXT: FieldRule = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,256}$', required: true };
const PAGE: Fields = { limit: { type: 'integer', maximum: 100 }, after: STRING };
const STRINGS: FieldRule = { type: 'array', items: STRING };

export const LAST_EVENTS = [
  'bounced',
  'canceled',
  'clicked',
  'complained',
  'delivered',
  'delivery_delayed',
  'failed',
  'opened',
  'queued',
  'scheduled',
  'sent',
  'suppressed',
] as const;

export const DOMAIN_STATUSES = [
  'pending',
  'verified',
  'failed',
  'not_started',
  'partially_verified',
  'partially_failed',
] as const;

const CAPABILITY: FieldRule = { type: 'string', enum: ['enabled', 'disabled'] };

const DOMAIN_WITH_RECORDS: Fields = {
  status: { type: 'string', enum: DOMAIN_STATUSES },
  records: {
    type: 'array',
    items: {
      type: 'object',
      fields: {
        record: { type: 'string', enum: ['SPF', 'DKIM', 'Receiving', 'Tracking', 'TrackingCAA'] },
        name: STRING,
        type: { type: 'string', enum: ['MX', 'TXT', 'CNAME', 'CAA'] },
        ttl: STRING,
        value: STRING,
        priority: { type: 'integer' },
      },
    },
  },
};

export const ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'send mail',
    method: 'POST',
    path: '/emails',
    headers: { 'idempotency-key': { type: 'string', maxLength: 256 } },
    json: {
      from: { type: 'string', required: true },
      to: { type: 'array', items: STRING, maxItems: 50, required: true },
      subject: { type: 'string', required: true },
      text: STRING,
      html: STRING,
      headers: { type: 'object' },
      attachments: {
        type: 'array',
        items: { type: 'object', fields: { filename: STRING, content: STRING, content_type: STRING } },
      },
      tags: { type: 'array', items: { type: 'object', fields: { name: TAG_TEXT, value: TAG_TEXT } } },
    },
    status: 200,
    answer: { fields: { id: STRING } },
  },
  {
    name: 'fetch mail',
    method: 'GET',
    path: '/emails/{email_id}',
    status: 200,
    answer: { fields: { id: STRING, from: STRING, to: STRINGS, last_event: { type: 'string', enum: LAST_EVENTS } } },
  },
  {
    name: 'fetch received mail',
    method: 'GET',
    path: '/emails/receiving/{email_id}',
    status: 200,
    answer: {
      fields: {
        id: STRING,
        from: STRING,
        to: STRINGS,
        cc: STRINGS,
        reply_to: STRINGS,
        subject: STRING,
        message_id: STRING,
        html: STRING,
        text: STRING,
        headers: { type: 'object' },
        attachments: { type: 'array' },
      },
    },
    undescribed: ['raw'],
  },
  {
    name: 'list received attachments',
    method: 'GET',
    path: '/emails/receiving/{email_id}/attachments',
    query: { limit: { type: 'integer' } },
    status: 200,
    answer: {
      list: true,
      fields: { filename: STRING, content_type: STRING, download_url: STRING, size: { type: 'integer' } },
    },
  },
  {
    name: 'list domains',
    method: 'GET',
    path: '/domains',
    query: PAGE,
    status: 200,
    answer: {
      list: true,
      fields: {
        id: STRING,
        name: STRING,
        status: { type: 'string', enum: DOMAIN_STATUSES },
        capabilities: { type: 'object', fields: { sending: CAPABILITY, receiving: CAPABILITY } },
      },
    },
  },
  {
    name: 'make domain',
    method: 'POST',
    path: '/domains',
    json: { name: { type: 'string', required: true } },
    status: 201,
    answer: { fields: DOMAIN_WITH_RECORDS },
  },
  {
    name: 'fetch domain',
    method: 'GET',
    path: '/domains/{domain_id}',
    status: 200,
    answer: { fields: DOMAIN_WITH_RECORDS },
  },
  {
    name: 'list webhooks',
    method: 'GET',
    path: '/webhooks',
    query: { limit: { type: 'integer' }, after: STRING },
    status: 200,
    answer: { list: true, fields: { id: STRING, endpoint: STRING } },
  },
  {
    name: 'make webhook',
    method: 'POST',
    path: '/webhooks',
    json: {
      endpoint: { type: 'string', required: true },
      events: { type: 'array', items: STRING, required: true },
    },
    status: 201,
    answer: { fields: { id: STRING, signing_secret: STRING } },
  },
  {
    name: 'remove webhook',
    method: 'DELETE',
    path: '/webhooks/{webhook_id}',
    status: 200,
    answer: { fields: {} },
  },
];

const OUTBOUND: Fields = {
  email_id: { type: 'string', required: true },
  to: { type: 'array', items: STRING, required: true },
  tags: { type: 'object' },
};
const withDetail = (name: string, fields: Fields): Fields => ({ ...OUTBOUND, [name]: { type: 'object', fields } });

/** What we read of each event's `data`. */
export const EVENTS: Readonly<Record<string, Fields>> = {
  'email.sent': OUTBOUND,
  'email.delivered': OUTBOUND,
  'email.delivery_delayed': OUTBOUND,
  'email.complained': OUTBOUND,
  'email.bounced': withDetail('bounce', {
    type: { type: 'string', enum: ['Undetermined', 'Transient', 'Permanent'], required: true },
    subType: { type: 'string', required: true },
  }),
  'email.failed': withDetail('failed', { reason: { type: 'string', required: true } }),
  'email.suppressed': withDetail('suppressed', {
    reason: { type: 'string', enum: ['previous_bounce', 'previous_complaint'], required: true },
  }),
  'email.received': {
    email_id: { type: 'string', required: true },
    from: { type: 'string', required: true },
    to: { type: 'array', items: STRING, required: true },
    cc: { type: 'array', items: STRING, required: true },
    bcc: { type: 'array', items: STRING, required: true },
    subject: { type: 'string', required: true },
    message_id: { type: 'string', required: true },
    attachments: {
      type: 'array',
      required: true,
      items: { type: 'object', fields: { id: STRING, filename: STRING, content_type: STRING } },
    },
  },
};
/** Of `email.received`, in Resend's documentation and not in its description. */
export const UNDESCRIBED_EVENT_FIELDS = ['received_for'] as const;

export interface Matched {
  readonly endpoint: Endpoint;
  readonly id: string;
}

/** The endpoint of a request, and the id in its path. */
export function matchEndpoint(method: string, path: string): Matched | null {
  for (const endpoint of ENDPOINTS) {
    const pattern = new RegExp(`^${endpoint.path.replace(/\{\w+\}/, '([A-Za-z0-9-]+)')}$`);
    const found = endpoint.method === method ? pattern.exec(path) : null;
    if (found !== null) return { endpoint, id: found[1] ?? '' };
  }
  return null;
}

/** What is wrong with the texts of a query. */
export const queryFaults = (rules: Fields, query: URLSearchParams): readonly string[] =>
  [...query].flatMap(([name, text]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) return [`unknown parameter ${name}`];
    if (rule.type !== 'integer') return [];
    return /^\d+$/.test(text) && Number(text) <= (rule.maximum ?? 1_000) ? [] : [`${name} is no integer that fits`];
  });

/** What is wrong with a value. */
export function faults(rule: FieldRule, value: unknown, at: string): readonly string[] {
  if (rule.type === 'array') {
    if (!Array.isArray(value)) return [`${at} is no array`];
    if (value.length > (rule.maxItems ?? 1_000)) return [`${at} has too many`];
    const { items } = rule;
    return items === undefined ? [] : value.flatMap((one, i) => faults(items, one, `${at}[${i}]`));
  }
  if (rule.type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`];
    return rule.fields === undefined ? [] : memberFaults(rule.fields, value, at);
  }
  if (typeof value !== 'string') return [`${at} is no ${rule.type}`];
  const fits =
    value.length <= (rule.maxLength ?? Number.POSITIVE_INFINITY) &&
    (rule.enum?.includes(value) ?? true) &&
    (rule.pattern === undefined || new RegExp(rule.pattern).test(value));
  return fits ? [] : [`${at} does not fit`];
}

export function memberFaults(rules: Fields, value: object, at = ''): readonly string[] {
  const found = Object.entries(value).flatMap(([name, member]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    return rule === undefined ? [`unknown field ${at}${name}`] : faults(rule, member, `${at}${name}`);
  });
  const missing = Object.entries(rules).filter(([name, rule]) => rule.required === true && !Object.hasOwn(value, name));
  return [...found, ...missing.map(([name]) => `missing ${at}${name}`)];
}
