/**
 * What a grant may say. It is about somebody and something that there is; it takes nothing from an Owner, who answers for the
 * organisation, and nothing from the orchestrator; nobody gives what they lack. To take away a grant that denies is to give.
 */
import { need } from '../../guard/facts.ts';
import type { Grant, GrantResource } from '../../guard/grant.ts';
import { type AnyGuard, type Deny, guard } from '../../guard/guard.ts';
import type { Principal } from '../../guard/principal.ts';
import { sees } from '../../guard/rights.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import type { AgentId, GrantId } from '../../kernel/ids.ts';
import { tenancyFacts } from '../../tenancy/facts.ts';
import { identityFacts } from '../facts.ts';
import { allowable, isKnownPattern, lacking, type Operation } from '../rules/granting.ts';

/** Judging is linear in them. */
const MAX_GRANTS = 100;

interface GrantInput {
  readonly principal: string;
  readonly action: string;
  readonly resource: { readonly kind: GrantResource['kind']; readonly id?: string | undefined };
  readonly effect: Grant['effect'];
}

const principalNeed = need<GrantInput>()(identityFacts.principal, ({ input }) => input.principal);
const agentIn = ({ kind, id }: GrantInput['resource']): AgentId | null =>
  kind === 'agent' && id !== undefined ? (id as AgentId) : null;
const agentNeed = need<GrantInput>()(tenancyFacts.agent, ({ input: { resource } }) => agentIn(resource));

/** @param operations every action of the catalogue, asked for once there is one. */
export const grantable = (operations: () => readonly Operation[]): AnyGuard =>
  guard<GrantInput>()({
    id: 'granting',
    stage: 'validate',
    needs: { principal: principalNeed, agent: agentNeed },
    judge({ by, input }, { principal, agent }) {
      if (principal === null) return [NO_PRINCIPAL];
      if (!isKnownPattern(input.action, operations())) return [NO_ACTION];
      const { kind, id } = input.resource;
      const named = agentIn(input.resource);
      if (named !== null && (agent === null || !sees(by, named))) return [NO_AGENT];
      if (principal.kind === 'orchestrator') return [ORCHESTRATOR];
      if (principal.grants >= MAX_GRANTS) return [TOO_MANY];
      if (input.effect === 'deny') return principal.isOwner ? [OWNER] : [];
      if (allowable(input.action, operations()).length === 0) return [NEVER];
      const resource: GrantResource = kind === 'any' || id === undefined ? { kind: 'any' } : { kind, id };
      return mayGrant(by, { action: input.action, resource }, operations());
    },
  });

interface Removal {
  readonly grantId: GrantId;
}
export const grantNeed = need<Removal>()(identityFacts.grant, ({ input }) => input.grantId);

export const removable = (operations: () => readonly Operation[]): AnyGuard =>
  guard<Removal>()({
    id: 'granting',
    stage: 'validate',
    needs: { grant: grantNeed },
    judge({ by }, { grant }) {
      if (grant === null) return [NO_GRANT];
      return grant.effect === 'deny' ? mayGrant(by, grant, operations()) : [];
    },
  });

function mayGrant(by: Principal, grant: Pick<Grant, 'action' | 'resource'>, operations: readonly Operation[]): Deny[] {
  const lacks = lacking(by, grant, operations);
  return lacks === null
    ? []
    : [deny('forbidden', `Nobody grants what they lack: you may not do ${lacks.name} there yourself.`, SOURCE)];
}

const SOURCE = 'rights are given by who has them';
const deny = (code: ErrorCode, say: string, source: string): Deny => ({ is: 'deny', code, say, source });
const NO_PRINCIPAL = deny(
  'not_found',
  'There is no such person, service, key or organisation token here.',
  'tenant boundary',
);
const NO_AGENT = deny('not_found', 'There is no such agent.', 'tenant boundary');
const NO_GRANT = deny('not_found', 'There is no such grant; identity_list_grants shows those that there are.', SOURCE);
const NO_ACTION = deny(
  'not_found',
  'There is no such action. Name one as the documentation does (comms.send_message), all of a room (comms.*), every one (*), or agents.view.',
  'a grant is about what there is',
);
const NEVER = deny(
  'forbidden',
  "This is never granted: it is the platform's, a provider's or the server's own, or an auditor's, which is a role.",
  SOURCE,
);
const OWNER = deny(
  'forbidden',
  "An Owner answers for the organisation: no grant takes from an Owner's rights. Change the role first.",
  'who answers for it can act',
);
const ORCHESTRATOR = deny(
  'forbidden',
  "The orchestrator's token is the server operator's: no grant changes its rights.",
  'who answers for it can act',
);
const TOO_MANY = deny(
  'conflict',
  `A principal has at most ${MAX_GRANTS} grants. Remove some, or change its role.`,
  `${MAX_GRANTS} grants`,
);
