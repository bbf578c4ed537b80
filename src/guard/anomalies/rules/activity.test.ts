import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tally } from '../tally.ts';
import { anomaliesIn, mergeActivity, NO_ACTIVITY, STEP_WINDOWS, TIME_WINDOWS } from './activity.ts';
import { mergeTimes, timesWithin } from './latest-times.ts';
import { mergeTexts, mostContacts, SAME_TEXT_CONTACTS, type SentText, TEXT_WINDOW_MS } from './sent-texts.ts';
import { lastTwo, mergeSteps, STEPS_PER_WINDOW, stepOf } from './step-counts.ts';

const START = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const WINDOW = STEP_WINDOWS.actions;
const STEP = WINDOW / STEPS_PER_WINDOW;

/** Ascending moments over some windows. */
const moments = (windowMs: number) =>
  fc
    .array(fc.integer({ min: 0, max: 4 * windowMs }), { maxLength: 60 })
    .map((all) => all.map((at) => START + at).sort((a, b) => a - b));

describe('counts by step', () => {
  it('are those of a naive model over the same steps, however the parts were merged', () => {
    fc.assert(
      fc.property(moments(WINDOW), fc.array(fc.nat({ max: 2 })), (times, servers) => {
        const parts = [0, 1, 2].map((server) => times.filter((_, i) => (servers[i % servers.length] ?? 0) === server));
        const now = times.at(-1) ?? START;
        const counted = parts.map((part) =>
          part.reduce(
            (steps, at) => mergeSteps(steps, [[stepOf(at, WINDOW), 1]], at, WINDOW),
            mergeSteps([], [], now, WINDOW),
          ),
        );
        const merged = counted.reduce((all, part) => mergeSteps(all, part, now, WINDOW), []);
        const ago = (at: number) => stepOf(now, WINDOW) - stepOf(at, WINDOW);
        expect(lastTwo(merged, now, WINDOW)).toEqual([
          times.filter((at) => ago(at) < STEPS_PER_WINDOW).length,
          times.filter((at) => ago(at) >= STEPS_PER_WINDOW && ago(at) < 2 * STEPS_PER_WINDOW).length,
        ]);
        expect(merged.length).toBeLessThanOrEqual(2 * STEPS_PER_WINDOW);
      }),
    );
  });

  it('are within a step of the exact window', () => {
    fc.assert(
      fc.property(moments(WINDOW), (times) => {
        const now = times.at(-1) ?? START;
        const steps = times.reduce<ReturnType<typeof mergeSteps>>(
          (all, at) => mergeSteps(all, [[stepOf(at, WINDOW), 1]], at, WINDOW),
          [],
        );
        const [last] = lastTwo(steps, now, WINDOW);
        expect(last).toBeLessThanOrEqual(times.filter((at) => at > now - WINDOW - STEP).length);
        expect(last).toBeGreaterThanOrEqual(times.filter((at) => at > now - WINDOW + STEP).length);
      }),
    );
  });

  it('forget what a clock that stood far ahead has left', () => {
    const ahead = mergeSteps([[stepOf(START + 3_600_000, WINDOW), 9]], [], START + 3_600_000, WINDOW);
    expect(mergeSteps(ahead, [[stepOf(START, WINDOW), 1]], START, WINDOW)).toEqual([[stepOf(START, WINDOW), 1]]);
  });
});

it('whether more than so many fell into a window is known exactly from the latest of them', () => {
  const limits = TIME_WINDOWS.failedAuthentications;
  fc.assert(
    fc.property(moments(limits.windowMs), (times) => {
      const now = times.at(-1) ?? START;
      const kept = times.reduce<readonly number[]>((all, at) => mergeTimes(all, [at], at, limits), []);
      const exact = times.filter((at) => at > now - limits.windowMs).length;
      expect(timesWithin(kept, now, limits.windowMs)).toBe(Math.min(exact, limits.keep));
    }),
  );
});

it('to how many a text went is what a naive model says, while it is among the last eight', () => {
  const sent = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 * MINUTE }), fc.nat({ max: 4 }), fc.nat({ max: 30 })), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(sent, (all) => {
      let now = START;
      let texts: readonly SentText[] = [];
      const model = new Map<number, { since: number; contacts: Set<number> }>();
      for (const [wait, text, contact] of all) {
        now += wait;
        texts = mergeTexts(texts, [{ text: `t${text}`, since: now, last: now, contacts: [`c${contact}`] }], now);
        const known = model.get(text);
        if (known === undefined || now - known.since >= TEXT_WINDOW_MS)
          model.set(text, { since: now, contacts: new Set([contact]) });
        else known.contacts.add(contact);
      }
      const current = [...model.values()].filter(({ since }) => now - since < TEXT_WINDOW_MS);
      const most = Math.max(0, ...current.map(({ contacts }) => contacts.size));
      expect(mostContacts(texts, now)).toBe(Math.min(most, SAME_TEXT_CONTACTS + 1));
    }),
  );
});

