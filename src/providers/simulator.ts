/**
 * The sandbox's provider: takes messages, sends nothing, and answers as the documented numbers say (`comms/rules/sandbox.ts`),
 * so that a conversation, an opt-out and a failure can be tried. Never carries anything for production.
 *
 * Idempotent by the action's id: a repeat gets the first answer and is no second message. It remembers in memory alone;
 * after a restart a repeat has the same reference, and its answer the same delivery id.
 */
import { CONFIRM_OPT_OUT } from '../comms/anomaly-traits.ts';
import type { MessageChannel } from '../comms/message.ts';
import type { MessageProvider, OutboundMessage } from '../comms/provider-ports.ts';
import { contactOf } from '../comms/recipient.ts';
import { reserveFor } from '../comms/reserve.ts';
import { type Behaviour, sandboxBehaviour } from '../comms/rules/sandbox.ts';
import type { Delivery } from '../guard/action.ts';
import type { Permit } from '../guard/permit.ts';
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import { systemTimer, type Timer } from '../kernel/timer.ts';
import { known } from '../tenancy/known.ts';

/** What a recipient answers, as a provider would deliver it. */
export interface SimulatedAnswer {
  readonly org: OrgId;
  readonly agent: AgentId;
  readonly channel: MessageChannel;
  /** Who answers: the recipient of the message that is answered, in normal form. */
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** Of a mail. */
  readonly subject?: string;
  /** The delivery's id; the same whenever the same message is answered. */
  readonly providerRef: string;
}

export interface SimulatorParts {
  /** Takes the answer in. Must not throw; what it does with a failure is its own matter. */
  readonly onInbound: (answer: SimulatedAnswer) => void;
  /** How long a recipient takes to answer. */
  readonly answerAfterMs?: number;
  readonly timer?: Timer;
  /** For how many messages a repeat is known; the oldest are forgotten first. */
  readonly remembered?: number;
}

export interface Simulator extends MessageProvider {
  /** Calls off the answers that are due. What is being sent still ends. */
  stop(): void;
}

const ANSWER_AFTER_MS = 100;
/** Repeats come within a lease or two. */
const REMEMBERED = 10_000;

export function createSimulator({
  onInbound,
  answerAfterMs = ANSWER_AFTER_MS,
  timer = systemTimer,
  remembered = REMEMBERED,
}: SimulatorParts): Simulator {
  const taken = new Map<ActionId, Promise<Delivery>>();
  const due = new Set<() => void>();

  const answerLater = (answer: SimulatedAnswer): void => {
    const cancel = timer(answerAfterMs, () => {
      due.delete(cancel);
      onInbound(answer);
    });
    due.add(cancel);
  };

  async function behave(permit: Permit<OutboundMessage>, behaviour: Behaviour): Promise<Delivery> {
    switch (behaviour.is) {
      case 'deliver': {
        const { afterMs, answer } = behaviour;
        if (afterMs > 0) await new Promise<void>((resolve) => timer(afterMs, resolve));
        // nobody answers the confirmation of an opt-out
        if (answer !== 'none' && permit.action.action !== CONFIRM_OPT_OUT) answerLater(answerTo(permit, answer));
        return { state: 'ok', ref: referenceOf(permit), cost: known(reserveFor(permit.action.input), 'price').cost };
      }
      case 'reject':
        return refused(
          'provider_rejected',
          `${REJECTED[behaviour.because]} (provider code ${behaviour.providerCode}).`,
          behaviour.providerCode,
        );
      case 'bounce':
        return refused(
          'provider_rejected',
          `The carrier could not deliver the message (provider code ${behaviour.providerCode}).`,
          behaviour.providerCode,
        );
      case 'unavailable':
        return refused(
          'provider_unavailable',
          `The provider answered ${behaviour.httpStatus} and has not taken the message; it is safe to send it again.`,
        );
      case 'hang':
        return aborted(permit.signal);
    }
  }

  return {
    name: 'simulator',
    retry: 'same-key',
    send(permit) {
      const { id, input } = permit.action;
      const before = taken.get(id);
      if (before !== undefined) return before;
      const behaviour = sandboxBehaviour(known(contactOf(input), 'readable address'));
      const delivery = behave(permit, behaviour);
      if (behaviour.is === 'deliver') {
        taken.set(id, delivery);
        for (const oldest of taken.keys()) {
          if (taken.size <= remembered) break;
          taken.delete(oldest);
        }
      }
      return delivery;
    },
    stop() {
      for (const cancel of due) cancel();
      due.clear();
    },
  };
}

const REJECTED = {
  invalid_number: 'The provider does not know the number',
  opted_out: 'The recipient has opted out with the provider',
} as const;

const refused = (code: 'provider_rejected' | 'provider_unavailable', say: string, vendorCode?: number): Delivery => ({
  state: 'failed',
  code,
  say,
  ...(vendorCode === undefined ? {} : { vendorCode: String(vendorCode) }),
});

/** Never resolves: rejects when the lease is over. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = () => reject(new Error('the provider did not answer'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

const referenceOf = ({ action }: Permit<OutboundMessage>): string => `sim_${action.id.slice('act_'.length)}`;

function answerTo(permit: Permit<OutboundMessage>, answer: 'echo' | { readonly text: string }): SimulatedAnswer {
  const { org, agent, input, context } = permit.action;
  return {
    org,
    agent: known(agent, 'agent'),
    channel: input.channel,
    from: known(contactOf(input), 'readable address'),
    to: known(context['from'] ?? null, 'sender'),
    body: answer === 'echo' ? input.body : answer.text,
    ...(input.channel === 'email' ? { subject: `Re: ${input.subject ?? ''}` } : {}),
    providerRef: `${referenceOf(permit)}_answer`,
  };
}
