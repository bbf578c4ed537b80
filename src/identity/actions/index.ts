/** Identity's actions, for the catalogue. */
import type { AnyAction } from '../../guard/action.ts';
import type { GrantReader, TokenReader } from '../ports.ts';
import type { Operation } from '../rules/granting.ts';
import type { ServiceStore } from '../services/ports.ts';
import { createApiKey } from './create-api-key.ts';
import { createGrant } from './create-grant.ts';
import { listAgentTokens } from './list-agent-tokens.ts';
import { listApiKeys } from './list-api-keys.ts';
import { listGrants } from './list-grants.ts';
import { listServices } from './list-services.ts';
import { type PeopleActionParts, peopleActions } from './people/index.ts';
import { registerService } from './register-service.ts';
import { removeGrant } from './remove-grant.ts';
import { removeService } from './remove-service.ts';
import { revokeAgentToken } from './revoke-agent-token.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { rotateAgentToken } from './rotate-agent-token.ts';
import { rotateOrganizationToken } from './rotate-organization-token.ts';

export interface IdentityActionParts extends PeopleActionParts {
  readonly tokens: Pick<TokenReader, 'ofAgent'>;
  readonly services: Pick<ServiceStore, 'keys' | 'services'>;
  readonly grants: Pick<GrantReader, 'list'>;
  /** Every action of the catalogue; asked for when an action runs, as these are among them. */
  readonly operations: () => readonly Operation[];
}

export const identityActions = ({
  tokens,
  services,
  grants,
  operations,
  ...parts
}: IdentityActionParts): readonly AnyAction[] => [
  rotateAgentToken(),
  revokeAgentToken(),
  listAgentTokens(tokens),
  rotateOrganizationToken(),
  createApiKey(operations),
  revokeApiKey(),
  listApiKeys(services),
  registerService(operations),
  removeService(),
  listServices(services),
  ...peopleActions(parts),
  listGrants(grants),
  createGrant(operations),
  removeGrant(operations),
];
