/** The webhooks of a bound sender at Resend: one for its address on this server, with a signing secret of its own. */
import type { VendorAnswer } from '../../comms/provider-ports.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { standardWebhookKey } from '../../kernel/standard-webhook.ts';
import { textField } from '../http/json-field.ts';
import { undelivered, unread } from '../http/undelivered.ts';
import type { VendorHttp } from '../http/vendor-http.ts';
import type { ResendAccess } from './access.ts';
import { create, list, RESEND_ID, remove } from './api.ts';
import { readRefusal, refusal } from './errors.ts';
import { RESEND_EVENTS } from './events.ts';

export interface Webhook {
  readonly ref: string;
  readonly secret: string;
  /** Earlier webhooks of the same address that could not be taken off. */
  readonly left: readonly string[];
}

/**
 * Sets a new webhook and then takes off earlier ones of the same address, so that there is no moment without one. Should it
 * break off between, the next time takes off what was left.
 */
export async function replaceWebhook(
  http: VendorHttp,
  access: ResendAccess,
  endpoint: string,
  signal: AbortSignal,
): Promise<VendorAnswer<Webhook>> {
  const before = await list(http, access, '/webhooks', signal);
  if (before.is === 'failed') {
    const { result } = before;
    return result.is === 'answer' ? readRefusal(result.status, result.body) : unread('Resend', result);
  }
  const body: Json = { endpoint, events: [...RESEND_EVENTS] };
  const result = await create(http, access, '/webhooks', body, signal);
  if (result.is !== 'answer') return undelivered('Resend', result);
  if (result.status !== 200 && result.status !== 201) return refusal(result.status, result.body);
  const ref = textField(result.body, 'id');
  const secret = textField(result.body, 'signing_secret');
  // a webhook that nobody can verify would be refused for ever
  if (ref === null || !RESEND_ID.test(ref) || secret === null || standardWebhookKey(secret) === null) {
    const say = 'Resend has made a webhook and told no signing secret for it. Bind the sender again.';
    return { state: 'unknown', code: 'outcome_unknown', say };
  }
  const left: string[] = [];
  for (const old of before.items.filter((one) => isAt(one, endpoint))) {
    const id = textField(old, 'id');
    if (id === null || id === ref || !RESEND_ID.test(id)) continue;
    const removed = await removeWebhook(http, access, id, signal);
    if (removed.state !== 'ok') left.push(id);
  }
  return { state: 'ok', value: { ref, secret, left } };
}

/** One that is gone is `ok`. */
export async function removeWebhook(
  http: VendorHttp,
  access: ResendAccess,
  ref: string,
  signal: AbortSignal,
): Promise<VendorAnswer<null>> {
  const gone = { state: 'ok', value: null } as const;
  if (ref === '') return gone;
  if (!RESEND_ID.test(ref))
    return { state: 'failed', code: 'invalid_input', say: 'The reference is no webhook of Resend.' };
  const result = await remove(http, access, `/webhooks/${ref}`, signal);
  if (result.is !== 'answer') return undelivered('Resend', result);
  if (result.status === 200 || result.status === 204 || result.status === 404) return gone;
  return refusal(result.status, result.body);
}

/** The same place on this server; the query, where a nonce may stand, is not compared. */
function isAt(webhook: Json, endpoint: string): boolean {
  const url = URL.parse(textField(webhook, 'endpoint') ?? '');
  const ours = URL.parse(endpoint);
  return url !== null && ours !== null && url.origin === ours.origin && url.pathname === ours.pathname;
}
