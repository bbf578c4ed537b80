/** Actions on the swarm's configuration. */
import type { AnyAction } from '../../guard/action.ts';
import { checkConfig } from './check-config.ts';
import { type ConfigActionParts, parser } from './config-view.ts';
import { confirmConfig } from './confirm-config.ts';
import { diffConfig } from './diff-config.ts';
import { listConfigVersions } from './list-config-versions.ts';
import { putConfig } from './put-config.ts';
import { reload } from './reload.ts';
import { rollbackConfig } from './rollback-config.ts';
import { showAgentConfig, showAgentSchema, showConfig, showProposedConfig } from './show-config.ts';

export type { ConfigActionParts };

export const configActions = (parts: ConfigActionParts): readonly AnyAction[] => {
  const { swarms, file } = parts;
  const parse = parser(parts);
  return [
    checkConfig(parse),
    diffConfig(swarms, parse),
    putConfig(parse),
    confirmConfig(parse),
    rollbackConfig(parse),
    reload(file, parse),
    showConfig(swarms),
    showProposedConfig(swarms),
    listConfigVersions(swarms),
    showAgentConfig(swarms),
    showAgentSchema(swarms),
  ];
};
