import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ALERT_TRIED_FOR_MS, alertRetryAt } from './alert-retry.ts';

it('an alert is tried again later and later, never more than an hour apart, for a day', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 60, maxLength: 60 }),
      (chances) => {
        let now = 0;
        let attempts = 0;
        for (const [i, chance] of chances.entries()) {
          const next = alertRetryAt(i + 1, 0, now, chance);
          attempts = i + 1;
          if (next === null) break;
          expect(next - now).toBeGreaterThanOrEqual(15_000);
          expect(next - now).toBeLessThanOrEqual(3_600_000);
          now = next;
        }
        expect(now).toBeLessThanOrEqual(ALERT_TRIED_FOR_MS);
        expect(now).toBeGreaterThan(ALERT_TRIED_FOR_MS - 3_600_000);
        expect(attempts).toBeLessThan(60);
      },
    ),
  );
});
