/** An entry of the log in words: what happened, to or by whom, and how it ended. */

export interface Entry {
  readonly type: string;
  readonly at: string;
  readonly [field: string]: unknown;
}

export interface EntryText {
  readonly what: string;
  readonly who: string;
  readonly outcome: { readonly text: string; readonly tone: 'good' | 'warn' | 'bad' | '' };
}

export function readEntry(body: string): Entry {
  try {
    const entry = JSON.parse(body) as Entry;
    if (typeof entry.type === 'string' && typeof entry.at === 'string') return entry;
  } catch {
    // told as what it is
  }
  return { type: 'unreadable', at: '' };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const words = (value: unknown): string => text(value).replaceAll('_', ' ');
const capital = (value: string): string => value.replace(/^./, (first) => first.toUpperCase());
const idOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'id' in value ? text(value.id) : text(value);

const DECISIONS = {
  allow: { text: 'Allowed', tone: 'good' },
  deny: { text: 'Refused', tone: 'bad' },
  hold: { text: 'Held', tone: 'warn' },
} as const;
const RESULTS = {
  ok: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  unknown: { text: 'Not known', tone: 'warn' },
  cancelled: { text: 'Cancelled', tone: 'warn' },
} as const;
const PLAIN = { text: 'Recorded', tone: '' } as const;

const valueIn = <T extends object>(table: T, key: unknown): T[keyof T] | undefined =>
  typeof key === 'string' && Object.hasOwn(table, key) ? table[key as keyof T] : undefined;

export function entryText(entry: Entry): EntryText {
  switch (entry.type) {
    case 'decision':
      return {
        what: capital(words(text(entry['name']).replace('.', ': '))),
        who: idOf(entry['by']),
        outcome: valueIn(DECISIONS, entry['decision']) ?? PLAIN,
      };
    case 'result':
      return { what: 'Result of an action', who: '', outcome: valueIn(RESULTS, entry['state']) ?? PLAIN };
    case 'authentication': {
      const bad = /fail|refus|reuse|locked/.test(text(entry['event']));
      return {
        what: capital(words(entry['event'])),
        who: text(entry['person']) === '' ? 'Not known' : text(entry['person']),
        outcome: bad ? { text: 'Refused', tone: 'bad' } : { text: words(entry['method']) || 'Recorded', tone: '' },
      };
    }
    case 'config':
      return { what: `Settings changed: ${text(entry['what'])}`, who: text(entry['action']), outcome: PLAIN };
    case 'refusals':
      return {
        what: capital(words(text(entry['name']).replace('.', ': '))),
        who: idOf(entry['agent']),
        outcome: { text: `Refused ${String(entry['count'])} times`, tone: 'bad' },
      };
    case 'unauthenticated':
      return {
        what: 'Requests without valid credentials',
        who: text(entry['prefix']),
        outcome: { text: `Refused ${String(entry['count'])} times`, tone: 'bad' },
      };
    case 'system':
      return { what: capital(words(entry['event'])), who: 'The server', outcome: PLAIN };
    case 'erasure':
      return { what: 'A person was erased', who: '', outcome: PLAIN };
    default:
      return { what: capital(words(entry.type)), who: '', outcome: PLAIN };
  }
}
