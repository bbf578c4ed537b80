/**
 * The answer to a contact's STOP, START or HELP is one that is owed, now, from the very sender that the word came to, and says
 * what the house says and nothing else. Whoever asks for it can make it neither earlier, nor later, nor another one.
 */
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import type { MessageId } from '../../kernel/ids.ts';
import { MINUTE_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { commsFacts } from '../facts.ts';
import { ofContactAnywhere } from '../fences.ts';
import { namedAgent, ownOrganization, recipientSuppressions } from '../needs.ts';
import type { OutboundMessage } from '../provider-ports.ts';
import { contactOf } from '../recipient.ts';
import { type Answered, answerTo } from '../rules/opt-out-answers.ts';
import { senderOf } from '../sender.ts';
import { bindingOn, suppressed } from './suppression.ts';

export interface AnswerInput extends OutboundMessage {
  /** The message that it answers. */
  readonly answers: MessageId;
  readonly said: Answered;
}

/** Within 5 minutes of the STOP (47 CFR 64.1200(a)(12)): of these it may wait 4 to be admitted, and 1 to begin. */
export const ADMITTED_WITHIN_MS = 4 * MINUTE_MS;
export const BEGUN_WITHIN_MS = MINUTE_MS;

export const owedNeed = need<AnswerInput>()(commsFacts.owedAnswer, ({ input }) => {
  const contact = contactOf(input);
  return contact === null ? null : { contact, said: input.said };
});

const no = (code: ErrorCode, say: string): readonly Deny[] => [
  { is: 'deny', code, say, source: 'one answer to a STOP, START or HELP' },
];

export const owedAnswerGuard = guard<AnswerInput>()({
  id: 'owed-answer',
  stage: 'comply',
  needs: { owed: owedNeed, organization: ownOrganization, agent: namedAgent },
  judge({ input, agent: id, now }, { owed, ...facts }) {
    const { mode, name } = known(facts.organization, 'organisation');
    if (owed === null || owed.message !== input.answers || owed.agent !== id || owed.channel !== input.channel)
      return no('not_found', 'No answer to this message is owed.');
    if (owed.state !== 'due') return no('conflict', 'The message is being answered, or has been.');
    if (owed.at + ADMITTED_WITHIN_MS < now) return no('stale', 'The message is too old to be answered.');
    if (senderOf(known(facts.agent, 'agent'), mode, owed.channel) !== owed.sender)
      return no('channel_not_allowed', 'The agent no longer has the sender that the message came to.');
    const { subject, text } = answerTo(input.said, owed.language, name);
    return input.body === text && input.subject === (owed.channel === 'email' ? subject : undefined)
      ? []
      : no('invalid_input', 'This is not the text of the answer.');
  },
});

/** A confirmation is of a STOP that is in force, and of nothing stronger; other answers wait for no suppression at all. */
export const ownOptOutGuard = guard<AnswerInput>()({
  id: 'own-opt-out',
  stage: 'comply',
  needs: { suppressions: recipientSuppressions },
  fences: ofContactAnywhere,
  judge({ input }, { suppressions }) {
    known(contactOf(input), 'readable address'); // what can't be looked up is not cleared
    const binding = bindingOn(suppressions, input.channel);
    if (input.said !== 'stop') return binding.map(suppressed);
    const own = binding.filter(({ reason, scope }) => reason === 'stop' && scope === 'organization');
    const others = binding.filter((entry) => !own.includes(entry)).map(suppressed);
    return own.length > 0 ? others : [...others, ...no('stale', 'The contact has come back since.')];
  },
});
