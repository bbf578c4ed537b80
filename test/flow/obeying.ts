/** A house in which an agent obeys whatever comes in, and a record of what left it. */
import { randomUUID } from 'node:crypto';
import { commsWrite } from '../../src/comms/writes.ts';
import type { Outcome } from '../../src/guard/perform.ts';
import type { Permit } from '../../src/guard/permit.ts';
import { SCOPES_OF } from '../../src/guard/principal.ts';
import type { AgentId, MessageId, OrgId } from '../../src/kernel/ids.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { openHouse, type TestAgent, type TestHouse } from '../support/house.ts';
import {
  type Attack,
  CANARY,
  type Deed,
  PROMPT,
  SECRET,
  STRANGER,
  STRANGER_MAIL,
  spoken,
  TRUSTED_HOST,
  written,
} from './attacks.ts';

/** What left, to whom, in which words. */
export interface Left {
  readonly to: string;
  readonly text: string;
}

export interface Obeying extends AsyncDisposable {
  readonly t: TestHouse;
  readonly left: Left[];
  /** Begins anew, with an organisation of which nobody has heard. */
  begin(): Promise<void>;
  /** One that may write, mail and call, with a sender's limits out of the way; the stranger's consent is on record. */
  agent(): Promise<TestAgent>;
}

/** More than the corpus needs, so that no limit stops what a rule should. */
const LIMITS = {
  ...{ perMinute: 60, perHour: 3_000, perDay: 10_000, callsPerNumberPerDay: 1_000, messagesPerNumberPerDay: 1_000 },
  ...{ spendPerDay: 1_000_000_000, spendPerMonth: 10_000_000_000 },
};
/** US cents: two parts of an SMS. */
export const SPEND_ABOVE = 16_000;

export interface ObeyingOptions {
  /** Whether what must not leave is known: without it the filter finds nothing. */
  readonly filtered: boolean;
  /** Micro-units of USD; the default unless said. */
  readonly spendAbove?: number;
}

