/** What people may count on: a code that only they know, rules that say where they come from, and being forgotten. */
import { type Agent, ANSWERS_STOP, SILENT, type Stage } from './agents.ts';
import { type Body, bodyIn, codesOf, listIn, textIn } from './doors.ts';

export async function oneTimeCode({ say }: Stage, ada: Agent): Promise<void> {
  say.step(`Ada checks that ${SILENT} is who they say they are`);
  await ada.door.call('comms_record_consent', { contact: SILENT, channel: 'sms', source: 'tour' });
  const { body: sent } = await ada.door.call('comms_send_otp', { to: SILENT, channel: 'sms', purpose: 'sign-in' });
  const code = textIn(sent, 'sandboxCode');
  say.check('a code of six digits leaves; only the sandbox shows it here', /^\d{6}$/.test(code), code);
  const { body: kept } = await ada.door.call('comms_get_messages', { contact: SILENT, limit: 1 });
  const text = textIn(listIn(kept, 'messages')[0] ?? {}, 'body');
  say.check('the record of the message does not have it', text !== '' && !text.includes(code), text.slice(0, 24));

  const verify = async (tried: string): Promise<Body> =>
    (await ada.door.call('comms_verify_otp', { to: SILENT, code: tried, purpose: 'sign-in' })).body;
  const wrong = code === '000000' ? '111111' : '000000';
  say.check('another one is not good', (await verify(wrong))['valid'] === false);
  say.check('this one is', (await verify(code))['valid'] === true);
  say.check('and only once', (await verify(code))['valid'] === false);
}

export async function explainedRefusal({ say, admin }: Stage, ada: Agent, denied: string): Promise<void> {
  say.step('Why was the message after STOP refused?');
  const why = await admin.post('audit/why', { actionId: denied });
  const reasons = listIn(why, 'reasons');
  say.check('by each rule, with what stands behind it', reasons.length > 0 && codesOf(why).includes('suppressed'));
  for (const reason of reasons) say.tell(`  ${textIn(reason, 'guard')}: ${textIn(reason, 'source')}`);

  say.step(`And might Ada call ${SILENT} with an offer, on a Sunday at four in the morning?`);
  const agreed = { type: 'express_written', source: 'tour', proof: 'I agree to calls with offers.' };
  await ada.door.call('comms_record_consent', { contact: SILENT, channel: 'voice', ...agreed });
  const asked = { contact: SILENT, channel: 'voice', purpose: 'marketing', at: '2026-11-22T12:00:00Z' };
  const { body } = await ada.door.call('comms_explain_compliance', asked);
  const denials = listIn(body, 'rules').filter(({ verdict }) => verdict === 'deny');
  say.check('no, though they agreed in writing', body['verdict'] === 'deny', `from ${textIn(body, 'allowedFrom')} on`);
  for (const rule of denials) say.tell(`  ${textIn(rule, 'rule')}: ${textIn(rule, 'source')}`);
}

export async function erasure({ say, admin }: Stage, ada: Agent): Promise<void> {
  say.step(`${ANSWERS_STOP} asks to be forgotten`);
  const receipt = await admin.post('comms/erase-contact', { contact: ANSWERS_STOP });
  const { messages } = bodyIn(receipt, 'erased');
  say.check('a receipt says what is gone', Number(messages) > 0, `${messages} messages, ${textIn(receipt, 'subject')}`);
  const { body } = await ada.door.call('comms_get_messages', { contact: ANSWERS_STOP });
  say.check('nothing that was said can be read any more', listIn(body, 'messages').length === 0);
  await ada.door.call('comms_record_consent', { contact: ANSWERS_STOP, channel: 'sms', source: 'tour' });
  const again = await ada.door.call('comms_send_message', { to: ANSWERS_STOP, body: 'Remember us?' });
  say.check('their STOP holds all the same', again.refused && codesOf(again.body).includes('suppressed'));
}
