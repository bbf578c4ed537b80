import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS } from '../../kernel/time.ts';
import { type Keep, keepForDays, keepText, RETENTION_KINDS, tooOldBefore } from './retention.ts';

const keep = fc.oneof(
  fc.constant('forever' as const),
  fc.integer({ min: 1, max: 5_000 }).map((days): Keep => days * DAY_MS),
);
const periods = fc.record({ messages: keep, usage: keep, one_time_codes: keep, revoked_consent: keep });

it('nothing is too old before its time, and figures never go before the content', () => {
  fc.assert(
    fc.property(periods, fc.integer({ min: 0, max: 2 ** 42 }), (kept, now) => {
      for (const kind of RETENTION_KINDS) {
        const before = tooOldBefore(kind, kept, now);
        if (kept[kind] === 'forever') expect(before).toBeNull();
        else if (before !== null) expect(before).toBeLessThanOrEqual(now - kept[kind]);
      }
      const [content, figures] = [tooOldBefore('messages', kept, now), tooOldBefore('usage', kept, now)];
      if (content === null) expect(figures).toBeNull();
      else if (figures !== null) expect(figures).toBeLessThanOrEqual(content);
    }),
  );
});

it('is spelled as the setting is', () => {
  expect([90, 'forever' as const].map(keepForDays).map(keepText)).toEqual(['90d', 'forever']);
});
