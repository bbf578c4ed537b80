/** The policy of whoever acts, and how what it says becomes a finding. */
import type { AnyAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import type { Finding } from '../../guard/guard.ts';
import type { Request } from '../../guard/request.ts';
import type { Agent } from '../../tenancy/agent.ts';
import { tenancyFacts } from '../../tenancy/facts.ts';
import { DEFAULT_FLOW_POLICY, type FlowPolicy, type OnFlow } from '../../tenancy/flow-policy.ts';
import { known } from '../../tenancy/known.ts';

export const FLOW_GUARD = 'information-flow';

/** The agent that acts, else the one that is acted for. */
export const actingAgent = need<unknown>()(tenancyFacts.agent, ({ by, agent }) => by.agent ?? agent);

export const policyOf = (agent: Agent | null): FlowPolicy => known(agent, 'agent').flowPolicy ?? DEFAULT_FLOW_POLICY;

export const isUntrusted = ({ label }: Pick<Request<unknown>, 'label'>): boolean => label.integrity !== 'trusted';

export type FlowKind = 'new_recipient' | 'new_link' | 'unread_attachment' | 'spend' | 'control';

const SAYS: Readonly<Record<FlowKind, string>> = {
  new_recipient:
    'This agent has read content from outside, and the recipient is neither who wrote it nor was chosen before.',
  new_link: 'The text holds a link to a place that nobody trusted has named.',
  unread_attachment: 'This agent has read content from outside, and an attachment is no text that could be looked at.',
  spend: 'This agent has read content from outside, and this costs more than it may spend by itself.',
  control: 'This agent has read content from outside, and this changes what may be done later.',
};

/** @param ttlMs how long an approval may be waited for. @param fact what decided; nothing personal. */
export function flowFindings(
  { approvedBy }: Pick<Request<unknown>, 'approvedBy'>,
  {
    kind,
    on,
    ttlMs,
    fact,
  }: { readonly kind: FlowKind; readonly on: OnFlow; readonly ttlMs: number; readonly fact?: string },
): readonly Finding[] {
  if (on !== 'hold') {
    const say = `${SAYS[kind]} An administrator can do it, or trust what was read with comms_clear_context.`;
    return [{ is: 'deny', code: 'flow_refused', say, source: 'flow policy of the agent', ...(fact ? { fact } : {}) }];
  }
  if (approvedBy !== null) return [];
  return [{ is: 'hold', policy: `flow:${kind}`, say: `${SAYS[kind]} An administrator must approve it.`, ttlMs }];
}

/** Whether the ledger can keep the action for a person to decide: what it would show once, or set off, is not kept. */
export const isHoldable = (action: AnyAction): boolean =>
  action.effect === 'world' ||
  (action.effect === 'state' &&
    (action.secretOutput ?? []).length === 0 &&
    action.reports === undefined &&
    action.releases === undefined);
