/** Whether a request fits the table of `twilio-contract.ts`. */
import { ENDPOINTS, type Endpoint, type FieldRule, type Fields } from './twilio-contract.ts';

export interface Matched {
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
}

/** The endpoint of a request and the values in its path. */
export function matchEndpoint(method: string, path: string): Matched | null {
  for (const endpoint of ENDPOINTS) {
    if (endpoint.method !== method) continue;
    const names: string[] = [];
    const pattern = endpoint.path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, (_all, name: string) => {
      names.push(name);
      return '([A-Za-z0-9]+)';
    });
    const found = new RegExp(`^${pattern}$`).exec(path);
    if (found !== null)
      return { endpoint, params: Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? ''])) };
  }
  return null;
}

/** What is wrong with the fields of a form or a query; each value is a text there. */
export function textFaults(rules: Fields, values: URLSearchParams): readonly string[] {
  const faults: string[] = [];
  for (const key of new Set(values.keys())) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) faults.push(`unknown field ${key}`);
    else if (values.getAll(key).length > 1) faults.push(`${key} is repeated`);
    else if (!fits(rule, values.get(key) ?? '')) faults.push(`${key} is not ${rule.type}`);
  }
  return [...faults, ...missing(rules, (key) => values.has(key))];
}

function fits({ type, pattern, enum: allowed, maximum }: FieldRule, text: string): boolean {
  if (type === 'integer' && !(/^\d+$/.test(text) && Number(text) <= (maximum ?? Number.MAX_SAFE_INTEGER))) return false;
  if (type === 'boolean' && text !== 'true' && text !== 'false') return false;
  return (pattern === undefined || new RegExp(pattern).test(text)) && (allowed === undefined || allowed.includes(text));
}

/** What is wrong with a JSON body. */
export function jsonFaults(rules: Fields, value: unknown, at = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at || 'the body'} is no object`];
  const faults = Object.entries(value).flatMap(([key, member]): readonly string[] => {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) return [`unknown field ${at}${key}`];
    if (rule.type === 'object') return jsonFaults(rule.fields ?? {}, member, `${at}${key}.`);
    return typeof member === rule.type && fits(rule, String(member)) ? [] : [`${at}${key} is not ${rule.type}`];
  });
  return [...faults, ...missing(rules, (key) => Object.hasOwn(value, key))];
}

const missing = (rules: Fields, has: (key: string) => boolean): readonly string[] =>
  Object.entries(rules)
    .filter(([key, rule]) => rule.required === true && !has(key))
    .map(([key]) => `${key} is missing`);
