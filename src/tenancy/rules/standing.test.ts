import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { NEW_STANDING } from '../organization.ts';
import { afterEvent, STANDING_EVENTS, type Standing, type StandingEvent, shownKyc } from './standing.ts';

const START: Standing = { kyc: NEW_STANDING.kyc, status: NEW_STANDING.status, mode: NEW_STANDING.mode };
const events = fc.array(fc.constantFrom(...STANDING_EVENTS), { maxLength: 30 });

/** Where a history ends; what does not fit changes nothing. */
const reached = (history: readonly StandingEvent[], from: Standing = START): Standing =>
  history.reduce((standing, event) => {
    const next = afterEvent(standing, event);
    return next.ok ? next.value : standing;
  }, from);

const shown = (...history: StandingEvent[]) => {
  const standing = reached(history);
  return `${shownKyc(standing)} ${standing.mode}`;
};

test.each([
  ['none sandbox', []],
  ['pending_review sandbox', ['submit']],
  ['approved production', ['submit', 'approve']],
  ['rejected sandbox', ['submit', 'reject']],
  ['rejected sandbox', ['submit', 'approve', 'reject']],
  ['pending_review sandbox', ['submit', 'reject', 'submit']],
  ['approved production', ['submit', 'reject', 'submit', 'approve']],
  ['suspended production', ['submit', 'approve', 'suspend']],
  ['approved production', ['submit', 'approve', 'suspend', 'reinstate']],
  ['suspended sandbox', ['suspend']],
  ['none sandbox', ['suspend', 'reinstate']],
] as const)('%s after %j', (expected, history) => expect(shown(...history)).toBe(expected));

test.each([
  ['none', 'approve', 'kyc_required'],
  ['rejected', 'approve', 'kyc_required'],
  ['none', 'reject', 'conflict'],
  ['pending_review', 'submit', 'conflict'],
  ['approved', 'approve', 'conflict'],
  ['approved', 'submit', 'conflict'],
  ['rejected', 'reject', 'conflict'],
] as const)('%s: %s is refused as %s', (kyc, event, problem) => {
  const mode = kyc === 'approved' ? 'production' : 'sandbox';
  expect(afterEvent({ kyc, status: 'active', mode }, event)).toEqual({ ok: false, error: problem });
});

describe('whatever happens', () => {
  it('production means approved, and the other way round', () => {
    fc.assert(
      fc.property(events, (history) => {
        const { kyc, mode } = reached(history);
        expect(mode === 'production').toBe(kyc === 'approved');
      }),
    );
  });

  it('nobody is approved without a submission that came after the last rejection', () => {
    fc.assert(
      fc.property(events, (history) => {
        if (reached(history).kyc !== 'approved') return;
        const taken = history.reduce<{ at: Standing; events: StandingEvent[] }>(
          ({ at, events }, event) => {
            const next = afterEvent(at, event);
            return next.ok ? { at: next.value, events: [...events, event] } : { at, events };
          },
          { at: START, events: [] },
        ).events;
        const sinceRejection = taken.slice(taken.lastIndexOf('reject') + 1);
        expect(sinceRejection.indexOf('submit')).toBeGreaterThanOrEqual(0);
        expect(sinceRejection.indexOf('submit')).toBeLessThan(sinceRejection.indexOf('approve'));
      }),
    );
  });

  it('while suspended nothing but lifting it happens, and lifting it uncovers what was there', () => {
    fc.assert(
      fc.property(events, events, (earlier, during) => {
        const before = reached(earlier);
        fc.pre(before.status === 'active');
        const suspended = reached(['suspend'], before);
        expect(suspended.status).toBe('suspended');
        const still = reached(
          during.filter((event) => event !== 'reinstate'),
          suspended,
        );
        expect(still).toEqual(suspended);
        expect(reached(['reinstate'], still)).toEqual(before);
      }),
    );
  });
});
