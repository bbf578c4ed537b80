import { describe, expect, it } from 'vitest';
import { encodeEntry, type LogEntry, parseEntry } from './entry.ts';

const at = '2026-11-20T10:00:00.000Z';
const DECISION: LogEntry = {
  v: 1,
  type: 'decision',
  at,
  action: 'act_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  name: 'comms.send_message',
  version: 1,
  org: 'org_a',
  agent: 'agt_a',
  by: { kind: 'agent', id: 'tok_a' },
  decision: 'deny',
  codes: ['calling-window:recipient_not_reachable'],
  commit: 'A'.repeat(43),
  cost: 7900,
  label: 'untrusted',
};
const ENTRIES: LogEntry[] = [
  DECISION,
  { ...DECISION, agent: null, decision: 'allow', codes: [] },
  { v: 1, type: 'result', at, action: 'act_a', org: 'org_a', state: 'ok', ref: 'SM1', cost: 7900 },
  { v: 1, type: 'result', at, action: 'act_a', org: 'org_a', state: 'unknown', code: 'outcome_unknown' },
  {
    v: 1,
    type: 'refusals',
    at,
    org: 'org_a',
    agent: null,
    name: 'x',
    code: 'rate_limited',
    count: 40,
    from: at,
    to: at,
  },
  { v: 1, type: 'unauthenticated', at, org: 'org_platform', prefix: '203.0.113.0/24', count: 2, from: at, to: at },
  { v: 1, type: 'system', at, event: 'key.made', org: 'org_platform', detail: { kid: '0a1b2c3d', first: true, n: 1 } },
];

describe('a log entry', () => {
  it.each(ENTRIES.map((entry) => [entry.type, entry] as const))('of type %s is read as it was written', (_, entry) => {
    expect(parseEntry(encodeEntry(entry))).toEqual(entry);
  });

  it('has one text, pinned: leaves are for ever', () => {
    expect(encodeEntry(DECISION)).toBe(
      '{"action":"act_01ARZ3NDEKTSV4RRFFQ69G5FAV","agent":"agt_a","at":"2026-11-20T10:00:00.000Z",' +
        '"by":{"id":"tok_a","kind":"agent"},"codes":["calling-window:recipient_not_reachable"],' +
        '"commit":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","cost":7900,"decision":"deny","label":"untrusted",' +
        '"name":"comms.send_message","org":"org_a","type":"decision","v":1,"version":1}',
    );
  });

  const text = encodeEntry(DECISION);
  it.each([
    ['garbage', 'x'],
    ['another version', text.replace('"v":1', '"v":2')],
    ['no version', text.replace('"v":1,', '')],
    ['an unknown type', text.replace('"type":"decision"', '"type":"erasure"')],
    ['an unknown member', text.replace('"v":1', '"v":1,"verified":true')],
    ['a space', text.replace(',', ', ')],
    ['other order', `{"v":1,${text.slice(1).replace('"v":1,', '')}`],
    ['a member twice', text.replace('"v":1', '"v":1,"v":1')],
    ['a verdict that does not exist', text.replace('deny', 'maybe')],
    ['money with a fraction', text.replace('7900', '0.5')],
    ['negative money', text.replace('7900', '-1')],
    ['a day that does not exist', text.replace('11-20', '02-30')],
    ['another zone', text.replace('000Z', '000+01:00')],
    ['an id of another kind', text.replace('agt_a', 'usr_a')],
    ['a bare hash for the commitment', text.replace(/A{43}/, 'a'.repeat(64))],
    ['a lone surrogate', text.replace('comms', '\\ud800')],
    ['null', 'null'],
  ])('is null with %s', (_, wrong) => {
    expect(wrong).not.toBe(text);
    expect(parseEntry(wrong)).toBeNull();
  });

  it('about nobody belongs to the platform', () => {
    expect(parseEntry(encodeEntry(ENTRIES[5]!).replace('org_platform', 'org_a'))).toBeNull();
  });
});
