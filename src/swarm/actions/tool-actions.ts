/** The actions on secrets and on the tools of outside servers, for the catalogue. */
import type { AnyAction } from '../../guard/action.ts';
import type { SecretVault } from '../secret-vault.ts';
import { approveTool } from './approve-tool.ts';
import { approveTools } from './approve-tools.ts';
import { listSecrets } from './list-secrets.ts';
import { type ListToolsParts, listTools } from './list-tools.ts';
import { putSecret } from './put-secret.ts';
import { removeSecret } from './remove-secret.ts';

export interface ToolActionParts extends ListToolsParts {
  readonly secrets: Pick<SecretVault, 'list'>;
}

export const toolActions = ({ secrets, ...parts }: ToolActionParts): readonly AnyAction[] => [
  putSecret(),
  listSecrets(secrets),
  removeSecret(),
  listTools(parts),
  approveTool(),
  approveTools(),
];
