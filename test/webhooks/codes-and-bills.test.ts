/** A one-time code by Twilio's double, from the request over REST to the bill: only the person is told the code. */
import { expect, it } from 'vitest';
import { BASE, openLive, PERSON, texting } from '../support/live-house.ts';

const MINUTE = 60_000;
const RESERVE = 7_900;

it('a code goes to the person alone, is checked once, and is billed at the price that the provider tells', async () => {
  const live = await openLive();
  const agent = await texting(live);
  const config = { organizationId: agent.org, markupPercent: 20, billingEmail: 'bills@example.com' };
  await live.done('comms/set-billing-config', config);

  const answer = await live.act('comms/send-otp', { to: PERSON, language: 'de' }, agent.token);
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({ status: 'sent', expiresIn: 300, sandbox: false, cost: RESERVE });
  const { body, to, statusCallback } = live.twilio.messages[0]!;
  const code = body.slice(0, 6);
  expect(to).toBe(PERSON);
  expect(body).toBe(`${code} ist Ihr acme-Code, 5 Min. Nicht weitergeben.`);
  expect(statusCallback).toContain(`${BASE}/webhooks/twilio/${agent.id}/status?m=${answer.json.messageId}`);

  const history = await live.act('comms/get-messages', {}, agent.token);
  expect(history.json.messages[0].body).toBe(body.replace(code, '******'));
  const why = await live.act('audit/why', { actionId: answer.json._meta.actionId }, agent.token);
  const everything = await live.everything();
  for (const told of [answer.text, history.text, why.text, everything, live.log.join('')]) {
    expect(told).not.toContain(code);
  }
  expect(everything).not.toContain('bills@example.com');

  const verify = (given: string) => live.done('comms/verify-otp', { to: PERSON, code: given }, agent.token);
  expect(await verify(code === '000000' ? '000001' : '000000')).toMatchObject({ valid: false, reason: 'invalid' });
  expect(await verify(code)).toMatchObject({ valid: true, reason: null });
  expect(await verify(code)).toMatchObject({ valid: false, reason: 'invalid' });
  const nobody = await live.act('comms/verify-otp', { to: PERSON, code });
  expect([nobody.status, nobody.json.code]).toEqual([400, 'invalid_input']); // the operator names an agent
  expect((await live.act('comms/verify-otp', { to: PERSON, code }, 'spa_none')).status).toBe(401);

  const bill = async () => (await live.done('comms/get-billing-summary', {}, agent.admin)).total;
  expect(await bill()).toEqual({ messages: 1, providerCost: RESERVE, billedCost: 9_480 });
  await live.twilio.report(live.twilio.messages[0]!.sid, 'delivered');
  Object.assign(live.twilio.messages[0]!, { price: '-0.00415' });
  live.clock.pass(10 * MINUTE);
  await live.house.followUp();
  expect(await bill()).toEqual({ messages: 1, providerCost: 4_150, billedCost: 4_980 });
  expect(live.faults).toEqual([]);
});
