/** Pauses the whole swarm of the organisation, and lets it go on; the same for every thread at once. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { known } from '../../tenancy/known.ts';
import { swarmControlFacts } from '../control/facts.ts';
import type { Stopping } from '../control/stopping.ts';
import type { PausedSubject } from '../control/subject.ts';
import { swarmControlWrite } from '../control/writes.ts';
import { liveSwarm } from '../needs.ts';
import { abortField, pausedView } from './pause-view.ts';

const SWARM = { is: 'swarm' } as const;
const pauses = need<unknown>()(swarmControlFacts.pauses, () => 'self' as const);
const pauseOfSwarm = (all: readonly PausedSubject[] | null) => all?.find(({ subject }) => subject === 'swarm') ?? null;
const unfinished = need<unknown>()(swarmControlFacts.unfinishedStops, () => 'self' as const);

const pausableGuard = guard<unknown>()({
  id: 'pausable-swarm',
  stage: 'comply',
  needs: { live: liveSwarm, pauses },
  judge(_request, facts): readonly Deny[] {
    if (facts.live?.config == null) return [NO_SWARM];
    const already = pauseOfSwarm(facts.pauses);
    if (already === null || already.because === 'budget') return [];
    return [no(already.because === 'stop' ? 'The swarm is stopped.' : 'The swarm is paused already.')];
  },
});

export const pauseSwarm = (stopping: Pick<Stopping, 'abortThinking'>): AnyAction =>
  stateAction({
    name: 'swarm.pause',
    version: 1,
    says: 'Pauses the whole swarm: nothing new starts until it is resumed, and what is said to it is kept.',
    input: z.object({ abort: abortField, reason: field.prose(500).optional() }),
    output: pausedView,
    access: 'org:admin',
    subject: 'organization',
    risk: 'high',
    sensitive: true,
    guards: [pausableGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change: ({ by }) => ({
      writes: [swarmControlWrite('swarm-pause.set', { subject: SWARM, because: 'person', by: by.id })],
      output: { status: 'paused' as const, abortedModelCalls: [] },
    }),
    async finish({ org, input: { abort } }, output) {
      if (!abort) return output;
      return { ...output, abortedModelCalls: [...(await stopping.abortThinking(org, () => true))] };
    },
  });

const resumableGuard = guard<unknown>()({
  id: 'resumable-swarm',
  stage: 'comply',
  needs: { pauses, unfinished },
  judge(_request, facts): readonly Deny[] {
    const paused = pauseOfSwarm(facts.pauses);
    if (paused === null) return [no('The swarm is not paused.')];
    if (paused.because === 'budget')
      return [no('A budget paused the swarm. An owner raises the budget, and the swarm goes on by itself.')];
    return (facts.unfinished ?? []).length > 0
      ? [no('A stop is still ending what it found. Try again in some seconds.')]
      : [];
  },
});

export const resumeSwarm = (): AnyAction =>
  stateAction({
    name: 'swarm.resume',
    version: 1,
    says: 'Lets the swarm go on after a pause or an emergency stop. What was killed stays killed, tokens that ended stay so.',
    input: z.object({ note: field.prose(500).optional() }),
    output: z.object({ status: z.literal('resumed') }),
    access: 'org:admin',
    subject: 'organization',
    risk: 'high',
    sensitive: true,
    guards: [resumableGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { pauses },
    // an emergency stop that came meanwhile is not lifted by who had not seen it
    change: (_request, facts) => ({
      writes: [
        swarmControlWrite('swarm-pause.lift', {
          subject: SWARM,
          because: known(pauseOfSwarm(facts.pauses), 'pause').because,
        }),
      ],
      output: { status: 'resumed' as const },
    }),
  });

const no = (say: string): Deny => ({ is: 'deny', code: 'conflict', say, source: 'pauses of the swarm' });
const NO_SWARM: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'The organisation has no swarm.',
  source: 'the live configuration',
};
