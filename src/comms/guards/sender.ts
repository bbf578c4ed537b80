/** An address that an administrator would bind: readable, reachable, and nobody else's sender. */
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { commsFacts, type SenderHolder } from '../facts.ts';
import type { MessageChannel } from '../message.ts';
import { namedAgent } from '../needs.ts';
import { ADDRESS_PROBLEMS, normalAddress } from '../rules/address.ts';
import { reservedSince } from '../rules/reservation.ts';

export interface SenderInput {
  readonly channel: MessageChannel;
  /** As the caller wrote it. */
  readonly address: string;
}

/** In normal form, or null. */
export function senderAddress({ channel, address }: SenderInput): string | null {
  const normal = normalAddress(channel, address);
  return normal.ok ? normal.value : null;
}

export const holderNeed = need<SenderInput>()(commsFacts.senderHolder, ({ input }) => {
  const address = senderAddress(input);
  return address === null ? null : { channel: input.channel, address };
});

export const freeSenderGuard = guard<SenderInput>()({
  id: 'free-sender',
  stage: 'comply',
  needs: { holder: holderNeed, agent: namedAgent },
  judge({ input, now }, { holder, agent }) {
    const findings: Deny[] = [];
    const normal = normalAddress(input.channel, input.address);
    if (!normal.ok) return [{ is: 'deny', code: 'invalid_input', say: `address: ${ADDRESS_PROBLEMS[normal.error]}` }];
    if (holder !== null && !hasLapsed(holder, now)) {
      const say = 'The address is bound already. Unbind it first with comms_unbind_sender, if it is yours.';
      findings.push({ is: 'deny', code: 'conflict', say, source: 'bound senders' });
    }
    const before = agent?.bound[input.channel];
    if (before !== undefined) {
      const say = `The agent sends from ${before.address} on ${input.channel}. Unbind that first with comms_unbind_sender.`;
      findings.push({ is: 'deny', code: 'conflict', say, source: 'bound senders' });
    }
    return findings;
  },
});

const hasLapsed = ({ state, busy, since }: SenderHolder, now: number): boolean =>
  state === 'reserved' && !busy && since < reservedSince(now);

/** The agent's own, and nothing is being done with it: two at once would undo each other's webhooks at the provider. */
export const heldSenderGuard = guard<SenderInput>()({
  id: 'held-sender',
  stage: 'comply',
  needs: { holder: holderNeed },
  judge({ org, agent }, { holder }) {
    if (holder === null || holder.org !== org || holder.agent !== agent) return [NO_SENDER];
    return holder.busy ? [BUSY] : [];
  },
});

const NO_SENDER: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'The agent has no such sender.',
  source: 'bound senders',
};
const BUSY: Deny = {
  is: 'deny',
  code: 'conflict',
  say: 'The address is being bound or unbound right now. Try again in a minute.',
  source: 'bound senders',
};
