/**
 * SIGKILL between what was reserved and what the provider answered: the next process finds out by asking, repeats what may be
 * repeated under its key, and sends nothing twice. Real processes, over real HTTP to the doubles.
 */
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Server, startServer, temporaryFolder } from '../cli/command-line.ts';
import { API_KEY, startResend } from '../doubles/resend.ts';
import { twilioDouble } from '../doubles/twilio.ts';
import { approve, register } from '../support/into-production.ts';

const PERSON = '+14155550100';
const READER = 'bob@example.org';
const WITHIN = { timeout: 15_000, interval: 25 };

async function done(server: Server, path: string, input: object, token?: string) {
  const { status, body } = await server.post(path, input, token);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  // biome-ignore lint/suspicious/noExplicitAny: outputs of every shape
  return body as any;
}

test('a process killed while providers had not answered leaves nothing lost, doubled or sent twice', async () => {
  const twilio = await twilioDouble();
  const resend = await startResend();
  onTestFinished(async () => {
    await twilio[Symbol.asyncDispose]();
    await resend.close();
  });
  using folder = temporaryFolder();
  const environment = {
    TWILIO_API_URL: twilio.url,
    TWILIO_MESSAGING_URL: twilio.url,
    RESEND_API_URL: resend.url,
    WEBHOOK_BASE_URL: 'https://hooks.example',
    WAIT_MS: '30000',
  };
  await using first = await startServer(folder.path, environment);
  const { organizationId, adminToken } = await done(first, 'comms/create-organization', { name: 'A', slug: 'a' });
  const act: Parameters<typeof approve>[0] = (name, input, as) =>
    done(first, name.replace('.', '/').replaceAll('_', '-'), input, as === 'admin' ? adminToken : undefined);
  await approve(act, organizationId);
  await register(act, organizationId);
  const { accountSid, authToken } = twilio;
  const accounts = [
    { provider: 'twilio', credentials: { accountSid, authToken } },
    { provider: 'resend', credentials: { apiKey: API_KEY } },
  ];
  for (const account of accounts) await done(first, 'comms/register-provider', account, adminToken);
  const agentFor = async (channel: string) => {
    const wanted = { displayName: 'Desk', capabilities: { [channel]: true } };
    const { agentId, securityToken } = await done(first, 'comms/provision-channels', wanted, adminToken);
    return { id: String(agentId), token: String(securityToken) };
  };
  const [texts, mails, buys] = [await agentFor('sms'), await agentFor('email'), await agentFor('sms')];
  twilio.own('+15005550006');
  resend.addDomain('mail.example.com');
  twilio.shop.push({ address: '+14155550177', country: 'US', free: true });
  twilio.shop.push({ address: '+14155550178', country: 'US', free: true });
  const senders = [
    { agentId: texts.id, channel: 'sms', address: '+15005550006' },
    { agentId: mails.id, channel: 'email', address: 'desk@mail.example.com' },
  ];
  for (const sender of senders) await done(first, 'comms/bind-sender', sender, adminToken);
  await done(first, 'comms/record-consent', { contact: PERSON, channel: 'sms' }, texts.token);
  await done(first, 'comms/record-consent', { contact: READER, channel: 'email' }, mails.token);

  /** Asks for what will hang, and waits until it does. */
  const begun: Promise<unknown>[] = [];
  const begin = async (hanging: Promise<void>, path: string, input: object, token: string) => {
    begun.push(first.post(path, input, token).catch(() => null)); // its process dies
    await hanging;
  };
  for (const [body, took] of [
    ['taken', true],
    ['lost', false],
  ] as const) {
    twilio.fail({ is: 'hang', ...(took ? { after: true } : {}) });
    await begin(twilio.hanging(), 'comms/send-message', { to: PERSON, body }, texts.token);
    resend.failNext({ is: 'hang', took });
    const letter = { to: READER, channel: 'email', subject: body, body };
    await begin(resend.hanging(), 'comms/send-message', letter, mails.token);
  }
  // the look for an earlier purchase and what is for sale, then the purchase
  twilio.fail({ is: 'slow', ms: 0 }, { is: 'slow', ms: 0 }, { is: 'hang', after: true });
  await begin(twilio.hanging(), 'comms/buy-number', { agentId: buys.id }, adminToken);
  expect([twilio.messages.length, resend.sent.length, twilio.numbers.length]).toEqual([1, 1, 2]);

  await first.stop('SIGKILL');
  await Promise.all(begun);
  const known = async (server: Server) => {
    const states = async (token: string) => {
      const { messages } = await done(server, 'comms/get-messages', {}, token);
      return Object.fromEntries(messages.map((one: { body: string; status: string }) => [one.body, one.status]));
    };
    const { channels } = await done(server, 'comms/get-channel-status', {}, buys.token);
    return {
      texts: await states(texts.token),
      mails: await states(mails.token),
      bought: channels.find(({ channel }: { channel: string }) => channel === 'sms').address,
    };
  };
  const expected = {
    texts: { taken: 'sent', lost: 'unknown' }, // what Twilio does not know is not sent again: it might still come
    mails: { taken: 'sent', lost: 'sent' },
    bought: '+14155550177',
  };
  const asks = () => twilio.requests.filter(({ endpoint }) => endpoint.name === 'list messages').length;
  for (let restart = 0; restart < 2; restart++) {
    const before = asks();
    const server = await startServer(folder.path, environment);
    try {
      await vi.waitFor(async () => expect(await known(server)).toEqual(expected), WITHIN);
      await vi.waitFor(() => expect(asks()).toBeGreaterThan(before), WITHIN); // also about the one that stays unknown
      const { agents } = await done(server, 'comms/get-usage-dashboard', {}, texts.token);
      expect(agents[0].limits.find(({ name }: { name: string }) => name === 'spendPerDay').used).toBe(2 * 7_900);
    } finally {
      await server.stop('SIGKILL');
    }
  }
  expect(twilio.messages.map(({ body }) => body)).toEqual(['taken']);
  expect(resend.sent.map(({ body }) => body['subject']).toSorted()).toEqual(['lost', 'taken']);
  expect(new Set(resend.sent.map(({ key }) => key)).size).toBe(2);
  expect(twilio.numbers.map(({ address }) => address)).toEqual(['+15005550006', '+14155550177']);
}, 60_000);
