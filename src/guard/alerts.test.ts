import { describe, expect, it, onTestFinished } from 'vitest';
import { parseEntry } from '../audit/entry.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { type Alert, type AlertListener, alertEntry, createAlerts, type ToldAlert } from './alerts.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const ALERT: Alert = {
  severity: 'HIGH',
  kind: 'lock_out',
  org: PLATFORM_ORG,
  say: 'Somebody guesses.',
  subject: '203.0.113.0/24',
  detail: { failures: 10 },
};

function desk(...more: AlertListener[]) {
  const told: ToldAlert[] = [];
  const faults: unknown[] = [];
  let now = NOW;
  const alerts = createAlerts({
    clock: { now: () => now },
    listeners: [...more, (alert) => void told.push(alert)],
    onFault: (fault) => faults.push(fault),
  });
  onTestFinished(() => alerts[Symbol.asyncDispose]());
  const pass = (ms: number) => {
    now += ms;
  };
  return { alerts, told, faults, pass };
}

describe('an alert', () => {
  it('is told at once, and so is one of another kind, subject or organisation', () => {
    const { alerts, told } = desk();
    const others = [{ kind: 'volume' }, { subject: '198.51.100.0/24' }, { org: 'org_a' as const }];
    for (const other of [{}, ...others]) alerts.raise({ ...ALERT, ...other });
    expect(told).toHaveLength(4);
    expect(told[0]).toEqual({ ...ALERT, count: 1, since: NOW, at: NOW });
  });

  it('that repeats is counted, and told again once in five minutes as long as it goes on', () => {
    const { alerts, told, pass } = desk();
    for (let minute = 0; minute < 15; minute++) {
      for (let i = 0; i < 100; i++) alerts.raise(ALERT);
      pass(MINUTE);
    }
    alerts.tick();
    expect(told.map(({ count, at }) => [count, (at - NOW) / MINUTE])).toEqual([
      [1, 0],
      [499, 5],
      [500, 10],
      [500, 15],
    ]);
  });

  it('is told at once again after five quiet minutes', () => {
    const { alerts, told, pass } = desk();
    alerts.raise(ALERT);
    pass(5 * MINUTE - 1);
    alerts.raise(ALERT);
    pass(1);
    alerts.tick();
    pass(5 * MINUTE);
    alerts.tick();
    alerts.raise(ALERT);
    expect(told.map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('with a subject that always changes is one of a few, and then folded with all others', () => {
    const { alerts, told, pass } = desk();
    for (let i = 0; i < 5_000; i++) alerts.raise({ ...ALERT, subject: `10.${i >> 8}.${i & 255}.0/24` });
    expect(told.length).toBeLessThanOrEqual(22);
    pass(5 * MINUTE);
    alerts.tick();
    expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
    expect(told.at(-1)).toMatchObject({ subject: 'others' });
  });

  it('reaches the others when one who is told throws or rejects', async () => {
    const { alerts, told, faults } = desk(
      () => {
        throw new Error('no disk');
      },
      async () => Promise.reject(new Error('no network')),
    );
    alerts.raise(ALERT);
    await alerts[Symbol.asyncDispose]();
    expect(told).toHaveLength(1);
    expect(faults.map(String)).toEqual(['Error: no disk', 'Error: no network']);
  });

  it('that was folded is told before the end', async () => {
    const { alerts, told } = desk();
    for (let i = 0; i < 3; i++) alerts.raise(ALERT);
    await alerts[Symbol.asyncDispose]();
    expect(told.map(({ count }) => count)).toEqual([1, 2]);
  });

  it('is an entry that the log takes', () => {
    const at = '2026-11-20T12:00:00.000Z';
    const entry = { v: 1, type: 'system', at, ...alertEntry({ ...ALERT, count: 2, since: NOW, at: NOW }) };
    expect(parseEntry(canonicalJson(entry))).toMatchObject({
      event: 'alert',
      org: PLATFORM_ORG,
      detail: { kind: 'lock_out', severity: 'HIGH', subject: '203.0.113.0/24', count: 2, since: at, failures: 10 },
    });
  });
});
