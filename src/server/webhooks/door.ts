/** The doors that providers and recipients of mail call. They take no token: each delivery proves itself. */
import type { Hono } from 'hono';
import { type Env, methodNotAllowed } from '../context.ts';
import type { WebhookParts } from './delivery.ts';
import { mountResend } from './resend.ts';
import { mountTwilio } from './twilio.ts';
import { mountUnsubscribe } from './unsubscribe.ts';

export function mountWebhooks(app: Hono<Env>, parts: WebhookParts): void {
  mountTwilio(app, parts);
  mountResend(app, parts);
  app.all('/webhooks/*', methodNotAllowed('POST'));
  mountUnsubscribe(app, parts);
}
