/** Hands on the swarm: pausing, killing, stopping, looking into, forking. */
import type { AnyAction } from '../../guard/action.ts';
import type { Stopping } from '../control/stopping.ts';
import { emergencyStop } from './emergency-stop.ts';
import { forkThread } from './fork-thread.ts';
import { type InspectParts, inspectThread } from './inspect-thread.ts';
import { killAgent } from './kill-agent.ts';
import { killThread } from './kill-thread.ts';
import { pauseSwarm, resumeSwarm } from './pause-swarm.ts';
import { pauseThread } from './pause-thread.ts';
import { resumeThread } from './resume-thread.ts';

export interface ControlActionParts extends InspectParts {
  readonly stopping: Pick<Stopping, 'finish' | 'abortThinking'>;
}

export const controlActions = (parts: ControlActionParts): readonly AnyAction[] => [
  pauseThread(parts.stopping),
  resumeThread(),
  pauseSwarm(parts.stopping),
  resumeSwarm(),
  killThread(parts.stopping),
  killAgent(parts.stopping),
  ...emergencyStop(parts.stopping),
  inspectThread(parts),
  forkThread(),
];
