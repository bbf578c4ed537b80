/** Identity's actions, for the catalogue. */
import type { AnyAction } from '../../guard/action.ts';
import type { TokenReader } from '../ports.ts';
import { listAgentTokens } from './list-agent-tokens.ts';
import { type PeopleActionParts, peopleActions } from './people/index.ts';
import { revokeAgentToken } from './revoke-agent-token.ts';
import { rotateAgentToken } from './rotate-agent-token.ts';
import { rotateOrganizationToken } from './rotate-organization-token.ts';

export interface IdentityActionParts extends PeopleActionParts {
  readonly tokens: Pick<TokenReader, 'ofAgent'>;
}

export const identityActions = ({ tokens, ...parts }: IdentityActionParts): readonly AnyAction[] => [
  rotateAgentToken(),
  revokeAgentToken(),
  listAgentTokens(tokens),
  rotateOrganizationToken(),
  ...peopleActions(parts),
];
