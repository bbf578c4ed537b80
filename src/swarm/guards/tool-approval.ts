/**
 * Tools that a person approves each time, by the configuration's `policies.approvals.tools`. A tool of the outside is known by
 * its own name, everything else by the action's. Reads are not held: they change nothing, and what they tell taints whoever
 * reads it.
 */
import type { AnyAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type AnyGuard, guard } from '../../guard/guard.ts';
import { covers } from '../../guard/rights.ts';
import { USE_TOOL } from '../actions/use-tool.ts';
import { swarmConfigFacts } from '../config/facts.ts';
import { OWN_WORK } from '../rules/own-work.ts';
import { shownName, shownPrefix } from '../tools/rules/tool-names.ts';

/** What is live, for who is at work in it. */
const live = need<unknown>()(swarmConfigFacts.state, ({ by }) => (by.turn === undefined ? null : 'self'));

/** Whether a pattern means a tool of the outside, which is known by the name that models see. */
const means = (pattern: string, shown: string): boolean => {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? shown.startsWith(shownPrefix(pattern.slice(0, -2))) : shownName(pattern) === shown;
};

export function toolApproval(action: AnyAction): readonly AnyGuard[] {
  if (action.effect === 'read' || action.access !== 'agent:act' || OWN_WORK.has(action.name)) return [];
  const isHoldable = action.effect === 'world' || (action.secretOutput ?? []).length === 0;
  return [
    guard<unknown>()({
      id: 'tool-approval',
      stage: 'approve',
      needs: { live },
      // a new configuration bumps it: what waits under the old one is asked for again
      fences: ({ by, agent }) => (by.turn === undefined || agent === null ? [] : [{ of: 'policy', id: agent }]),
      judge({ by, input, approvedBy }, facts) {
        if (by.turn === undefined || approvedBy !== null) return [];
        const outside = action.name === USE_TOOL ? (input as { readonly tool: string }).tool : null;
        const tool = outside ?? action.name;
        const { tools, ttlMs } = facts.live?.config?.policies.approvals ?? { tools: ['*'], ttlMs: 0 };
        const isMeant = (pattern: string) => (outside === null ? covers(pattern, tool) : means(pattern, outside));
        if (!tools.some(isMeant)) return [];
        const say = `A person must approve every call of ${tool}.`;
        return isHoldable
          ? [{ is: 'hold', policy: 'tool_approval', say, ttlMs }]
          : [{ is: 'deny', code: 'forbidden', say: `${say} Its answer holds a secret, so it can't wait for that.` }];
      },
    }),
  ];
}
