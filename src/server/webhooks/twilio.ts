/**
 * Twilio's deliveries: `/webhooks/twilio/{agentId}/sms`, `/whatsapp` and `/status`. Proven by Twilio's signature with the auth
 * token of the account that the sender belongs to, over the configured address and every parameter of the form, and by the
 * secret in the address. No token, no sender, no secret: refused.
 */
import type { Hono } from 'hono';
import type { Inlet } from '../../comms/ports.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { looksLikeId } from '../../kernel/ids.ts';
import { type InboundMessage, readInbound } from '../../providers/twilio/inbound.ts';
import { type FetchedMedia, fetchTwilioMedia } from '../../providers/twilio/media.ts';
import { isSignedByTwilio } from '../../providers/twilio/signature.ts';
import { readStatus } from '../../providers/twilio/status.ts';
import { readForm } from '../../shield/body.ts';
import type { FormPairs } from '../../shield/form.ts';
import type { Env, RequestContext } from '../context.ts';
import {
  answerDelivery,
  bringsNonce,
  inletsOf,
  providerPrincipal,
  refuseDelivery,
  signedUrl,
  type WebhookParts,
  webhookAction,
} from './delivery.ts';

const SIGNATURE = 'x-twilio-signature';
const CHANNELS = ['sms', 'whatsapp'] as const;
const TOLD = { STOP: 'stop', START: 'start', HELP: 'help' } as const;

/** TwiML that answers nothing: what is to be said is said by the agent, under every rule. */
const NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>';
const taken = (): Response => new Response(NO_REPLY, { headers: { 'content-type': 'text/xml; charset=utf-8' } });

export function mountTwilio(app: Hono<Env>, parts: WebhookParts): void {
  const receive = webhookAction(parts, 'comms.receive_message');
  const report = webhookAction(parts, 'comms.report_delivery');

  for (const channel of CHANNELS) {
    app.post(`/webhooks/twilio/:agentId/${channel}`, async (c) => {
      const inlet = (await twilioInlets(c, parts)).find((one) => one.channel === channel && bringsNonce(c, one));
      const { params } = await signedForm(c, parts, inlet === undefined ? [] : [inlet]);
      const message = readInbound(params);
      if (inlet === undefined || message === null || message.channel !== channel || message.to !== inlet.address) {
        throw new SallyportError('invalid_input', 'This is not a message to the sender of this address.');
      }
      const { agent, org } = inlet;
      const { attachments, omitted } = await filesOf(message, inlet, parts);
      const input = {
        agentId: agent,
        channel,
        from: message.from,
        to: message.to,
        body: message.body + omitted.map((remark) => `\n[${remark}]`).join(''),
        ownWords: message.body,
        ...(attachments.length === 0 ? {} : { attachments }),
        providerRef: message.messageSid,
        // Twilio has acted on the word already, and answered it
        ...(message.optOutType === undefined ? {} : { told: TOLD[message.optOutType] }),
      };
      const options = { idempotencyKey: `twilio:${message.messageSid}` };
      return answerDelivery(c, await parts.perform(receive, providerPrincipal('twilio', org), input, options), taken);
    });
  }

  app.post('/webhooks/twilio/:agentId/status', async (c) => {
    const { params, inlet } = await signedForm(c, parts, await twilioInlets(c, parts));
    const told = readStatus(params);
    const messageId = c.req.query('m');
    // a number's own hook tells of calls and of what others sent from it: nothing of ours
    if (told === null || messageId === undefined) return taken();
    if (!looksLikeId('msg', messageId)) throw new SallyportError('invalid_input', 'This is not a message of ours.');
    const input = {
      agentId: inlet.agent,
      messageId,
      callback: c.req.query('n') ?? '-',
      status: told.status,
      providerRef: told.sid,
      ...(told.errorCode === null ? {} : { errorCode: told.errorCode }),
    };
    const options = { idempotencyKey: `twilio:${told.deliveryKey}` };
    return answerDelivery(
      c,
      await parts.perform(report, providerPrincipal('twilio', inlet.org), input, options),
      taken,
    );
  });
}

/** Twilio gives up on a webhook after 15 seconds: by then the message is stored, with or without its files. */
const FILES_TIMEOUT_MS = 8_000;

async function filesOf(
  { media }: InboundMessage,
  { credentialOrg }: Inlet,
  parts: WebhookParts,
): Promise<FetchedMedia> {
  const credentials = media.length === 0 ? null : await parts.providers.open(credentialOrg, 'twilio');
  if (credentials === null) return { attachments: [], omitted: [] };
  return fetchTwilioMedia(media, credentials, parts.fetchMedia, AbortSignal.timeout(FILES_TIMEOUT_MS));
}

const twilioInlets = async (c: RequestContext, parts: WebhookParts): Promise<readonly Inlet[]> =>
  (await inletsOf(c, parts)).filter(({ provider }) => provider === 'twilio');

/** The form, proven for one of these senders' accounts. Without a signature not a byte of the body is read. */
async function signedForm(
  c: RequestContext,
  parts: WebhookParts,
  inlets: readonly Inlet[],
): Promise<{ readonly params: FormPairs; readonly inlet: Inlet }> {
  const signature = c.req.raw.headers.get(SIGNATURE);
  if (signature === null || inlets.length === 0) return refuseDelivery(c, parts);
  const form = await readForm(c.req.raw, parts.limits, c.env?.incoming);
  if (!form.ok) return refuseDelivery(c, parts); // what can't be read can't be proven, and how must not tell who is there
  const params = form.value.pairs;
  const url = signedUrl(c, parts);
  for (const inlet of inlets) {
    const credentials = await parts.providers.open(inlet.credentialOrg, 'twilio');
    if (isSignedByTwilio(credentials?.['authToken'], signature, { url, content: { is: 'form', params } })) {
      await parts.protection.verified(c, `twilio:${inlet.org}`);
      return { params, inlet };
    }
  }
  return refuseDelivery(c, parts);
}
