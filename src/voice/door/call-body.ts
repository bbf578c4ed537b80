/** What a platform's request says of the call and of a function's arguments; none of it is proven by this alone. */
import { toUtf8 } from '../../kernel/encoding.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { parseStrictJson } from '../../shield/strict-json.ts';
import { MAX_CALL_ID_CHARS } from '../session-manager.ts';
import type { SwaigRequest } from '../swaig-function.ts';
import type { Arguments } from '../tools/parameters.ts';
import type { CallRequest } from './served.ts';

/**
 * Of the body (`call_id`, or `call.call_id`), or of the address for a GET; undefined: the request names no call.
 * @throws SallyportError for what can't be one.
 */
export function callIdOf({ body, query }: CallRequest): string | undefined {
  const call = body['call'];
  const inner = typeof call === 'object' && call !== null && 'call_id' in call ? call.call_id : undefined;
  const id = body['call_id'] ?? inner ?? query['call_id'];
  if (typeof id !== 'string' || id === '') return undefined;
  if (id.length > MAX_CALL_ID_CHARS || !id.isWellFormed())
    throw new SallyportError('invalid_input', 'The id of the call is too long, or no text.');
  return id;
}

/** What a request says of its call. */
export interface CallDetails {
  readonly from?: string;
  readonly to?: string;
  readonly direction?: string;
}

/** The parties of the call that a request is about, as far as it names them. */
export function callOf({ call }: SwaigRequest): CallDetails {
  if (typeof call !== 'object' || call === null) return {};
  const named = Object.entries(call).filter(
    ([name, value]) => CALL_DETAILS.includes(name) && typeof value === 'string' && value !== '',
  );
  return Object.fromEntries(named);
}

const CALL_DETAILS = ['from', 'to', 'direction'];

/** `argument.parsed[0]`; without it what stands in `argument.raw`, as JSON. */
export function argumentsOf({ argument }: SwaigRequest): Arguments {
  if (typeof argument !== 'object' || argument === null) return {};
  const { parsed, raw } = argument as { parsed?: unknown; raw?: unknown };
  const first: unknown = Array.isArray(parsed) ? parsed[0] : undefined;
  return asArguments(first) ?? (typeof raw === 'string' ? asArguments(jsonOf(raw)) : null) ?? {};
}

const asArguments = (value: unknown): Arguments | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Arguments) : null;

function jsonOf(text: string): unknown {
  const parsed = parseStrictJson(toUtf8(text));
  return parsed.ok ? parsed.value : null;
}
