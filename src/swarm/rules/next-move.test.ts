import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TRUSTED } from '../../guard/label.ts';
import type { Step, ThreadMessage } from '../thread.ts';
import { type Move, nextMove } from './next-move.ts';

/** A mind: what it thinks at each step of its work, as so many calls; none: it answers. */
const minds = fc.array(fc.array(fc.constantFrom('tool', 'peer', 'slow'), { maxLength: 4 }), { maxLength: 5 });
const base = { state: 'done', label: TRUSTED, at: 0 } as const;
const message = { id: 'msg_1', kind: 'inject', from: { is: 'owner' }, payload: 'x', label: TRUSTED, at: 0 } as const;
const LIMIT = 200;

interface World {
  /** What is in the rows. */
  readonly steps: Step[];
  unread: number;
  /** Calls that were begun, in order: what has an effect. */
  readonly effects: string[];
}

/**
 * Does what is next, and dies after so many writes; what was not written is as if it had not been. A call's effect is with its
 * first row.
 */
function work(
  world: World,
  mind: readonly (readonly string[])[],
  maxSteps: number,
  writes: number,
): Move['is'] | 'rest' {
  const { steps } = world;
  const set = (step: Step): boolean => {
    if (writes-- <= 0) return false;
    const at = steps.findIndex(({ n }) => n === step.n);
    if (at === -1) {
      expect(step.n).toBe(steps.length); // numbers neither collide nor leave gaps
      steps.push(step);
    } else {
      expect(steps[at]!.kind).toBe(step.kind);
      expect(steps[at]).not.toMatchObject({ kind: 'call', result: { isError: false } }); // what has a result is not touched
      steps[at] = step;
    }
    return true;
  };
  for (let moves = 0; moves < LIMIT; moves++) {
    const move = nextMove(steps, maxSteps);
    const lastInput = steps.findLastIndex(({ kind }) => kind === 'input');
    switch (move.is) {
      case 'next':
        if (world.unread === 0) return 'rest';
        if (!set({ ...base, kind: 'input', n: move.n, message: message as unknown as ThreadMessage })) return move.is;
        world.unread--;
        break;
      case 'think': {
        const nth = steps.slice(lastInput).filter(({ kind, n }) => kind === 'think' && n !== move.n).length;
        const calls = (mind[nth] ?? []).map((name, i) => ({ id: `c${i}`, name, args: {} }));
        if (!set({ ...base, kind: 'think', state: 'begun', n: move.n, action: 'act_1', thought: null })) return move.is;
        if (!set({ ...base, kind: 'think', n: move.n, action: 'act_1', thought: { text: 'done', calls } }))
          return move.is;
        break;
      }
      case 'calls':
        for (const { n, call, step } of move.open) {
          const isPeer = call.name === 'peer';
          const begun = {
            ...({ ...base, kind: 'call', state: 'begun', n, call: call.id, name: call.name, result: null } as const),
            ...(isPeer ? { action: null, child: 'frm_1' as const } : { action: 'act_2' as const, child: null }),
          };
          if (step === null) {
            if (!set(begun)) return move.is;
            world.effects.push(`${n}`);
          }
          if (call.name === 'tool' && !set({ ...begun, state: 'done', result: { text: 'x', isError: false } }))
            return move.is;
        }
        if (move.open.every(({ step, call }) => step !== null && call.name === 'slow')) return 'wait';
        break;
      case 'answer':
      case 'too-many-steps':
        if (!set({ ...base, kind: 'answer', n: steps.length, message: 'msg_2' })) return move.is;
        break;
      default:
        return move.is;
    }
  }
  throw new Error('it did not come to an end');
}

/** Peers answer, slow actions are decided. */
function decide({ steps }: World): void {
  for (const [at, step] of steps.entries())
    if (step.kind === 'call' && step.result === null)
      steps[at] = { ...step, state: 'done', result: { text: 'later', isError: false } };
}

it('comes to an end whenever and however often it is cut off, with each call made once and nothing left unread', () => {
  fc.assert(
    fc.property(minds, fc.array(fc.nat(6), { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (mind, deaths, max) => {
      const world: World = { steps: [], unread: 2, effects: [] };
      for (const writes of deaths) {
        work(world, mind, max, writes);
        if (writes % 2 === 0) decide(world);
      }
      for (let rounds = 0; work(world, mind, max, LIMIT) !== 'rest'; rounds++) {
        expect(rounds).toBeLessThan(50);
        decide(world);
      }
      expect(new Set(world.effects).size).toBe(world.effects.length);
      expect(world.steps.filter(({ kind }) => kind === 'answer')).toHaveLength(2);
      expect(world.unread).toBe(0);
    }),
  );
});

it('goes on alike from all of its steps and from those since its last input', () => {
  fc.assert(
    fc.property(minds, fc.nat(40), (mind, writes) => {
      const world: World = { steps: [], unread: 3, effects: [] };
      work(world, mind, 5, writes);
      const since = world.steps.slice(
        Math.max(
          0,
          world.steps.findLastIndex(({ kind }) => kind === 'input'),
        ),
      );
      expect(nextMove(since, 5)).toEqual(nextMove(world.steps, 5));
    }),
  );
});
