import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, BREAKER_RULES, CLOSED, createCircuitBreaker, type Evidence, observe } from './circuit-breaker.ts';

const { failures, windowMs, openMs } = BREAKER_RULES;

function setUp(maxKeys?: number) {
  let at = 1_000_000;
  const breaker = createCircuitBreaker({ clock: { now: () => at }, ...(maxKeys === undefined ? {} : { maxKeys }) });
  const isOpen = (key = 'twilio:a') => {
    const done = breaker.enter(key);
    done?.('none');
    return done === null;
  };
  const fail = (times: number, key?: string) => {
    for (let i = 0; i < times; i++) breaker.enter(key ?? 'twilio:a')?.('down');
  };
  return { breaker, isOpen, fail, pass: (ms: number) => (at += ms) };
}

describe('the circuit breaker', () => {
  test('opens after so many failures in a row, and no sooner', () => {
    const { isOpen, fail } = setUp();
    fail(failures - 1);
    expect(isOpen()).toBe(false);
    fail(1);
    expect(isOpen()).toBe(true);
  });

  test('forgets failures at a success and when they are old', () => {
    const { breaker, isOpen, fail, pass } = setUp();
    fail(failures - 1);
    breaker.enter('twilio:a')?.('up');
    fail(failures - 1);
    expect(isOpen()).toBe(false);
    pass(windowMs);
    fail(failures - 1);
    expect(isOpen()).toBe(false);
  });

  test('opens for that key alone: one account never shuts the door for another', () => {
    const { isOpen, fail } = setUp();
    fail(failures, 'twilio:a');
    expect([isOpen('twilio:a'), isOpen('twilio:b'), isOpen('resend:a')]).toEqual([true, false, false]);
  });

  test('lets one probe through when its time is over, and refuses all others meanwhile', () => {
    const { breaker, fail, pass } = setUp();
    fail(failures);
    pass(openMs - 1);
    expect(breaker.enter('twilio:a')).toBeNull();
    pass(1);
    const probe = breaker.enter('twilio:a');
    expect(probe).not.toBeNull();
    expect(breaker.enter('twilio:a')).toBeNull();
    probe?.('up');
    expect(breaker.enter('twilio:a')).not.toBeNull();
  });

  test('stays open when the probe fails', () => {
    const { breaker, isOpen, fail, pass } = setUp();
    fail(failures);
    pass(openMs);
    breaker.enter('twilio:a')?.('down');
    expect(isOpen()).toBe(true);
    pass(openMs);
    expect(isOpen()).toBe(false);
  });

  test('asks again when the probe proved nothing or never came back', () => {
    const { breaker, fail, pass } = setUp();
    fail(failures);
    pass(openMs);
    breaker.enter('twilio:a')?.('none');
    expect(breaker.enter('twilio:a')).not.toBeNull(); // and this one never comes back
    expect(breaker.enter('twilio:a')).toBeNull();
    pass(openMs);
    expect(breaker.enter('twilio:a')).not.toBeNull();
  });

  test('is not closed by a success that was under way when it opened', () => {
    const { breaker, isOpen, fail } = setUp();
    const early = breaker.enter('twilio:a');
    fail(failures);
    early?.('up');
    expect(isOpen()).toBe(true);
  });

  test('keeps no more keys than it may', () => {
    const { isOpen, fail } = setUp(10);
    fail(failures, 'first');
    for (let i = 0; i < 20; i++) fail(1, `key ${i}`);
    expect(isOpen('first')).toBe(false);
  });

  test('never keeps more failures than its rule counts, and is never refused while closed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom<Evidence>('up', 'down', 'none'), fc.nat(20_000))), (story) => {
        let state = CLOSED;
        let now = 0;
        for (const [evidence, ms] of story) {
          now += ms;
          const admitted = admit(state, now, BREAKER_RULES);
          if (state.is === 'closed') expect(admitted.as).toBe('ordinary');
          state = admitted.state;
          if (admitted.as !== 'refused') state = observe(state, admitted.as, evidence, now, BREAKER_RULES);
          if (state.is === 'closed') expect(state.failedAt.length).toBeLessThan(failures);
        }
      }),
    );
  });
});
