/** Identity's actions, for the catalogue. */
import type { AnyAction } from '../../guard/action.ts';
import type { TokenReader } from '../ports.ts';
import type { ActionNamed } from '../rules/giving.ts';
import type { ServiceStore } from '../services/ports.ts';
import { createApiKey } from './create-api-key.ts';
import { listAgentTokens } from './list-agent-tokens.ts';
import { listApiKeys } from './list-api-keys.ts';
import { listServices } from './list-services.ts';
import { registerService } from './register-service.ts';
import { removeService } from './remove-service.ts';
import { revokeAgentToken } from './revoke-agent-token.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { rotateAgentToken } from './rotate-agent-token.ts';
import { rotateOrganizationToken } from './rotate-organization-token.ts';

export interface IdentityActionParts {
  readonly tokens: Pick<TokenReader, 'ofAgent'>;
  readonly services: Pick<ServiceStore, 'keys' | 'services'>;
  /** Asked when an action runs: the catalogue is made of these. */
  readonly actionNamed: ActionNamed;
}

export const identityActions = ({ tokens, services, actionNamed }: IdentityActionParts): readonly AnyAction[] => [
  rotateAgentToken(),
  revokeAgentToken(),
  listAgentTokens(tokens),
  rotateOrganizationToken(),
  createApiKey(actionNamed),
  revokeApiKey(),
  listApiKeys(services),
  registerService(actionNamed),
  removeService(),
  listServices(services),
];
