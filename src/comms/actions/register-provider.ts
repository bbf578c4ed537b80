/**
 * Gives the organisation (or, by the orchestrator, every organisation) an account at a provider. The provider is asked
 * whether the credentials are good before they are stored; they are stored sealed, and nobody can read them back.
 */
import * as z from 'zod';
import { type AnyAction, worldAction } from '../../guard/action.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { type Credentials, PROVIDERS, type ProviderName, type Vendors } from '../provider-ports.ts';
import { commsWrite } from '../writes.ts';
import { deliveryOf } from './vendor-delivery.ts';

/** Every field that any provider has; which of them one needs, its adapter says. */
const credentials = z.strictObject({
  accountSid: field.code(64).optional().describe("Twilio's account SID, AC and 32 characters."),
  authToken: field.secret(200).optional().describe("Twilio's primary auth token, which also signs its webhooks."),
  apiKey: field.secret(200).optional().describe('Resend: an API key with full access, re_ and more.'),
  host: field.code(253).optional().describe('SMTP: the server.'),
  port: field.code(5).optional().describe('SMTP: 465 (TLS from the start) or 587 (STARTTLS).'),
  username: field.secret(320).optional().describe('SMTP: who signs in.'),
  password: field.secret(1_000).optional(),
  tls: field.code(20).optional().describe('SMTP: implicit or starttls; by the port unless said.'),
});

interface Input {
  readonly provider: ProviderName;
  readonly credentials: z.output<typeof credentials>;
}

const given = ({ credentials: fields }: Pick<Input, 'credentials'>): Credentials =>
  Object.fromEntries(Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined));

const credentialsGuard = (vendors: Vendors) =>
  guard<Input>()({
    id: 'credentials',
    stage: 'validate',
    needs: {},
    judge({ input }) {
      const account = vendors.accounts[input.provider];
      if (account === undefined) {
        const say = `This server does not use ${input.provider}; in demo mode it uses the simulator alone.`;
        return [{ is: 'deny', code: 'provider_not_configured', say, source: 'DEMO_MODE' }];
      }
      const values = given(input);
      const problem = (name: string, what: string): Deny => ({
        is: 'deny',
        code: 'invalid_input',
        say: `credentials.${name}: ${what}`,
        source: `fields of ${input.provider}`,
      });
      return [
        ...Object.entries(account.fields)
          .filter(([name, { optional }]) => optional !== true && values[name] === undefined)
          .map(([name, { says }]) => problem(name, `${input.provider} needs it: ${says}`)),
        ...Object.keys(values)
          .filter((name) => account.fields[name] === undefined)
          .map((name) => problem(name, `${input.provider} has no such field.`)),
      ];
    },
  });

export const registerProvider = (vendors: Vendors): AnyAction =>
  worldAction({
    name: 'comms.register_provider',
    version: 1,
    says: 'Registers an account at a provider (Twilio, Resend, SMTP) after asking the provider whether the credentials are good.',
    input: z.object({ provider: z.enum(PROVIDERS), credentials }),
    output: z.object({
      provider: z.enum(PROVIDERS),
      status: z.enum(['registered', 'pending', 'refused']),
      account: z.string().nullable().describe("The account's public name at the provider."),
      channels: z.array(z.enum(CHANNELS)),
    }),
    access: 'org:admin',
    subject: 'organization',
    forPlatform: true,
    risk: 'critical',
    sensitive: true,
    guards: [credentialsGuard(vendors)],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    secretInput: true,
    retry: () => 'same-key', // asking twice does no harm
    leaseMs: 30 * SECOND_MS,
    beginWithinMs: 5 * MINUTE_MS,
    contact: () => null,
    stage: ({ input, by }) => ({ writes: [], output: view(input, vendors, 'pending', null), context: { by: by.id } }),
    async execute({ action: { input }, signal }) {
      const account = vendors.accounts[input.provider];
      if (account === undefined) {
        return {
          state: 'failed',
          code: 'provider_not_configured',
          say: `${input.provider} is not used here any more.`,
        };
      }
      const answer = await account.verify(given(input), signal);
      if (answer.state === 'unknown') return { state: 'failed', code: 'provider_unavailable', say: answer.say };
      // the account may be somebody's mailbox, and the reference goes into the log
      return deliveryOf(answer, ({ account: name }) => ({ ref: input.provider, told: { account: name } }));
    },
    conclude({ input, context }, delivery, mint, now) {
      if (delivery.state !== 'ok') return { writes: [], output: view(input, vendors, 'refused', null) };
      const account = delivery.told?.['account'] ?? input.provider;
      const row = {
        id: mint.id('crd'),
        provider: input.provider,
        account,
        credentials: given(input),
        by: context['by'] ?? '',
        at: now,
      };
      return {
        writes: [commsWrite('credential.put', row)],
        output: view(input, vendors, 'registered', account),
      };
    },
  });

const view = (
  { provider }: Input,
  { accounts }: Vendors,
  status: 'registered' | 'pending' | 'refused',
  account: string | null,
) => ({ provider, status, account, channels: [...(accounts[provider]?.channels ?? [])] });
