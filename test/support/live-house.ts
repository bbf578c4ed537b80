/**
 * The whole of Sallyport on a socket of this machine, with Twilio and Resend as doubles on other sockets: real settings,
 * adapters, store and doors. A test asks it as its users and its providers do, under the public name that they know it by.
 */
import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { compose, type House, type Overrides } from '../../src/main/compose.ts';
import { createOperationalLog } from '../../src/main/operational-log.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { serverOf } from '../../src/main/start.ts';
import { connectVendors, type VendorParts } from '../../src/main/vendors.ts';
import type { Engine } from '../../src/store/engine.ts';
import { API_KEY, startResend } from '../doubles/resend.ts';
import { type Post, type TwilioDouble, twilioDouble } from '../doubles/twilio.ts';
import { type Answer, ask } from '../server/fixture.ts';
import { createCanaries, secretMembers } from './canaries.ts';
import { dump } from './dump.ts';
import { engines, type TestEngine } from './engines.ts';
import { ORCHESTRATOR_TOKEN, type TestClock, testClock, testKeys } from './house.ts';
import { approve, register } from './into-production.ts';

/** The name under which providers reach the server, and what it is called by people. */
export const PUBLIC_NAME = 'hooks.example';
export const BASE = `https://${PUBLIC_NAME}`;
const PLENTY = '1000000';

export interface LiveOptions {
  readonly on?: TestEngine;
  readonly environment?: Readonly<Record<string, string>>;
  readonly overrides?: Overrides;
  /** Where Twilio is, if it is more than the one double. */
  readonly twilioUrl?: string;
  readonly download?: VendorParts['download'];
  /** Given what ends it, where that is not the end of the test. */
  readonly finished?: (end: () => Promise<void>) => void;
}

export interface Live {
  readonly house: House;
  readonly engine: Engine;
  readonly clock: TestClock;
  readonly port: number;
  readonly faults: unknown[];
  readonly twilio: TwilioDouble;
  readonly resend: Awaited<ReturnType<typeof startResend>>;
  /** What the server wrote to its operational log. */
  readonly log: readonly string[];
  /** An action by REST, as the orchestrator unless `token` says another. */
  act(path: string, input: object, token?: string): Promise<Answer>;
  /** `act` for what must succeed: the answer's body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into outputs of every shape
  done(path: string, input: object, token?: string): Promise<any>;
  /** A request from outside to an address on the public name. */
  ask(url: string, request?: Parameters<typeof ask>[2]): Promise<Answer>;
  /** Takes no more, and lets what is open go. */
  stop(): Promise<void>;
  /** Everything in the database, as text. */
  everything(): Promise<string>;
}

