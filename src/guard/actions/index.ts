/** The actions on the guard's own record, and on the vault's keys. */
import type { AnyAction } from '../action.ts';
import type { KeyKeeper } from '../key-keeper.ts';
import type { LogReader } from '../log-reader.ts';
import { checkLog } from './check-log.ts';
import { checkpoint } from './checkpoint.ts';
import { exportLog } from './export-log.ts';
import { prove } from './prove.ts';
import { proveEntry } from './prove-entry.ts';
import { queryLog } from './query-log.ts';
import { showConfig } from './show-config.ts';
import { vaultDropKey } from './vault-drop-key.ts';
import { vaultRotate } from './vault-rotate.ts';
import { vaultStatus } from './vault-status.ts';
import { why } from './why.ts';

export const guardActions = (log: LogReader, keys: KeyKeeper): readonly AnyAction[] => [
  queryLog(log),
  checkpoint(log),
  prove(log),
  checkLog(log),
  showConfig(log),
  proveEntry(log),
  exportLog(log),
  why(log),
  vaultStatus(keys),
  vaultRotate(keys),
  vaultDropKey(keys),
];
