/**
 * Standing: the organisation is there and active, and so is the agent named. For every action. An agent of another
 * organisation does not exist here, nor does one that the principal may not see. Suspending and deprovisioning bump the fences, so that what was allowed before and has
 * not left yet does not leave.
 *
 * A provider's delivery needs existence alone: an opt-out that reaches an inactive agent must still be recorded. A paused
 * agent does nothing, nor does anybody send in its name; administrators go on looking after it.
 */

import type { AnyAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import type { FenceKey } from '../../guard/fence.ts';
import { type AnyGuard, type Deny, guard } from '../../guard/guard.ts';
import { sees } from '../../guard/rights.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import { tenancyFacts } from '../../tenancy/facts.ts';

interface About {
  /** What others than the agent may do about one that has ended: see what it left, free what it kept. */
  readonly ended: boolean;
  /** What they may do about one that is paused: all that does not leave in its name. */
  readonly paused: boolean;
  /** What the orchestrator may do in an organisation that is suspended: look at it, reinstate it. */
  readonly suspended: boolean;
}

const standing = ({ ended, paused, suspended }: About) =>
  guard<unknown>()({
    id: 'standing',
    stage: 'authorise',
    needs: {
      // the platform has no organisation row
      organization: need<unknown>()(tenancyFacts.organization, (request) =>
        request.org === PLATFORM_ORG ? null : 'self',
      ),
      agent: need<unknown>()(tenancyFacts.agent, (request) => request.agent),
    },
    fences: ({ org, agent }) => {
      const fences: FenceKey[] = [];
      if (org !== PLATFORM_ORG) fences.push({ of: 'organization', id: org });
      if (agent !== null) fences.push({ of: 'agent', id: agent });
      return fences;
    },
    judge({ by, org, agent }, facts) {
      const statusMatters = by.kind !== 'provider';
      const looksAfterIt = by.agent === null;
      const organizationMatters = statusMatters && !(suspended && by.scopes.has('platform:admin'));
      const findings: Deny[] = [];
      if (org !== PLATFORM_ORG) {
        if (facts.organization === null)
          return [deny('not_found', 'There is no such organisation.', 'tenant boundary')];
        if (organizationMatters && facts.organization.status !== 'active')
          findings.push(
            deny(
              'organization_inactive',
              'The organisation is suspended.',
              'status of the organisation',
              facts.organization.status,
            ),
          );
      }
      if (agent !== null) {
        if (facts.agent === null || !sees(by, agent))
          findings.push(deny('not_found', 'There is no such agent.', 'tenant boundary'));
        else if (statusMatters && facts.agent.status === 'paused' && !(paused && looksAfterIt))
          findings.push(
            deny(
              'agent_paused',
              'The agent is paused. An administrator resumes it with comms_resume_agent.',
              OF_AGENT,
              'paused',
            ),
          );
        else if (statusMatters && facts.agent.status === 'deprovisioned' && !(ended && looksAfterIt))
          findings.push(deny('agent_inactive', 'The agent has been deprovisioned.', OF_AGENT, 'deprovisioned'));
      }
      return findings;
    },
  });

/** For what leaves in the agent's name. */
export const standingGuard = standing({ ended: false, paused: false, suspended: false });
export const standingOfPaused = standing({ ended: false, paused: true, suspended: false });
export const standingOfEnded = standing({ ended: true, paused: true, suspended: true });
const standingOfEndedAgents = standing({ ended: true, paused: true, suspended: false });
const standingOfSuspended = standing({ ended: false, paused: true, suspended: true });

/** The guard for an action: reads look at whatever there is, changes look after agents that are paused. */
export function standingFor({
  effect,
  forEndedAgents: ended,
  forSuspended: suspended,
}: Pick<AnyAction, 'effect' | 'forEndedAgents' | 'forSuspended'>): AnyGuard {
  if (effect === 'read' || (ended && suspended)) return standingOfEnded;
  if (ended) return standingOfEndedAgents;
  if (suspended) return standingOfSuspended;
  return effect === 'state' ? standingOfPaused : standingGuard;
}

const OF_AGENT = 'status of the agent';

const deny = (code: ErrorCode, say: string, source: string, status?: string): Deny => ({
  is: 'deny',
  code,
  say,
  source,
  ...(status === undefined ? {} : { fact: `status ${status}` }),
});
