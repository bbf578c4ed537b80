/**
 * Checks a one-time code. The attempt is counted with the answer, whatever the answer, so a state action that never refuses a
 * code: a refusal would be rolled back, and guesses would be free.
 *
 * Only the agent that sent a code can check it. A contact that was sent none, one that another agent sent one, a wrong code and
 * one that was used are the same answer, after the same work.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { AgentId } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import { addressOf, namedContact } from '../contact.ts';
import { commsFacts } from '../facts.ts';
import { ownAffairsGuard } from '../guards/flow-control.ts';
import { CODE_REASONS, type CodePlace, judgeAttempt, MAX_CODE_ATTEMPTS } from '../one-time-code/code.ts';
import { ADDRESS_PROBLEMS } from '../rules/address.ts';
import { commsWrite } from '../writes.ts';
import { codePurpose } from './send-otp.ts';

interface Input {
  readonly to: string;
  readonly code: string;
  readonly purpose: string;
}

export const codeContactGuard = guard<Input>()({
  id: 'code-contact',
  stage: 'validate',
  needs: {},
  judge({ input }) {
    const address = namedContact({ contact: input.to });
    if (address.ok) return [];
    const say = `to: ${ADDRESS_PROBLEMS[address.error]}`;
    return [
      { is: 'deny', code: 'invalid_input', say, source: 'form of addresses', fact: `field to: ${address.error}` },
    ];
  },
});

function placeOf(agent: AgentId | null, { to, purpose }: Input): CodePlace | null {
  const address = namedContact({ contact: to });
  return agent === null || !address.ok ? null : { agent, contact: address.value, purpose };
}

/** @param approvalTtlMs how long an approval may be waited for. */
export const verifyOtp = (approvalTtlMs: number): AnyAction =>
  stateAction({
    name: 'comms.verify_otp',
    version: 1,
    says: `Checks the one-time code that a person was sent with comms_send_otp: good once, for 5 minutes and ${MAX_CODE_ATTEMPTS} attempts.`,
    input: z.object({
      to: field.address().describe('Whom the code was sent to.'),
      code: field
        .code(6)
        .regex(/^\d{6}$/, 'must be six digits')
        .meta({ description: 'As the person gave it.', examples: ['123456'] }),
      purpose: codePurpose(),
    }),
    output: z.object({
      valid: z.boolean(),
      reason: z
        .enum(CODE_REASONS)
        .nullable()
        .describe(
          'Null when valid. invalid: wrong, used, or none was sent. expired, too_many_attempts: send a new one.',
        ),
    }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [codeContactGuard, ownAffairsGuard(approvalTtlMs)],
    doors: ['mcp', 'rest', 'cli'],
    contact: ({ to }) => addressOf({ contact: to }),
    needs: {
      tried: need<Input>()(commsFacts.triedCode, ({ agent, input }) => {
        const place = placeOf(agent, input);
        return place === null ? null : { ...place, code: input.code };
      }),
    },
    change({ agent, input, now }, { tried }) {
      const attempt = judgeAttempt(tried, now);
      const place = known(placeOf(agent, input), 'readable address');
      return {
        writes:
          tried !== null && attempt.counts
            ? [commsWrite('code.attempt', { ...place, id: tried.id, attempts: tried.attempts, used: attempt.valid })]
            : [],
        output: { valid: attempt.valid, reason: attempt.valid ? null : attempt.reason },
      };
    },
  });
