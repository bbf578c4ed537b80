/**
 * Whether the principal has the right that the action asks for, by its scopes and grants. On every action; made by the
 * catalogue. Of an agent that the principal may not see, grants about that agent are not told apart from there being none:
 * whether there is such an agent is for the guard `standing`. An agent that is named beside what is done to the whole
 * organisation decides nothing: else a grant on one agent would be one on everything.
 */
import type { AnyAction } from '../action.ts';
import { SECTIONS } from '../grant.ts';
import { type AnyGuard, guard } from '../guard.ts';
import type { Scope } from '../principal.ts';
import { type Asked, decide, sees, threadsGiven } from '../rights.ts';

const WHO = {
  'agent:read': 'the agent itself, or somebody who may look at it',
  'agent:act': "an agent's token, or an administrator who names the agent",
  'org:view': 'a person of the organisation',
  'org:operate': 'an operator of the organisation',
  'org:admin': 'an administrator of the organisation or the orchestrator',
  'org:own': 'an owner of the organisation or the orchestrator',
  'platform:admin': 'an owner of the platform or the orchestrator',
  'audit:read': 'an auditor',
  'provider:deliver': 'a provider',
  'system:act': 'the server itself',
} satisfies Record<Scope, string>;

export function authority(
  action: Pick<AnyAction, 'name' | 'access' | 'subject' | 'confinedToAgent' | 'bySection' | 'byThread'>,
): AnyGuard {
  const { name, access, bySection, byThread } = action;
  const isOfAgent = action.subject === 'agent' || action.confinedToAgent === true;
  return guard<unknown>()({
    id: 'authority',
    stage: 'authorise',
    needs: {},
    judge({ by, agent, input }) {
      const isVisible = agent === null || by.agent !== null || sees(by, agent);
      const asked: Asked = { action: name, access, agent: isOfAgent && isVisible ? agent : null };
      const { allow, because } = decide(by, asked);
      if (allow || (bySection && SECTIONS.some((section) => decide(by, { ...asked, section }).allow))) return [];
      if (byThread && decide(by, { ...asked, thread: threadOf(input) }).allow) return [];
      const byGrant = because.is === 'grant';
      if (byThread && !byGrant && threadsGiven(by, { action: name, access }).length > 0) return [];
      return [
        {
          is: 'deny',
          code: 'forbidden',
          say: byGrant
            ? `A grant takes ${name} from you here. Ask an owner of the organisation, who sees it with identity_list_grants.`
            : `This needs the right ${access}: ${WHO[access]}.`,
          source: byGrant ? `grant ${because.id}` : `scope ${access}`,
        },
      ];
    },
  });
}

const threadOf = (input: unknown): string => (input as { readonly threadId: string }).threadId;