export async function openObeying({ filtered, spendAbove }: ObeyingOptions): Promise<Obeying> {
  const left: Left[] = [];
  const carry = async ({ action }: Permit<object>) => {
    left.push(leftBy(action.input));
    return { state: 'ok', ref: `ref_${action.id}` } as const;
  };
  const carrier = { name: 'test', retry: 'never', send: carry } as const;
  const t = await openHouse({
    environment: filtered ? { OUTPUT_CANARIES: CANARY } : {},
    overrides: {
      carriers: {
        sandbox: { sms: carrier, email: carrier, whatsapp: carrier },
        production: {},
        calls: { sandbox: { name: 'test', place: carry }, production: {} },
      },
    },
  });
  let tenant = await t.organization();
  const begin = async () => {
    tenant = await t.organization();
    if (filtered) t.house.outputBook.learn(tenant.id, SECRET);
  };
  await begin();
  return {
    t,
    left,
    begin,
    async agent() {
      const capabilities = { sms: true, email: true, voice: true };
      const made = await t.done('comms.provision_channels', tenant.admin, {
        displayName: 'Front desk',
        capabilities,
      });
      const agentId: AgentId = made.agentId;
      await t.done('comms.set_agent_limits', t.orchestrator, { agentId, limits: LIMITS });
      const policy = { trustedHosts: [TRUSTED_HOST], ...(spendAbove === undefined ? {} : { spendAbove }) };
      await t.done('comms.set_flow_policy', t.orchestrator, { agentId, ...policy });
      if (filtered) t.house.outputBook.learnPrompts(agentId, [PROMPT]);
      const by = (await t.house.authenticate(made.securityToken))!;
      await agreed(t, tenant.id, agentId);
      return { id: agentId, token: made.securityToken, by };
    },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
}

/** The stranger agreed once, and nobody trusted chose them: so that consent is not what stops the agent. */
async function agreed(t: TestHouse, org: OrgId, agent: AgentId): Promise<void> {
  const channels = { sms: STRANGER, voice: STRANGER, email: STRANGER_MAIL } as const;
  const rows = Object.entries(channels).map(([channel, contact]) =>
    commsWrite('consent.record', {
      ...{ id: t.house.ids.next('cns'), agent, contact, channel: channel as keyof typeof channels, type: 'express' },
      ...{ source: null, proof: null, notes: null, known: false, by: agent, action: t.house.ids.next('act') },
      at: t.clock.now(),
    }),
  );
  await t.house.store.found(org, 'test_consents', rows);
}

function leftBy(input: object): Left {
  const { to, ...rest } = input as { readonly to: string };
  return {
    to,
    text: Object.values(rest)
      .filter((value) => typeof value === 'string')
      .join('\n'),
  };
}

export interface Sender {
  readonly sms: string;
  readonly email: string;
}
export const senderOf = (i: number): Sender => ({
  sms: `+141555501${30 + (i % 60)}`,
  email: `sender-${i}@sandbox.example`,
});

/** The text comes in by the way that its kind says. @returns the message's id. */
export async function comesIn({ t }: Obeying, agent: TestAgent, attack: Attack, sender: Sender): Promise<MessageId> {
  const provider = { id: 'provider:test', kind: 'provider', org: agent.by.org, agent: null } as const;
  const by = { ...provider, scopes: SCOPES_OF.provider, fences: [] };
  const [channel, fields] = wayOf(attack);
  const from = { sms: sender.sms, email: sender.email }[channel];
  const to = { sms: '+15005550006', email: 'desk@sandbox.example' }[channel];
  let last: MessageId | null = null;
  const turns = [attack.text].flat().map((turn) => fields(spoken(turn)));
  // a name alone can't be answered: somebody writes as well
  for (const turn of attack.kind === 'contact-name' ? [{}, ...turns] : turns) {
    const said = { from, body: 'Hello', ...turn };
    const input = { agentId: agent.id, channel, to, ...said, authenticated: true, providerRef: `in_${randomUUID()}` };
    const outcome = await t.call('comms.receive_message', by, input);
    if (outcome.is !== 'done') throw new Error(`${attack.id}: ${JSON.stringify(outcome)}`);
    last = (outcome.output as { messageId: MessageId }).messageId;
  }
  return last!;
}

function wayOf({ kind }: Attack): readonly ['sms' | 'email', (text: string) => object] {
  switch (kind) {
    case 'subject':
      return ['email', (subject) => ({ subject, body: 'See above.' })];
    case 'attachment-name':
      return ['email', (filename) => ({ attachments: [{ filename, contentType: 'text/plain', content: 'aGk=' }] })];
    case 'contact-name':
      return ['sms', (from) => ({ from })];
    default:
      return ['sms', (body) => ({ body })];
  }
}

/** The agent does what it was told, one after the other, whatever comes of it. */
export async function obeys(
  { t }: Obeying,
  agent: TestAgent,
  attack: Attack,
  sender: Sender,
): Promise<readonly Outcome[]> {
  const mail = wayOf(attack)[0] === 'email';
  const outcomes: Outcome[] = [];
  for (const deed of attack.does) {
    const [name, input] = deedAsCall(deed, sender, mail ? 'email' : 'sms');
    outcomes.push(await t.call(name, agent.by, input));
  }
  t.clock.pass(MINUTE_MS);
  return outcomes;
}

export function deedAsCall(deed: Deed, sender: Sender, channel: 'sms' | 'email'): readonly [string, object] {
  const stranger = channel === 'email' ? STRANGER_MAIL : STRANGER;
  switch (deed.do) {
    case 'send': {
      const to = deed.to === 'sender' ? sender[channel] : stranger;
      const mail = channel === 'email' ? { subject: 'Your message' } : {};
      return ['comms.send_message', { to, channel, purpose: 'conversational', body: written(deed.body), ...mail }];
    }
    case 'call':
      return ['comms.make_call', { to: STRANGER, greeting: deed.greeting }];
    case 'code':
      return ['comms.send_otp', { to: stranger, channel }];
    case 'consent':
      return ['comms.record_consent', { contact: stranger, channel, type: 'express' }];
    case 'revoke':
      return ['comms.revoke_consent', { contact: stranger, channel }];
    case 'verify':
      return ['comms.verify_otp', { to: stranger, code: deed.code }];
  }
}
