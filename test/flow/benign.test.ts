/** The rules let an honest agent work: at least 95 of a hundred ordinary tasks are done without a person. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Outcome } from '../../src/guard/perform.ts';
import { SCOPES_OF } from '../../src/guard/principal.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import type { TestAgent } from '../support/house.ts';
import { type Step, TASKS } from './benign.ts';
import { type Obeying, openObeying } from './obeying.ts';

/** Which are not done, and by which rule: a person decides about them. */
const HELD: Readonly<Record<string, readonly string[]>> = {
  'says a link of the sender back': ['flow:new_link'],
  'texts the sister that the sender names': ['flow:control'],
  'answers a mail whose sender nobody vouches for': ['flow:new_recipient'],
};

it('60 tasks of a real deployment: those that wait for a person are these, and no others', async () => {
  await using at = await openObeying({ filtered: true });
  const stopped: Record<string, readonly string[]> = {};
  for (const { task, steps } of TASKS) {
    await at.begin();
    const agent = await at.agent();
    const why: string[] = [];
    for (const step of steps) why.push(...(await takes(at, agent, step)));
    if (why.length > 0) stopped[task] = why;
    at.t.clock.pass(MINUTE_MS);
  }
  expect(stopped).toEqual(HELD);
  expect(new Set(TASKS.map(({ task }) => task)).size).toBe(TASKS.length);
  expect(TASKS.length).toBeGreaterThanOrEqual(60);
  expect(1 - Object.keys(stopped).length / TASKS.length).toBeGreaterThanOrEqual(0.95);
});

/** @returns what kept the agent from it. */
async function takes({ t }: Obeying, agent: TestAgent, step: Step): Promise<readonly string[]> {
  const act = async (name: string, input: object) => stopsOf(await t.call(name, agent.by, input));
  if ('in' in step) {
    const { in: channel, from, body, forged } = step;
    const provider = { id: 'provider:test', kind: 'provider', org: agent.by.org, agent: null } as const;
    const to = channel === 'sms' ? '+15005550006' : 'desk@sandbox.example';
    await t.done(
      'comms.receive_message',
      { ...provider, scopes: SCOPES_OF.provider, fences: [] },
      { agentId: agent.id, channel, from, to, body, authenticated: forged !== true, providerRef: randomUUID() },
    );
    return [];
  }
  if ('given' in step) {
    const consent = { agentId: agent.id, contact: step.given, channel: step.on, type: 'express' };
    await t.done('comms.record_consent', t.orchestrator, consent);
    return [];
  }
  if ('send' in step) {
    const { send: channel, to, body, html, file } = step;
    const mail = channel === 'email' ? { subject: 'Your message', ...(html ? { html } : {}) } : {};
    const content = Buffer.from(file ?? '').toString('base64');
    const files = file ? { attachments: [{ filename: 'notes.txt', contentType: 'text/plain', content }] } : {};
    return act('comms.send_message', { to, channel, body, purpose: 'conversational', ...mail, ...files });
  }
  if ('call' in step) return act('comms.make_call', { to: step.call });
  if ('code' in step) return act('comms.send_otp', { to: step.code });
  if ('check' in step) return act('comms.verify_otp', { to: step.check, code: '123456' });
  if ('agreed' in step) return act('comms.record_consent', { contact: step.agreed, channel: step.on, type: 'express' });
  if ('stop' in step) return act('comms.revoke_consent', { contact: step.stop, channel: step.on });
  const { messages } = await t.done('comms.get_waiting_messages', agent.by);
  return act('comms.acknowledge_messages', { ids: messages.map(({ messageId }: { messageId: string }) => messageId) });
}

function stopsOf(outcome: Outcome): readonly string[] {
  if (outcome.is === 'done') return [];
  if (outcome.is === 'held') return outcome.why.map(({ policy }) => policy);
  return outcome.is === 'refused' ? outcome.why.map(({ guard, code }) => `${guard}:${code}`) : [outcome.is];
}
