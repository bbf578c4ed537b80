/**
 * Settings as data: a table of names, kinds and defaults, and one strict reader. Whatever is malformed is a sentence that says
 * what to do; nothing falls back silently, because an unset or empty secret that meant "open" is how such systems were broken
 * into. Secret values appear in no sentence. The environment is an argument: only a program's own settings file looks at it.
 */
import { secretEqual } from './equal.ts';

export interface Kind<T> {
  /** Completes the sentence "NAME must be …". */
  readonly is: string;
  /** `text` is not empty and has neither control characters nor white space around it. */
  read(text: string): T | null;
}

export interface Setting<T> {
  readonly name: string;
  readonly kind: Kind<T>;
  /** The value when the variable is not set. */
  readonly fallback: T;
  /** One line: what it is for. */
  readonly says: string;
  readonly unit?: 'bytes' | 'milliseconds';
  /** Never printed, not even in an error. */
  readonly secret?: true;
  /** A name that still works. */
  readonly olderName?: string;
  /** How the default reads where the value alone says too little. */
  readonly fallbackSays?: string;
}

/** For a setting whose absence is `null`, so that "not set" can't be mistaken for a value. */
export const optional = <T>(
  setting: Omit<Setting<T>, 'fallback'> & { readonly fallbackSays: string },
): Setting<T | null> => ({ ...setting, fallback: null });
export const given = <const T>(setting: Setting<T>): Setting<T> => setting;

export type Environment = Readonly<Record<string, string | undefined>>;
export type SettingsTable<Values> = { readonly [Key in keyof Values]: Setting<Values[Key]> };
/** What is wrong between values that are each right by themselves; null: nothing. */
export type Contradiction<Values> = (settings: Values) => string | null;

export interface SettingsRead<Values> {
  readonly settings: Values;
  /** All that is wrong at once, one sentence each. */
  readonly problems: readonly string[];
}

export function readSettings<Values extends object>(
  table: SettingsTable<Values>,
  contradictions: readonly Contradiction<Values>[],
  environment: Environment,
): SettingsRead<Values> {
  const problems: string[] = [];
  const entries = Object.entries<Setting<unknown>>(table).map(([key, setting]) => [
    key,
    read(setting, environment, problems),
  ]);
  const settings = Object.freeze(Object.fromEntries(entries) as Values); // each key's value was read by that key's own kind
  // contradictions are judged between values that were read, not between a value and the default of a malformed one
  if (problems.length === 0) problems.push(...contradictions.flatMap((judge) => judge(settings) ?? []));
  return { settings, problems };
}

function read<T>(setting: Setting<T>, environment: Environment, problems: string[]): T {
  const names = setting.olderName === undefined ? [setting.name] : [setting.name, setting.olderName];
  const found = names.filter((name) => environment[name] !== undefined);
  const values = found.map((name) => readOne(setting, name, environment[name]!, problems));
  const [first, second] = found.map((name) => environment[name]!);
  if (first !== undefined && second !== undefined && !secretEqual(first, second)) {
    problems.push(`${names.join(' and ')} are both set and differ; remove ${setting.olderName}, the older name.`);
  }
  return values[0] ?? setting.fallback;
}

/** The value, or `null` with a problem added. */
function readOne<T>(setting: Setting<T>, name: string, text: string, problems: string[]): T | null {
  const value = fault(text) === null ? setting.kind.read(text) : null;
  if (value === null) problems.push(fault(text) === null ? mustBe(setting, name, text) : `${name} ${fault(text)}`);
  return value;
}

function fault(text: string): string | null {
  if (text === '') return 'is set but empty; give it a value or remove it.';
  if (text.trim() !== text) return 'has spaces or line breaks around its value; remove them.';
  return /\p{Cc}/u.test(text) ? 'has a control character or line break in its value; remove it.' : null;
}

/** An address with a user and a password in it, well-formed or not. */
const WITH_CREDENTIALS = /:.*@/;

const mustBe = (setting: Setting<unknown>, name: string, text: string): string =>
  `${name} must be ${setting.kind.is}${setting.secret || WITH_CREDENTIALS.test(text) ? '.' : `, not ${JSON.stringify(text)}.`}`;
