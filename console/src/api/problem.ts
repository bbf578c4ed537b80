/** What went wrong, as the API tells it (RFC 9457), and what a person can do about it. */

export class Problem extends Error {
  /** The API's stable code, or `offline` when no answer came. */
  readonly code: string;
  readonly status: number;
  /** What is wrong with which field of the request, by the field's name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly retryAfterS: number | null;
  readonly requestId: string | null;

  constructor(
    code: string,
    say: string,
    more: Partial<Pick<Problem, 'status' | 'fields' | 'retryAfterS' | 'requestId'>> = {},
  ) {
    super(say);
    this.name = 'Problem';
    this.code = code;
    this.status = more.status ?? 0;
    this.fields = more.fields ?? new Map();
    this.retryAfterS = more.retryAfterS ?? null;
    this.requestId = more.requestId ?? null;
  }
}

/** Somebody closed the question whether it is really them; nothing went wrong. */
export class Cancelled extends Error {}

interface Document {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly title?: unknown;
  readonly instance?: unknown;
  readonly errors?: unknown;
}

export function problemOf(response: Response, body: unknown): Problem {
  const { code, detail, title, instance, errors } = (typeof body === 'object' && body !== null ? body : {}) as Document;
  const wait = Number(response.headers.get('retry-after'));
  const say = [detail, title].find((text): text is string => typeof text === 'string' && text !== '');
  return new Problem(typeof code === 'string' ? code : 'internal', say ?? 'The server gave no reason.', {
    status: response.status,
    fields: fieldsOf(errors),
    retryAfterS: Number.isFinite(wait) && wait > 0 ? Math.ceil(wait) : null,
    requestId: typeof instance === 'string' ? (instance.split(':').at(-1) ?? null) : null,
  });
}

function fieldsOf(errors: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(errors)) return new Map();
  return new Map(
    errors.flatMap(({ path, message }) =>
      typeof path === 'string' && typeof message === 'string' ? [[path, message] as const] : [],
    ),
  );
}

export const asProblem = (thrown: unknown): Problem =>
  thrown instanceof Problem
    ? thrown
    : new Problem('page_fault', thrown instanceof Error ? thrown.message : 'Something went wrong in this page.');

/** A second sentence, where the API's own does not say what to do. */
export function adviceFor({ code, retryAfterS, requestId }: Problem): string | null {
  const soon = retryAfterS === null ? 'in a moment' : `in ${spanOf(retryAfterS)}`;
  const id = requestId === null ? '' : ` and mention ${requestId}`;
  switch (code) {
    case 'offline':
      return 'Check your connection and that the server runs, then try again.';
    case 'rate_limited':
    case 'locked_out':
    case 'overloaded':
      return `Try again ${soon}.`;
    case 'answer_timeout':
    case 'stale':
      return 'Load the page again to see whether it was done.';
    case 'forbidden':
      return 'An Owner of your organisation can change what you may do.';
    case 'address_not_allowed':
      return 'Administration is allowed from certain networks only (ADMIN_IP_ALLOWLIST).';
    case 'internal':
    case 'guard_failed':
      return `Try again; if it stays so, tell whoever runs this server${id}.`;
    case 'page_fault':
      return 'Load the page again; if it stays so, tell whoever runs this server.';
    default:
      return null;
  }
}

const spanOf = (seconds: number): string =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
