/** Whether the principal holds the scope that the action asks for. On every action; made by the catalogue. */
import { type AnyGuard, guard } from '../guard.ts';
import type { Scope } from '../principal.ts';

const WHO = {
  'agent:read': 'the agent itself, or somebody who may look at it',
  'agent:act': "an agent's token, or an administrator who names the agent",
  'org:view': 'a person of the organisation',
  'org:operate': 'an operator of the organisation',
  'org:admin': 'an administrator of the organisation or the orchestrator',
  'org:own': 'an owner of the organisation or the orchestrator',
  'platform:admin': 'the orchestrator',
  'audit:read': 'an auditor',
  'provider:deliver': 'a provider',
  'system:act': 'the server itself',
} satisfies Record<Scope, string>;

export const authority = (access: Scope): AnyGuard =>
  guard<unknown>()({
    id: 'authority',
    stage: 'authorise',
    needs: {},
    judge: ({ by }) =>
      by.scopes.has(access)
        ? []
        : [
            {
              is: 'deny',
              code: 'forbidden',
              say: `This needs the right ${access}: ${WHO[access]}.`,
              source: `scope ${access}`,
            },
          ],
  });
