/**
 * Where an organisation's own alerts go. The webhook's address is the organisation's choice and is called by this server, so
 * it is fetched as any stranger's address: https, public, followed nowhere. Its secret is made here and shown once.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { SEVERITIES } from '../../guard/alerts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { toBase64 } from '../../kernel/encoding.ts';
import { known } from '../../tenancy/known.ts';
import { ADDRESS_PROBLEMS, normalMail } from '../rules/address.ts';

const SECRET_BYTES = 32;

interface Input {
  readonly email?: string | undefined;
  readonly webhookUrl?: string | undefined;
}

const no = (say: string, fact: string): Deny => ({
  is: 'deny',
  code: 'invalid_input',
  say,
  fact,
  source: 'form of addresses',
});

const alertAddressesGuard = guard<Input>()({
  id: 'alert-addresses',
  stage: 'validate',
  needs: {},
  judge({ input: { email, webhookUrl } }) {
    const findings: Deny[] = [];
    const mail = email === undefined ? null : normalMail(email);
    if (mail?.ok === false) findings.push(no(`email: ${ADDRESS_PROBLEMS[mail.error]}`, `field email: ${mail.error}`));
    if (webhookUrl !== undefined) {
      const { protocol, username, password } = new URL(webhookUrl);
      if (protocol !== 'https:') findings.push(no('webhookUrl: must begin with https://.', 'field webhookUrl: scheme'));
      if (username !== '' || password !== '')
        findings.push(no('webhookUrl: must have no user name and no password.', 'field webhookUrl: credentials'));
    }
    return findings;
  },
});

/** In normal form, as the guard has seen. */
function mailOf(email: string): string | null {
  const mail = normalMail(email);
  return mail.ok ? mail.value : null;
}

export const setAlertRoutes = (): AnyAction =>
  stateAction({
    name: 'comms.set_alert_routes',
    version: 1,
    says: "Sets where an organisation's own alerts are sent, by mail and to a signed webhook; what is left out is switched off.",
    input: z.object({
      email: field.address().optional().describe('A mail address.'),
      webhookUrl: field
        .url()
        .optional()
        .describe('An https address; what is posted there is signed by Standard Webhooks.'),
      minSeverity: z.enum(SEVERITIES).default('MEDIUM').describe('Less severe alerts are only listed.'),
    }),
    output: z.object({
      email: z.boolean(),
      webhook: z.boolean(),
      minSeverity: z.enum(SEVERITIES),
      webhookSecret: z.string().nullable().describe('Signs what is posted to the webhook. Shown this once.'),
    }),
    access: 'org:admin',
    subject: 'organization',
    risk: 'high',
    sensitive: true,
    guards: [alertAddressesGuard],
    doors: ['mcp', 'rest', 'cli'],
    secretOutput: ['webhookSecret'],
    needs: {},
    change({ input: { email, webhookUrl, minSeverity } }, _facts, mint) {
      const secret = webhookUrl === undefined ? null : `whsec_${toBase64(mint.bytes(SECRET_BYTES))}`;
      const routes = {
        email: email === undefined ? null : known(mailOf(email), 'readable address'),
        webhook: webhookUrl === undefined || secret === null ? null : { url: webhookUrl, secret },
        minSeverity,
      };
      return {
        writes: [guardWrite('alert.routes', routes)],
        output: {
          email: routes.email !== null,
          webhook: routes.webhook !== null,
          minSeverity,
          webhookSecret: secret,
        },
      };
    },
  });
