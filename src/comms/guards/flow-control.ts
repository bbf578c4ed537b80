/**
 * Control actions and information flow: what changes what may be done later is not done by an agent that has read untrusted
 * content, however it came by the right. Made by the catalogue for every action that says nothing else of itself, so that a
 * new one is a control action until somebody has thought about it.
 */
import type { AnyAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type AnyGuard, guard } from '../../guard/guard.ts';
import { namedContact } from '../contact.ts';
import { commsFacts } from '../facts.ts';
import { actingAgent, FLOW_GUARD, flowFindings, isHoldable, isUntrusted, policyOf } from './flow-finding.ts';

/** Done by the server for itself, or at a provider's word: what came from outside is their very subject. */
const NOT_BY_AGENTS: ReadonlySet<AnyAction['access']> = new Set(['provider:deliver', 'system:act']);

/** @param ttlMs how long an approval may be waited for. */
export function flowControl(action: AnyAction, ttlMs: number): readonly AnyGuard[] {
  if (action.effect === 'read' || NOT_BY_AGENTS.has(action.access)) return [];
  if (action.guards.some(({ id }) => id === FLOW_GUARD)) return [];
  const holdable = isHoldable(action);
  return [
    guard<unknown>()({
      id: FLOW_GUARD,
      stage: 'approve',
      needs: { agent: actingAgent },
      judge(request, { agent }) {
        if (!isUntrusted(request) || action.steerable?.(request.input) === true) return [];
        const on = holdable ? policyOf(agent).control : 'deny';
        return flowFindings(request, { kind: 'control', on, ttlMs, fact: action.name });
      },
    }),
  ];
}

interface About {
  readonly contact?: string;
  readonly to?: string;
}
const contactIn = ({ contact, to }: About): string | null => {
  const address = namedContact({ contact: contact ?? to ?? '' });
  return address.ok ? address.value : null;
};

const vouchedFor = need<About>()(commsFacts.vouchedSender, ({ agent, input, label }) => {
  const contact = contactIn(input);
  if (agent === null || contact === null || label.integrity === 'trusted') return null;
  const channel = contact.includes('@') ? ('email' as const) : ('sms' as const);
  return { agent, contact, channel, sources: label.sources };
});

/** Of an action that somebody may have done about themselves by writing: it is a control action about everybody else. */
export const ownAffairsGuard = (ttlMs: number): AnyGuard =>
  guard<About>()({
    id: FLOW_GUARD,
    stage: 'approve',
    needs: { agent: actingAgent, vouched: vouchedFor },
    judge(request, { agent, vouched }) {
      if (!isUntrusted(request) || vouched !== null) return [];
      return flowFindings(request, {
        kind: 'control',
        on: policyOf(agent).control,
        ttlMs,
        fact: 'about somebody else',
      });
    },
  });
