/** Identity's actions, for the catalogue. */
import type { AnyAction } from '../../guard/action.ts';
import type { GrantReader, TokenReader } from '../ports.ts';
import type { Operation } from '../rules/granting.ts';
import { createGrant } from './create-grant.ts';
import { listAgentTokens } from './list-agent-tokens.ts';
import { listGrants } from './list-grants.ts';
import { type PeopleActionParts, peopleActions } from './people/index.ts';
import { removeGrant } from './remove-grant.ts';
import { revokeAgentToken } from './revoke-agent-token.ts';
import { rotateAgentToken } from './rotate-agent-token.ts';
import { rotateOrganizationToken } from './rotate-organization-token.ts';

export interface IdentityActionParts extends PeopleActionParts {
  readonly tokens: Pick<TokenReader, 'ofAgent'>;
  readonly grants: Pick<GrantReader, 'list'>;
  /** Every action of the catalogue; asked for when an action runs, as these are among them. */
  readonly operations: () => readonly Operation[];
}

export const identityActions = ({
  tokens,
  grants,
  operations,
  ...parts
}: IdentityActionParts): readonly AnyAction[] => [
  rotateAgentToken(),
  revokeAgentToken(),
  listAgentTokens(tokens),
  rotateOrganizationToken(),
  ...peopleActions(parts),
  listGrants(grants),
  createGrant(operations),
  removeGrant(operations),
];
