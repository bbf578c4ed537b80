/**
 * Stops everything that the organisation's agents do, at once: every thread's work, every agent's token (also of agents that are
 * not in the swarm), what is ready, what is held. It asks for no fresh factor, as seconds count; resuming does, and brings back
 * nothing that was stopped. Twice is once: what the first one stopped is stopped.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { STOP_WITHIN_MS, type Stopping } from '../control/stopping.ts';
import { swarmControlWrite } from '../control/writes.ts';
import { finishes, recorded, stopView } from './stop-view.ts';

const SWARM = { is: 'swarm' } as const;

const stopping = (definition: Pick<AnyAction, 'name' | 'doors' | 'http'>, work: Pick<Stopping, 'finish'>): AnyAction =>
  stateAction({
    ...definition,
    version: 1,
    says: "Stops everything the organisation's agents do, at once, and ends their tokens; tells what could not be proven stopped.",
    input: z.object({ reason: field.prose(500).optional() }),
    output: stopView,
    access: 'org:admin',
    subject: 'organization',
    risk: 'critical',
    guards: [],
    needs: {},
    answersWithinMs: STOP_WITHIN_MS,
    change: ({ by }, _facts, mint) => ({
      writes: [
        swarmControlWrite('swarm-pause.set', { subject: SWARM, because: 'stop', by: by.id }),
        swarmControlWrite('swarm-stop.begin', { id: mint.action, subject: SWARM, by: by.id }),
      ],
      output: recorded(mint.action),
    }),
    finish: finishes(work, { action: definition.name, access: 'org:admin' }),
  });

/** The same under both names that people look for in an emergency. */
export const emergencyStop = (work: Pick<Stopping, 'finish'>): readonly AnyAction[] => [
  stopping(
    {
      name: 'swarm.emergency_stop',
      doors: ['mcp', 'rest', 'cli'],
      http: { method: 'POST', path: '/emergency-stop' },
    },
    work,
  ),
  stopping({ name: 'swarm.stop', doors: ['rest'] }, work),
];