export async function openLive(options: LiveOptions = {}): Promise<Live> {
  const { on = engines[0]!, environment = {}, overrides = {}, download } = options;
  await using stack = new AsyncDisposableStack();
  const clock = testClock();
  const faults: unknown[] = [];
  const log: string[] = [];
  const keys = testKeys();
  let port = 0;

  const canaries = createCanaries();
  let isSecret: (member: string) => boolean = () => false;
  canaries.plant("the orchestrator's token", ORCHESTRATOR_TOKEN);
  canaries.plant("Resend's key", API_KEY);

  const outside: Live['ask'] = async (url, request = {}) => {
    const { host, pathname, search } = new URL(url);
    const answer = await ask(port, `${pathname}${search}`, { ...request, headers: { host, ...request.headers } });
    canaries.look(`a header of ${pathname}`, JSON.stringify(answer.headers));
    if (answer.json === undefined) canaries.look(`the answer of ${pathname}`, answer.text);
    else canaries.handedOut(`the answer of ${pathname}`, answer.json, isSecret);
    return answer;
  };
  const post: Post = async (url, { method, headers, body }) => {
    const form = body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const { status, text } = await outside(url, { method, headers: { ...form, ...headers }, body: String(body) });
    return new Response(text, { status });
  };

  const twilio = stack.use(await twilioDouble({ now: clock.now, fetch: post }));
  const resend = await startResend(post);
  stack.defer(() => resend.close());
  const { engine, dispose } = await on.open();
  stack.defer(dispose);
  const settings = loadSettings({
    ORCHESTRATOR_SECURITY_TOKEN: ORCHESTRATOR_TOKEN,
    PUBLIC_URL: BASE,
    WEBHOOK_BASE_URL: BASE,
    TWILIO_API_URL: options.twilioUrl ?? twilio.url,
    TWILIO_MESSAGING_URL: options.twilioUrl ?? twilio.url,
    RESEND_API_URL: resend.url,
    HTTP_RATE_LIMIT_PER_IP: PLENTY,
    HTTP_RATE_LIMIT_GLOBAL: PLENTY,
    ...environment,
  });
  const onFault = (fault: unknown) => void faults.push(fault);
  const house = stack.use(
    await compose({
      settings,
      dataDir: { path: '', encryptionKey: () => keys.encryption, logKey: () => keys.log },
      onFault,
      overrides: {
        clock,
        engine,
        ...(download === undefined
          ? {}
          : {
              connectVendors: (open) =>
                connectVendors({ settings, open, clock, entropy: systemEntropy(), onFault, download }),
            }),
        ...overrides,
      },
    }),
  );
  isSecret = secretMembers(house.catalogue);
  canaries.plant("Twilio's token", twilio.authToken);
  stack.defer(async () => {
    canaries.lookHard('the database', JSON.stringify([...(await dump(engine))]));
    for (const fault of faults) canaries.lookHard('a fault', inspect(fault));
  });
  const out = {
    write(text: string) {
      canaries.lookHard('the operational log', text);
      log.push(text);
    },
  };
  const server = serverOf(house, settings, createOperationalLog({ level: 'trace', clock, out }));
  const listening = await server.listen('127.0.0.1', 0);
  stack.defer(() => listening.close(0));
  stack.defer(() => twilio.hangUp());
  stack.defer(() => resend.hangUp());
  port = listening.port;
  const held = stack.move();
  (options.finished ?? onTestFinished)(() => held.disposeAsync());

  const act: Live['act'] = (path, input, token = ORCHESTRATOR_TOKEN) =>
    outside(`${BASE}/api/v1/${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
  return {
    house,
    engine,
    clock,
    port,
    faults,
    twilio,
    resend,
    log,
    act,
    async done(path, input, token) {
      const answer = await act(path, input, token);
      const isDone = answer.status === 200 || (answer.status === 202 && answer.json._meta?.status === 'done');
      if (!isDone) throw new Error(`${path}: ${answer.status} ${answer.text}`);
      return answer.json;
    },
    ask: outside,
    stop: () => listening.close(1_000),
    everything: async () => JSON.stringify([...(await dump(engine))]),
  };
}

export interface Tenant {
  readonly org: string;
  readonly admin: string;
}

/** An organisation in production, registered for texts from the United States, without a provider. */
export async function inProduction(live: Live, slug = 'acme'): Promise<Tenant> {
  const made = await live.done('comms/create-organization', { name: slug, slug });
  const tenant = { org: made.organizationId, admin: made.adminToken };
  await approve(actAs(live, tenant), tenant.org);
  await register(actAs(live, tenant), tenant.org);
  return tenant;
}

const actAs =
  (live: Live, { admin }: Tenant): Parameters<typeof approve>[0] =>
  (name, input, as) =>
    live.done(name.replace('.', '/').replaceAll('_', '-'), input, as === 'admin' ? admin : undefined);

/** Back in production, after a rejection. */
export const approvedAgain = (live: Live, tenant: Tenant): Promise<void> => approve(actAs(live, tenant), tenant.org);

export interface LiveAgent extends Tenant {
  readonly id: string;
  readonly token: string;
}

export const NUMBER = '+15005550006';
export const PERSON = '+14155550100';
export const MAILBOX = 'desk@mail.example.com';
export const READER = 'bob@example.org';

export const twilioCredentials = ({ accountSid, authToken }: Pick<TwilioDouble, 'accountSid' | 'authToken'>) => ({
  provider: 'twilio',
  credentials: { accountSid, authToken },
});
export const resendCredentials = { provider: 'resend', credentials: { apiKey: API_KEY } };

export async function agentIn(live: Live, tenant: Tenant, channel: 'sms' | 'email' | 'whatsapp'): Promise<LiveAgent> {
  const input = { displayName: 'Front desk', capabilities: { [channel]: true } };
  const made = await live.done('comms/provision-channels', input, tenant.admin);
  return { ...tenant, id: made.agentId, token: made.securityToken };
}

/** An agent of an organisation in production that sends SMS from `number`, by the organisation's own account. */
export async function texting(live: Live, number = NUMBER): Promise<LiveAgent> {
  const tenant = await inProduction(live);
  await live.done('comms/register-provider', twilioCredentials(live.twilio), tenant.admin);
  const agent = await agentIn(live, tenant, 'sms');
  live.twilio.own(number);
  await live.done('comms/bind-sender', { agentId: agent.id, channel: 'sms', address: number }, tenant.admin);
  await live.done('comms/record-consent', { contact: PERSON, channel: 'sms' }, agent.token);
  return agent;
}

/** The same for mail, by Resend. */
export async function mailing(live: Live, mailbox = MAILBOX): Promise<LiveAgent> {
  const tenant = await inProduction(live);
  await live.done('comms/register-provider', resendCredentials, tenant.admin);
  const agent = await agentIn(live, tenant, 'email');
  live.resend.addDomain(mailbox.slice(mailbox.indexOf('@') + 1));
  await live.done('comms/bind-sender', { agentId: agent.id, channel: 'email', address: mailbox }, tenant.admin);
  await live.done('comms/record-consent', { contact: READER, channel: 'email' }, agent.token);
  return agent;
}

/** What the agent has used of today's budget, in micro-units of USD. */
export async function spentBy(live: Live, agent: LiveAgent): Promise<number> {
  const { agents } = await live.done('comms/get-usage-dashboard', {}, agent.token);
  return agents[0].limits.find(({ name }: { name: string }) => name === 'spendPerDay').used;
}

/** The state of a message as its agent sees it; with it, what it cost and why it failed. */
export async function messageOf(live: Live, agent: LiveAgent, id: string) {
  const { messages } = await live.done('comms/get-messages', {}, agent.token);
  const found = messages.find(({ messageId }: { messageId: string }) => messageId === id);
  if (found === undefined) throw new Error(`the agent has no message ${id}`);
  const { status, errorCode, cost, segments } = found;
  return { status, errorCode, cost, segments };
}

/** An action's state in the store: what is settled. */
export async function actionOf(live: Live, id: string) {
  const row = await live.engine.db.selectFrom('action').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return { state: row.state, cost: row.cost, ref: row.ref };
}
