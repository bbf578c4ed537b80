/** What no agent gets past: its cap, its own name, an administrator's hold; and how to ask beforehand. */
import { type Agent, consentOf, ECHOES, makeAgent, SILENT, type Stage } from './agents.ts';
import { bodyIn, codesOf, listIn, textIn } from './doors.ts';

const SENDS = 40;
const PER_MINUTE = 10;

export async function cap(stage: Stage): Promise<void> {
  const { say, admin } = stage;
  say.step(`Ben may send ${PER_MINUTE} messages a minute, and tries ${SENDS} at once`);
  const ben = await makeAgent(stage, 'Ben');
  await using _door = ben.door;
  await admin.post('comms/set-agent-limits', { agentId: ben.id, limits: { perMinute: PER_MINUTE } });
  await consentOf(ben, SILENT);
  const numbers = Array.from({ length: SENDS }, (_, i) => i);
  const answers = await Promise.all(
    numbers.map((i) => ben.door.call('comms_send_message', { to: SILENT, body: `Number ${i}` })),
  );
  const left = answers.filter(({ refused }) => !refused).length;
  const limited = answers.filter(({ refused, body }) => refused && codesOf(body).includes('rate_limited')).length;
  say.check(`exactly ${PER_MINUTE} leave`, left === PER_MINUTE, `${left} sent`);
  say.check(
    `the other ${SENDS - PER_MINUTE} are told when to come back`,
    limited === SENDS - PER_MINUTE,
    'rate_limited',
  );
  const listed = await ben.door.call('comms_get_messages', { direction: 'outbound', limit: 100 });
  const stored = listIn(listed.body, 'messages').length;
  say.check('the record says the same', stored === PER_MINUTE, `${stored} messages`);
}

export async function impersonation(stage: Stage, ada: Agent): Promise<void> {
  const { say } = stage;
  say.step('Another agent, Eve, says that she is Ada');
  const eve = await makeAgent(stage, 'Eve');
  await using _door = eve.door;
  const tried = await eve.door.call('comms_send_message', { agentId: ada.id, to: ECHOES, body: 'Hello from Ada' });
  say.check('refused: agent_mismatch', tried.refused && codesOf(tried.body).includes('agent_mismatch'));
}

export async function approval(stage: Stage): Promise<void> {
  const { say, admin } = stage;
  say.step('Dan is new: his first message to anyone needs an approval');
  const dan = await makeAgent(stage, 'Dan');
  await using _door = dan.door;
  await admin.post('comms/set-approval-policy', { agentId: dan.id, policy: 'first_contact' });
  await consentOf(dan, ECHOES);
  const asked = await dan.door.call('comms_send_message', { to: ECHOES, body: 'Hello, I am Dan.' });
  const actionId = textIn(asked.body, 'actionId');
  say.check('it is held; nothing has left', !asked.refused && asked.body['status'] === 'held', actionId);
  const held = listIn(await admin.post('comms/list-held', {}), 'held');
  const shown = held.find((one) => one['actionId'] === actionId);
  say.check(
    'the administrator sees exactly what would be sent',
    bodyIn(shown ?? {}, 'input')['body'] === 'Hello, I am Dan.',
  );
  const approved = await admin.post('comms/approve', { actionId });
  say.check('approved: every rule is asked again, and it leaves', approved['outcome'] === 'done');
}

export async function dryRun({ say }: Stage, ada: Agent): Promise<void> {
  say.step('Ada asks what would happen, without doing it');
  const { body } = await ada.door.call('comms_send_message', { to: ECHOES, body: 'Dessert?', dryRun: true });
  const checks = listIn(body, 'checks');
  say.check(
    'every rule gives its verdict',
    checks.length > 5 && body['verdict'] === 'allow',
    `verdict: ${String(body['verdict'])}`,
  );
  for (const stage of new Set(checks.map((check) => textIn(check, 'stage')))) {
    const rules = checks.filter((check) => check['stage'] === stage).map((check) => textIn(check, 'guard'));
    say.tell(`  ${stage.padEnd(9)}  ${rules.join(', ')}`);
  }
}
