/** The actions on the guard's own record. */
import type { AnyAction } from '../action.ts';
import type { LogReader } from '../log-reader.ts';
import { checkpoint } from './checkpoint.ts';
import { exportLog } from './export-log.ts';
import { prove } from './prove.ts';
import { queryLog } from './query-log.ts';
import { why } from './why.ts';

export const guardActions = (log: LogReader): readonly AnyAction[] => [
  queryLog(log),
  checkpoint(log),
  prove(log),
  exportLog(log),
  why(log),
];
