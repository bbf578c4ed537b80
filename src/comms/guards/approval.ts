/** A person decides first, where the agent's policy says so. An approval is for exactly this input and is used once. */
import { guard } from '../../guard/guard.ts';
import type { ApprovalPolicy } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { Relationship } from '../facts.ts';
import { ofPolicy } from '../fences.ts';
import { namedAgent, ownRelationship } from '../needs.ts';
import type { Outreach } from '../recipient.ts';

interface Rule {
  asks(relationship: Relationship | null): boolean;
  readonly say: string;
}
const RULES: Record<ApprovalPolicy, Rule> = {
  never: { asks: () => false, say: '' },
  first_contact: {
    asks: (relationship) => (relationship?.firstOutboundAt ?? null) === null,
    say: 'This agent has not written to this contact on this channel before; an administrator must approve the first message.',
  },
  always: { asks: () => true, say: 'An administrator must approve every message of this agent.' },
};

/** @param ttlMs how long an approval may be waited for. */
export const approvalGuard = (ttlMs: number) =>
  guard<Outreach>()({
    id: 'approval',
    stage: 'approve',
    needs: { agent: namedAgent, relationship: ownRelationship },
    fences: ofPolicy,
    judge({ approvedBy }, { agent, relationship }) {
      const policy = known(agent, 'agent').approvalPolicy;
      const { asks, say } = RULES[policy];
      return approvedBy === null && asks(relationship) ? [{ is: 'hold', policy, say, ttlMs }] : [];
    },
  });