describe('what is unusual', () => {
  const did = (what: (tally: Tally) => void, before = NO_ACTIVITY, now = START) => {
    const tally = new Tally();
    what(tally);
    return mergeActivity(
      before,
      tally.activity((text) => text),
      now,
    );
  };
  const acts = (times: number, at: number) => (tally: Tally) => {
    for (let i = 0; i < times; i++) tally.count('actions', at);
  };
  const kinds = (activity: ReturnType<typeof did>, now = START) => anomaliesIn(activity, now).map(({ kind }) => kind);

  it.for([
    [9, 0, false],
    [10, 0, true],
    [10, 3, true],
    [12, 4, false],
    [13, 4, true],
    [300, 100, false],
    [301, 100, true],
  ] as const)('%d actions after %d in the window before: %s', ([last, before, is]) => {
    const earlier = did(acts(before, START - WINDOW), NO_ACTIVITY, START - WINDOW);
    expect(kinds(did(acts(last, START), earlier)).includes('volume_spike')).toBe(is);
  });

  it('is more than 10 failed authentications in five minutes, and more than 3 tokens in an hour', () => {
    const noted = (counter: 'tokens' | 'failedAuthentications', times: number) =>
      kinds(
        did((tally) => {
          for (let i = 0; i < times; i++) tally.note(counter, START);
        }),
      );
    expect(noted('failedAuthentications', 10)).toEqual([]);
    expect(noted('failedAuthentications', 11)).toEqual(['failed_authentications']);
    expect(noted('tokens', 3)).toEqual([]);
    expect(noted('tokens', 4)).toEqual(['many_tokens']);
  });

  it('is half of ten messages failing, many refusals, many first contacts, one text to many', () => {
    const many = (times: number, what: (tally: Tally, i: number) => void) =>
      kinds(
        did((tally) => {
          for (let i = 0; i < times; i++) what(tally, i);
        }),
      );
    const failing = (failures: number) =>
      many(10, (tally, i) => {
        tally.count('actions', START);
        if (i < failures) tally.count('failures', START);
      });
    expect(failing(4)).toEqual(['volume_spike']);
    expect(failing(5)).toEqual(['volume_spike', 'error_spike']);
    expect(many(20, (tally) => tally.count('refusals', START))).toEqual([]);
    expect(many(21, (tally) => tally.count('refusals', START))).toEqual(['refusal_spike']);
    expect(many(20, (tally) => tally.count('firstContacts', START))).toEqual([]);
    expect(many(21, (tally) => tally.count('firstContacts', START))).toEqual(['first_contacts']);
    expect(many(20, (tally, i) => tally.wrote('text', `contact ${i}`, START))).toEqual([]);
    expect(many(21, (tally, i) => tally.wrote('text', `contact ${i}`, START))).toEqual(['same_text']);
    expect(many(50, (tally) => tally.wrote('text', 'contact', START))).toEqual([]);
  });

  it('that was acted on is not told again for half an hour', () => {
    const spike = did(acts(50, START));
    const acted = mergeActivity(spike, { ...NO_ACTIVITY, told: { volume_spike: START } }, START);
    expect(kinds(acted)).toEqual([]);
    const again = did(acts(50, START + 30 * MINUTE), acted, START + 30 * MINUTE);
    expect(kinds(again, START + 30 * MINUTE)).toEqual(['volume_spike']);
  });

  it('stays within a few kilobytes, whatever happens', () => {
    let activity = NO_ACTIVITY;
    for (let minute = 0; minute < 180; minute++) {
      const now = START + minute * MINUTE;
      activity = did(
        (tally) => {
          for (let i = 0; i < 100; i++) {
            for (const counter of ['actions', 'failures', 'refusals', 'firstContacts'] as const)
              tally.count(counter, now + i * 600);
            tally.note('tokens', now);
            tally.note('failedAuthentications', now);
            tally.wrote(`${'t'.repeat(22)}${i % 12}`, `${'c'.repeat(21)}${i}`, now);
          }
        },
        activity,
        now,
      );
    }
    expect(JSON.stringify(activity).length).toBeLessThan(12_000);
  });
});
