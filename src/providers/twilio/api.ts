/**
 * Requests to Twilio's two APIs with an account's credentials. What can be asked twice without harm says so here: reads,
 * deletes and updates that set the same values; creating a message or a number is not among them.
 */
import type { Json } from '../../kernel/canonical-json.ts';
import type { VendorHttp, VendorResult } from '../http/vendor-http.ts';
import type { TwilioAccess } from './access.ts';

export interface TwilioApis {
  /** `https://api.twilio.com`, version 2010-04-01. */
  readonly api: VendorHttp;
  /** `https://messaging.twilio.com`: WhatsApp senders. */
  readonly messaging: VendorHttp;
}

export type Query = Readonly<Record<string, string>>;

/** Below the account: `Messages.json`. Whatever a part is made of is encoded by `segment`. */
export const accountPath = ({ accountSid }: TwilioAccess, rest: string): string =>
  `/2010-04-01/Accounts/${accountSid}/${rest}`;

export const SENDERS_PATH = '/v2/Channels/Senders';

export const segment = (text: string): string => encodeURIComponent(text);

export const withQuery = (path: string, query: Query): string => `${path}?${new URLSearchParams(query)}`;

const common = ({ headers, account }: TwilioAccess, signal: AbortSignal) => ({ headers, account, signal });

export const read = (
  http: VendorHttp,
  access: TwilioAccess,
  path: string,
  signal: AbortSignal,
): Promise<VendorResult> => http.request({ ...common(access, signal), method: 'GET', path, idempotent: true });

/** A form that creates something: never sent twice once it may have arrived. */
export const create = (http: VendorHttp, access: TwilioAccess, path: string, form: Query, signal: AbortSignal) =>
  http.request({
    ...common(access, signal),
    method: 'POST',
    path,
    body: new URLSearchParams(form),
    idempotent: false,
  });

/** A form or JSON that sets fields of something that exists. */
export const update = (
  http: VendorHttp,
  access: TwilioAccess,
  path: string,
  fields: URLSearchParams | Json,
  signal: AbortSignal,
) => http.request({ ...common(access, signal), method: 'POST', path, body: fields, idempotent: true });

export const remove = (http: VendorHttp, access: TwilioAccess, path: string, signal: AbortSignal) =>
  http.request({ ...common(access, signal), method: 'DELETE', path, idempotent: true });
