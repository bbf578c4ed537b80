/**
 * Requests to Resend's API with an account's key (https://resend.com/docs/api-reference). What can be asked twice without harm
 * says so here: reads, deletes, and a mail, which brings its idempotency key.
 */
import type { Json } from '../../kernel/canonical-json.ts';
import { field, listField, textField } from '../http/json-field.ts';
import type { VendorHttp, VendorResult } from '../http/vendor-http.ts';
import type { ResendAccess } from './access.ts';

/** Ids that may stand in a path: what Resend calls mails, webhooks, attachments. */
export const RESEND_ID = /^[A-Za-z0-9-]{1,100}$/;

const common = ({ headers, account }: ResendAccess, signal: AbortSignal) => ({ headers, account, signal });

export const read = (
  http: VendorHttp,
  access: ResendAccess,
  path: string,
  signal: AbortSignal,
  maxAnswerBytes?: number,
): Promise<VendorResult> =>
  http.request({
    ...common(access, signal),
    method: 'GET',
    path,
    idempotent: true,
    ...(maxAnswerBytes === undefined ? {} : { maxAnswerBytes }),
  });

/** Creates something; with a key it may be sent again, and does no more than once within 24 hours. */
export function create(
  http: VendorHttp,
  access: ResendAccess,
  path: string,
  body: Json,
  signal: AbortSignal,
  idempotencyKey?: string,
): Promise<VendorResult> {
  const request = common(access, signal);
  const headers =
    idempotencyKey === undefined ? request.headers : { ...request.headers, 'idempotency-key': idempotencyKey };
  return http.request({ ...request, headers, method: 'POST', path, body, idempotent: idempotencyKey !== undefined });
}

export const remove = (http: VendorHttp, access: ResendAccess, path: string, signal: AbortSignal) =>
  http.request({ ...common(access, signal), method: 'DELETE', path, idempotent: true });

const PAGE = 100;
/** A list longer than this is not ours to read to its end. */
const MAX_PAGES = 10;

export type Listed =
  | { readonly is: 'all'; readonly items: readonly Json[] }
  | { readonly is: 'not_all'; readonly items: readonly Json[] }
  | { readonly is: 'failed'; readonly result: VendorResult };

/** Every page of a list. */
export async function list(
  http: VendorHttp,
  access: ResendAccess,
  path: '/domains' | '/webhooks',
  signal: AbortSignal,
): Promise<Listed> {
  const items: Json[] = [];
  let after = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = after === '' ? `limit=${PAGE}` : `limit=${PAGE}&after=${encodeURIComponent(after)}`;
    const result = await read(http, access, `${path}?${query}`, signal);
    if (result.is !== 'answer' || result.status !== 200) return { is: 'failed', result };
    const data = listField(result.body, 'data');
    items.push(...data);
    const last = textField(data.at(-1), 'id');
    if (field(result.body, 'has_more') !== true || last === null) return { is: 'all', items };
    after = last;
  }
  return { is: 'not_all', items };
}
