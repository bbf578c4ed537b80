/** What must hold of the evaluator whatever the grants: for random ones over the catalogue's own actions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, mayEver, reaches, sees } from '../../src/guard/rights.ts';
import { lacking } from '../../src/identity/rules/granting.ts';
import { anyAgent, anyAllow, anyAsked, anyDeny, anyGrant, anyHolder, type Holder } from './arbitrary-rights.ts';
import { OPERATIONS } from './operations.ts';

const RUNS = { numRuns: 1_500 };
const having = (holder: Holder, ...more: NonNullable<Holder['grants']>): Holder => ({
  ...holder,
  grants: [...(holder.grants ?? []), ...more],
});

describe('a grant that denies', () => {
  it('never gives anybody anything', () => {
    fc.assert(
      fc.property(anyHolder, anyDeny, anyAsked, anyAgent, (holder, deny, asked, agent) => {
        const cut = having(holder, deny);
        if (decide(cut, asked).allow) expect(decide(holder, asked).allow).toBe(true);
        if (sees(cut, agent)) expect(sees(holder, agent)).toBe(true);
      }),
      RUNS,
    );
  });

  it('wins over whatever allows', () => {
    fc.assert(
      fc.property(anyHolder, fc.array(anyGrant), anyAsked, (holder, grants, asked) => {
        const cut: Holder = { ...holder, kind: 'service', grants };
        const resource = asked.agent === null ? { kind: 'any' as const } : { kind: 'agent' as const, id: asked.agent };
        const denied = having(cut, { id: 'grt_no', effect: 'deny', action: asked.action, resource });
        expect(decide(denied, asked).allow).toBe(false);
      }),
      RUNS,
    );
  });
});

it('the order of grants makes no difference', () => {
  const shuffled = anyHolder.chain((holder) =>
    fc.tuple(
      fc.constant(holder),
      fc.shuffledSubarray([...(holder.grants ?? [])], { minLength: holder.grants?.length ?? 0 }),
    ),
  );
  fc.assert(
    fc.property(shuffled, anyAsked, anyAgent, ([holder, grants], asked, agent) => {
      const other = { ...holder, grants };
      expect(decide(other, asked).allow).toBe(decide(holder, asked).allow);
      expect(sees(other, agent)).toBe(sees(holder, agent));
    }),
    RUNS,
  );
});

it('whoever may do something of an agent finds the tool for it', () => {
  fc.assert(
    fc.property(anyHolder, anyAsked, anyAgent, (holder, asked, agent) => {
      if (reaches(holder, { ...asked, agent })) expect(mayEver(holder, asked)).toBe(true);
    }),
    RUNS,
  );
});

it('nobody who may grant something gives what they lack, wherever it would hold', () => {
  let granted = 0;
  fc.assert(
    fc.property(
      anyHolder,
      anyHolder,
      anyAllow,
      fc.array(anyAsked, { minLength: 20 }),
      anyAgent,
      (by, to, allow, questions, agent) => {
        if (lacking(by, allow, OPERATIONS) !== null) return;
        granted++;
        const given = having(to, allow);
        for (const asked of questions) {
          if (decide(given, asked).allow) expect(decide(to, asked).allow || decide(by, asked).allow).toBe(true);
        }
        if (sees(given, agent)) expect(sees(to, agent) || sees(by, agent)).toBe(true);
      },
    ),
    RUNS,
  );
  expect(granted).toBeGreaterThan(100);
});
