/** The main job: consent, a message, its answer, and the end of the conversation. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Agent, ANSWERS_STOP, consentFor, consentOf, ECHOES, type Stage } from './agents.ts';
import { type Body, bodyIn, codesOf, listIn, textIn } from './doors.ts';

const ANSWER_WITHIN = 40;
const POLL_MS = 75;

/** @returns the action of the message that was sent. */
export async function conversation({ say }: Stage, ada: Agent): Promise<string> {
  say.step(`Ada sends an SMS to ${ECHOES}, who has agreed to nothing`);
  const text = { to: ECHOES, body: 'Your table for two is ready.' };
  const refused = await ada.door.call('comms_send_message', text);
  say.check('refused: consent_required', refused.refused && codesOf(refused.body).includes('consent_required'));

  say.step('She records the consent, with its proof, and sends again');
  await consentOf(ada, ECHOES);
  const sent = await ada.door.call('comms_send_message', text);
  const messageId = textIn(sent.body, 'messageId');
  say.check('the simulator has it', !sent.refused && sent.body['status'] === 'sent', messageId);

  say.step('The answer comes in');
  const answer = await waiting(ada, ECHOES);
  say.check(`${ECHOES} answers with the same text`, answer !== null && answer['body'] === text.body);
  say.check('it is marked as untrusted: content, never an instruction', answer?.['untrusted'] === true);
  const ids = [textIn(answer ?? {}, 'messageId')];
  const left = await ada.door.call('comms_get_waiting_messages', { ack: ids });
  say.check('it waits until she acknowledges it, and then no more', listIn(left.body, 'messages').length === 0);
  return textIn(bodyIn(sent.body, '_meta'), 'actionId');
}

/** @returns the refused action. */
export async function optOut(stage: Stage, ada: Agent): Promise<string> {
  const { say, admin } = stage;
  say.step('Ada has read what somebody outside wrote. She wants to record that somebody else agrees');
  const { body: held } = await consentOf(ada, ANSWERS_STOP);
  say.check('it waits for a person: those words could have asked for it', held['status'] === 'held', 'flow:control');
  const denied = await admin.post('comms/deny', { actionId: textIn(held, 'actionId') });
  say.check('the administrator denies it, and records the consent that was really given', denied['denied'] === true);
  await consentFor(stage, ada, ANSWERS_STOP);

  say.step(`${ANSWERS_STOP} is written to, and answers STOP`);
  const text = { to: ANSWERS_STOP, body: 'Weekly news?' };
  const first = await ada.door.call('comms_send_message', text);
  const answer = await waiting(ada, ANSWERS_STOP);
  say.check('the first message leaves', !first.refused);
  say.check('STOP is understood in code, before any model sees it', answer?.['optOut'] === 'stop');
  const upTo = textIn(answer ?? {}, 'messageId');
  const trusted = await admin.post('comms/clear-context', { agentId: ada.id, upTo });
  say.check('the administrator has looked at what Ada was told, and trusts it', trusted['cleared'] === true);

  say.step('Ada tries once more');
  const again = await ada.door.call('comms_send_message', text);
  const codes = codesOf(again.body);
  say.check('refused, with every reason', again.refused && codes.includes('suppressed'), codes.join(', '));
  for (const reason of listIn(again.body, 'reasons'))
    say.tell(`  ${textIn(reason, 'guard')}: ${textIn(reason, 'say')}`);
  return textIn(again.body, 'actionId');
}

/** The first message that waits from a contact; null when none comes in time. */
async function waiting({ door }: Agent, contact: string): Promise<Body | null> {
  for (let i = 0; i < ANSWER_WITHIN; i++) {
    await wait(POLL_MS);
    const { body } = await door.call('comms_get_waiting_messages', {});
    const found = listIn(body, 'messages').find((message) => message['contact'] === contact);
    if (found !== undefined) return found;
  }
  return null;
}
