/**
 * Step-up: config and control ask more of a person than an open session, and of a service that it was named the action.
 * Threat: a session left open or stolen, a key that leaked: neither changes what the house does. Made by the catalogue for
 * every action that is `sensitive`.
 *
 * Tokens of organisations and the orchestrator's are made for machines and hold their whole right. An action that was held
 * passes when it is judged again: it passed here when it was asked for, and whoever approved it did.
 */
import type { AnyAction } from '../action.ts';
import { type AnyGuard, type Deny, guard } from '../guard.ts';
import { hasFreshFactor, type PrincipalKind } from '../principal.ts';

const ASKED = {
  person: 'factor',
  service: 'name',
  agent: null,
  organization: null,
  orchestrator: null,
  provider: null,
  system: null,
} as const satisfies Record<PrincipalKind, 'factor' | 'name' | null>;

export const stepUp = ({ name }: Pick<AnyAction, 'name'>): AnyGuard =>
  guard<unknown>()({
    id: 'step-up',
    stage: 'authorise',
    needs: {},
    judge({ by, now, approvedBy }) {
      const { sensitive } = by;
      const asked = ASKED[by.kind];
      if (asked === null || approvedBy !== null) return [];
      if (asked === 'factor') return hasFreshFactor(by, now) ? [] : [CONFIRM];
      return sensitive?.is === 'by-name' && sensitive.actions.has(name) ? [] : [unnamed(name)];
    },
  });

const CONFIRM: Deny = {
  is: 'deny',
  code: 'step_up_required',
  say: 'This changes how the house works: confirm first that it is you, with a code or a passkey (POST /api/v1/auth/step-up), and ask again within five minutes.',
  source: 'config and control need a fresh factor',
};
const unnamed = (name: string): Deny => ({
  is: 'deny',
  code: 'forbidden',
  say: `A service does this only if it was given ${name} by name. Ask an owner of the organisation to name it.`,
  source: 'config and control are given to a service by name',
});
