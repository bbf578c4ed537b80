/**
 * Resend's deliveries: `/webhooks/resend/{agentId}`. Proven by Standard Webhooks over the raw bytes, with the secret that
 * Resend made when the mailbox was bound. Its webhooks tell of a whole account; what is not about this agent is taken and
 * left alone. A mail that came in is fetched and stored before it is confirmed, so that nothing is lost on the way.
 */
import type { Hono } from 'hono';
import type { Inlet } from '../../comms/ports.ts';
import { toBase64 } from '../../kernel/encoding.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { InboundMail } from '../../providers/mail/inbound-mail.ts';
import {
  concernsAgent,
  type ResendReceived,
  type ResendReport,
  readResendEvent,
} from '../../providers/resend/events.ts';
import { verifyWebhook } from '../../providers/standard-webhooks.ts';
import { readRaw } from '../../shield/body.ts';
import { parseStrictJson } from '../../shield/strict-json.ts';
import type { Env, RequestContext } from '../context.ts';
import {
  answerDelivery,
  bringsNonce,
  inletsOf,
  providerPrincipal,
  refuseDelivery,
  type WebhookParts,
  webhookAction,
} from './delivery.ts';

const FETCH_TIMEOUT_MS = 20_000;
const MAX_BODY_CHARS = 20_000;

export function mountResend(app: Hono<Env>, parts: WebhookParts): void {
  const receive = webhookAction(parts, 'comms.receive_message');
  const report = webhookAction(parts, 'comms.report_delivery');

  app.post('/webhooks/resend/:agentId', async (c) => {
    const { inlet, id, body } = await proven(c, parts);
    const json = parseStrictJson(body);
    const event = json.ok ? readResendEvent(json.value) : null;
    if (event === null) throw new SallyportError('invalid_input', "This is no event of Resend's.");
    if (event.is === 'ignored' || !concernsAgent(event, inlet)) return taken(c);
    return event.is === 'report' ? reported(c, inlet, event, id) : received(c, inlet, event);
  });

  async function reported(c: RequestContext, { agent, org }: Inlet, event: ResendReport, id: string) {
    const { messageId, report: told, suppress } = event;
    if (messageId === null) return taken(c);
    const input = {
      agentId: agent,
      messageId,
      status: told.status,
      providerRef: told.ref,
      ...(told.errorCode === null ? {} : { errorCode: told.errorCode }),
      ...(suppress === null ? {} : { mark: suppress }),
    };
    const options = { idempotencyKey: `resend:${id}` };
    const outcome = await parts.perform(report, providerPrincipal('resend', org), input, options);
    return answerDelivery(c, outcome, () => taken(c));
  }

  async function received(c: RequestContext, inlet: Inlet, { emailId }: ResendReceived) {
    // not fetched again: its files may be gone by now, and a mail that is kept would look like another one
    if (await parts.providers.hasTaken(inlet.org, inlet.agent, emailId)) return taken(c);
    const credentials = await parts.providers.open(inlet.credentialOrg, 'resend');
    const mail =
      credentials === null
        ? null
        : await parts.receiveMail(credentials, emailId, AbortSignal.timeout(FETCH_TIMEOUT_MS));
    if (mail === null || mail.state !== 'ok') {
      // not stored: Resend delivers again
      throw new SallyportError('provider_unavailable', 'The mail could not be fetched; deliver it again.');
    }
    const input = {
      agentId: inlet.agent,
      channel: 'email',
      to: inlet.address,
      providerRef: emailId,
      ...stored(mail.value),
    };
    const options = { idempotencyKey: `resend:${emailId}` };
    const outcome = await parts.perform(receive, providerPrincipal('resend', inlet.org), input, options);
    return answerDelivery(c, outcome, () => taken(c));
  }
}

/** As the agent gets it: files that would run when opened are named and left out. */
function stored({ from, subject, text, reply, attachments, omitted, authenticated, automatic }: InboundMail) {
  const kept = attachments.filter(({ executable }) => !executable);
  const left = attachments
    .filter(({ executable }) => executable)
    .map(({ filename }) => `${filename}: a program, left out`);
  const remarks = [...omitted, ...left].map((remark) => `\n[${remark}]`).join('');
  return {
    from,
    subject,
    body: text.slice(0, MAX_BODY_CHARS - Math.min(remarks.length, 2_000)) + remarks.slice(0, 2_000),
    ownWords: reply.slice(0, MAX_BODY_CHARS),
    authenticated,
    automatic,
    attachments: kept.map(({ filename, contentType, content }) => ({
      filename,
      contentType,
      content: toBase64(content),
    })),
  };
}

const taken = (c: RequestContext): Response => c.json({ status: 'taken' });

/** The delivery, proven with the secret of a mailbox of this agent. */
async function proven(c: RequestContext, parts: WebhookParts) {
  const { headers } = c.req.raw;
  const inlet = (await inletsOf(c, parts)).find((one) => one.provider === 'resend' && bringsNonce(c, one));
  if (inlet === undefined || inlet.secret === '') return refuseDelivery(c, parts);
  const body = await readRaw(c.req.raw, parts.limits, c.env?.incoming);
  if (!body.ok) throw new SallyportError(body.error.code, body.error.message);
  const delivery = verifyWebhook({
    header: (name) => headers.get(name),
    body: body.value,
    secret: inlet.secret,
    now: parts.clock.now(),
  });
  if (!delivery.ok) return refuseDelivery(c, parts);
  await parts.protection.verified(c, `resend:${inlet.org}`);
  return { inlet, id: delivery.value.id, body: body.value };
}
