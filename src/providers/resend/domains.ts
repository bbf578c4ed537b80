/** Domains of a Resend account: those that are there, and one that mail is to be sent from, with its DNS records. */
import type { DnsRecord, VendorAnswer } from '../../comms/provider-ports.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { field, listField, textField } from '../http/json-field.ts';
import { undelivered, unread } from '../http/undelivered.ts';
import type { VendorHttp } from '../http/vendor-http.ts';
import type { ResendAccess } from './access.ts';
import { create, list, RESEND_ID, read } from './api.ts';
import { readRefusal, refusal } from './errors.ts';

export async function domains(
  http: VendorHttp,
  access: ResendAccess,
  signal: AbortSignal,
): Promise<VendorAnswer<{ readonly items: readonly Json[]; readonly all: boolean }>> {
  const listed = await list(http, access, '/domains', signal);
  if (listed.is !== 'failed') return { state: 'ok', value: { items: listed.items, all: listed.is === 'all' } };
  const { result } = listed;
  return result.is === 'answer' ? readRefusal(result.status, result.body) : unread('Resend', result);
}

/** @param name in lower case. */
export const domainNamed = (items: readonly Json[], name: string): Json | undefined =>
  items.find((one) => textField(one, 'name')?.toLowerCase() === name);

type MailDomain = VendorAnswer<{ readonly status: string; readonly records: readonly DnsRecord[] }>;

/** The domain's records; it is made if it is not there. Asked twice, the second time finds it. */
export async function ensureDomain(
  http: VendorHttp,
  access: ResendAccess,
  name: string,
  signal: AbortSignal,
): Promise<MailDomain> {
  const found = await domains(http, access, signal);
  if (found.state !== 'ok') return found;
  const before = domainNamed(found.value.items, name);
  if (before === undefined) {
    const made = await create(http, access, '/domains', { name }, signal);
    if (made.is !== 'answer') return undelivered('Resend', made);
    return made.status === 200 || made.status === 201 ? told(made.body) : refusal(made.status, made.body);
  }
  const id = textField(before, 'id');
  if (id === null || !RESEND_ID.test(id)) return UNREADABLE;
  const fetched = await read(http, access, `/domains/${id}`, signal);
  if (fetched.is !== 'answer') return unread('Resend', fetched);
  return fetched.status === 200 ? told(fetched.body) : readRefusal(fetched.status, fetched.body);
}

const UNREADABLE: MailDomain = {
  state: 'failed',
  code: 'provider_unavailable',
  say: "Resend's answer holds no DNS records of the domain. It is safe to try again.",
};

const MOST_RECORDS = 20;
/** What may stand in a zone file: a record that could be anything else is not passed on to whoever pastes it. */
const TYPES: ReadonlySet<string> = new Set(['MX', 'TXT', 'CNAME', 'CAA']);
const NAME = /^[A-Za-z0-9._*@-]{1,253}$/;
const VALUE = /^[\x20-\x7e]{1,2000}$/;
const WORD = /^[\x20-\x7e]{1,40}$/;

function told(body: Json | null): MailDomain {
  const records = listField(body ?? undefined, 'records')
    .slice(0, MOST_RECORDS)
    .flatMap(recordOf);
  const status = textField(body ?? undefined, 'status') ?? '';
  if (records.length === 0 || !/^[a-z_]{1,40}$/.test(status)) return UNREADABLE;
  return { state: 'ok', value: { status, records } };
}

function recordOf(json: Json): readonly DnsRecord[] {
  const text = (name: string, form: RegExp): string | null => {
    const value = textField(json, name);
    return value !== null && form.test(value) ? value : null;
  };
  const [type, name, value] = [text('type', WORD), text('name', NAME), text('value', VALUE)];
  if (type === null || !TYPES.has(type) || name === null || value === null) return [];
  const priority = field(json, 'priority');
  return [
    {
      ...{ type, name, value },
      priority: Number.isSafeInteger(priority) ? (priority as number) : null,
      ttl: text('ttl', WORD),
      purpose: text('record', WORD) ?? '',
    },
  ];
}
