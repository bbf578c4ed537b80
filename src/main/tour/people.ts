/** What people may count on: a code that only they know, rules that say where they come from, and being forgotten. */
import { type Agent, ANSWERS_STOP, consentFor, SILENT, type Stage } from './agents.ts';
import { type Body, bodyIn, codesOf, listIn, textIn } from './doors.ts';

export async function oneTimeCode(stage: Stage, ada: Agent): Promise<void> {
  const { say } = stage;
  say.step(`Ada checks that ${SILENT} is who they say they are`);
  await consentFor(stage, ada, SILENT);
  const { body: sent } = await ada.door.call('comms_send_otp', { to: SILENT, channel: 'sms', purpose: 'sign-in' });
  const code = textIn(sent, 'sandboxCode');
  say.check('a code of six digits leaves; only the sandbox shows it here', /^\d{6}$/.test(code), code);

  const verify = async (tried: string): Promise<Body> =>
    (await ada.door.call('comms_verify_otp', { to: SILENT, code: tried, purpose: 'sign-in' })).body;
  const wrong = code === '000000' ? '111111' : '000000';
  const no = await verify(wrong);
  say.check('another one is not good', no['valid'] === false, codesOf(no).join());
  const yes = await verify(code);
  say.check('this one is', yes['valid'] === true, codesOf(yes).join());
  say.check('and only once', (await verify(code))['valid'] === false);
  const { body: kept } = await ada.door.call('comms_get_messages', { contact: SILENT, limit: 1 });
  const text = textIn(listIn(kept, 'messages')[0] ?? {}, 'body');
  say.check('the record of the message does not have it', text !== '' && !text.includes(code), text.slice(0, 24));
}

export async function explainedRefusal(stage: Stage, ada: Agent, denied: string): Promise<void> {
  const { say, admin } = stage;
  say.step('Why was the message after STOP refused?');
  const why = await admin.post('audit/why', { actionId: denied });
  const reasons = listIn(why, 'reasons');
  say.check('by each rule, with what stands behind it', reasons.length > 0 && codesOf(why).includes('suppressed'));
  for (const reason of reasons) say.tell(`  ${textIn(reason, 'guard')}: ${textIn(reason, 'source')}`);

  say.step(`And might Ada call ${SILENT} with an offer, on a Sunday at four in the morning?`);
  const agreed = { type: 'express_written', channel: 'voice', proof: 'I agree to calls with offers.' };
  await consentFor(stage, ada, SILENT, agreed);
  const asked = { contact: SILENT, channel: 'voice', purpose: 'marketing', at: '2026-11-22T12:00:00Z' };
  const { body } = await ada.door.call('comms_explain_compliance', asked);
  const denials = listIn(body, 'rules').filter(({ verdict }) => verdict === 'deny');
  say.check('no, though they agreed in writing', body['verdict'] === 'deny', `from ${textIn(body, 'allowedFrom')} on`);
  for (const rule of denials) say.tell(`  ${textIn(rule, 'rule')}: ${textIn(rule, 'source')}`);
}

export async function erasure(stage: Stage, ada: Agent): Promise<void> {
  const { say, admin } = stage;
  say.step(`${ANSWERS_STOP} asks to be forgotten`);
  const receipt = await admin.post('comms/erase-contact', { contact: ANSWERS_STOP });
  const { messages } = bodyIn(receipt, 'erased');
  say.check('a receipt says what is gone', Number(messages) > 0, `${messages} messages, ${textIn(receipt, 'subject')}`);
  const { body } = await ada.door.call('comms_get_messages', { contact: ANSWERS_STOP });
  say.check('nothing that was said can be read any more', listIn(body, 'messages').length === 0);
  await consentFor(stage, ada, ANSWERS_STOP);
  const again = await ada.door.call('comms_send_message', { to: ANSWERS_STOP, body: 'Remember us?' });
  say.check('their STOP holds all the same', again.refused && codesOf(again.body).includes('suppressed'));
}
