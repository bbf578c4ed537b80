/** What must not leave does not, whoever asks and in whatever form, and somebody is told. */
import { expect, it } from 'vitest';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant } from '../matrix/tenant.ts';
import { ORCHESTRATOR_TOKEN, openHouse } from '../support/house.ts';

const ANN = '+14155550141';
const CANARY = 'forty blue umbrellas by the river';
const TOKEN = 'tw1l10-Auth-9f8e7d6c5b4a';

it('the organisation’s credentials, the server’s own secrets, canaries and tokens stay, and an alert says so', async () => {
  await using t = await openHouse({ environment: { OUTPUT_CANARIES: CANARY } });
  const [at, other] = [await openTenant(t), await openTenant(t)];
  for (const { agent } of [at, other]) await t.consent(agent, ANN);
  const send = (body: string, { agent } = at) => t.call('comms.send_message', agent.by, { to: ANN, body });
  expect((await send(`The key is ${TOKEN}.`)).is).toBe('done'); // nobody knows yet that it is one
  const credentials = { accountSid: 'AC00000000000000000000000000000001', authToken: TOKEN };
  await t.done('comms.register_provider', at.admin, { provider: 'twilio', credentials });

  const named = 'Wq8-zT5nHb3vXc6y';
  const secret = { organizationId: at.org, name: 'crm', value: named };
  await t.done('swarm.put_secret', t.orchestrator, secret);

  const kept = {
    named,
    credential: TOKEN,
    'in base64': Buffer.from(`key ${TOKEN}`).toString('base64'),
    'spelled out': [...TOKEN].join(' '),
    orchestrator: ORCHESTRATOR_TOKEN,
    canary: `He saw ${CANARY}.`,
    'own token': at.agent.token,
  };
  for (const [name, body] of Object.entries(kept)) {
    const outcome = await send(body);
    expect(reasonsIn(outcome), name).toEqual(['output-filter:output_blocked']);
    expect(JSON.stringify(outcome), name).not.toContain(body);
    t.clock.pass(1_000);
  }
  expect((await send('The account is AC00000000000000000000000000000001.')).is).toBe('done');
  // another organisation can't find out by trying
  expect((await send(TOKEN, other)).is).toBe('done');

  await t.done('comms.unregister_provider', at.admin, { provider: 'twilio' });
  expect((await send(`The key was ${TOKEN}.`)).is).toBe('done');

  const { alerts } = await t.done('comms.list_alerts', at.admin);
  const [alert] = alerts.filter(({ kind }: { kind: string }) => kind === 'output_blocked');
  expect(alert).toMatchObject({ severity: 'HIGH', kind: 'output_blocked' });
  for (const body of [TOKEN, CANARY, ORCHESTRATOR_TOKEN]) expect(JSON.stringify(alerts)).not.toContain(body);
});

it('a mail is read whole: subject, HTML, attachments', async () => {
  await using t = await openHouse({ environment: { OUTPUT_CANARIES: CANARY } });
  const at = await openTenant(t);
  const made = { displayName: 'Desk', capabilities: { email: true } };
  await t.done('comms.provision_channels', at.admin, { agentId: at.agent.id, ...made });
  const to = 'ann@sandbox.example';
  await t.done('comms.record_consent', at.admin, { agentId: at.agent.id, contact: to, channel: 'email' });
  const file = { filename: 'a.txt', contentType: 'text/plain', content: Buffer.from(CANARY).toString('base64') };
  const mail = { to, channel: 'email', subject: 'Hi', body: 'Hello' };
  for (const more of [
    { subject: CANARY },
    { html: `<p>${CANARY.replaceAll(' ', '&nbsp;')}</p>` },
    { html: `<p>${CANARY.replaceAll(' ', '<b> </b>')}</p>` },
    { attachments: [file] },
    { attachments: [{ ...file, filename: `${CANARY}.txt`, content: 'aGk=' }] },
  ]) {
    const outcome = await t.call('comms.send_message', at.agent.by, { ...mail, ...more });
    expect(reasonsIn(outcome), JSON.stringify(more)).toEqual(['output-filter:output_blocked']);
  }
  expect((await t.call('comms.send_message', at.agent.by, mail)).is).toBe('done');
});
