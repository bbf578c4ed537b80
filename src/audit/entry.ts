/**
 * What the log says: one entry a leaf, as canonical JSON, so that equal facts have equal bytes. Entries carry no personal
 * data and no secrets: ids, names, codes, counts, money, and salted commitments (`commitment.ts`). Leaves are for ever, so
 * each carries the version of its form, and a reader refuses what it does not know.
 */
import { z } from 'zod';
import { canonicalJson } from '../kernel/canonical-json.ts';
import {
  type ActionId,
  type AgentId,
  type Id,
  looksLikeId,
  type OrgId,
  type PersonId,
  PLATFORM_ORG,
  type SessionId,
  type ThreadId,
} from '../kernel/ids.ts';
import { signedApproval } from './approval.ts';

const id = <T extends Id<string>>(prefix: string) =>
  z.custom<T>((value) => typeof value === 'string' && looksLikeId(prefix, value));

const action = id<ActionId>('act');
const org = id<OrgId>('org');
const agent = id<AgentId>('agt').nullable();
/** RFC 3339 in UTC with milliseconds, as `rfc3339` prints it. */
const time = z.iso.datetime({ precision: 3 });
const word = z.string().min(1).max(200);
const count = z.int().min(1);
/** Micro-units of money. */
const cost = z.int().min(0).exactOptional();

const entry = <Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  z.strictObject({ v: z.literal(1), at: time, type: z.literal(type), ...fields }).readonly();

/** A judged proposal: what was asked, by whom, and the verdict. */
const decision = entry('decision', {
  action,
  name: word,
  version: count,
  org,
  agent,
  by: z.strictObject({ kind: word, id: word }).readonly(),
  decision: z.enum(['allow', 'deny', 'hold']),
  /** Why: a guard's id and its code, `calling-window:recipient_not_reachable`. */
  codes: z.array(word).max(100).readonly(),
  /** Salted commitment to the personal part of the input. */
  commit: z
    .string()
    .regex(/^[\w-]{43}$/)
    .exactOptional(),
  cost,
  /** The integrity of what the action was made from. */
  label: z.enum(['trusted', 'untrusted']).exactOptional(),
  /** The thread of the swarm in which an agent asked for it. */
  thread: id<ThreadId>('thr').exactOptional(),
});

/**
 * A held action was approved: by whom, and of which input (the commitment that the decision to hold carries). `signed`: with
 * the approver's passkey; absent where none is enrolled, and for programs.
 */
const approval = entry('approval', {
  action,
  org,
  by: z.strictObject({ kind: word, id: word }).readonly(),
  input: z.string().regex(/^[\w-]{43}$/),
  signed: signedApproval.exactOptional(),
});

/** How an admitted action ended. */
const result = entry('result', {
  action,
  org,
  state: z.enum(['ok', 'failed', 'unknown', 'cancelled']),
  code: word.exactOptional(),
  /** The provider's own reference. */
  ref: word.exactOptional(),
  cost,
});

/** Many refusals of one kind, folded into one entry. */
const refusals = entry('refusals', { org, agent, name: word, code: word, count, from: time, to: time });

/** Requests without a principal, counted by address prefix. */
const unauthenticated = entry('unauthenticated', {
  org: z.literal(PLATFORM_ORG),
  prefix: word,
  count,
  from: time,
  to: time,
});

/** What happened to the system itself: start, a key made, retention. */
const system = entry('system', {
  event: word,
  org,
  detail: z.record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()])).readonly(),
});

/**
 * What can happen as people come in. `set_up`, `invitation` and `recovery`: the link of that kind was used up, and its
 * person has a factor and a session now.
 */
export const AUTHENTICATION_EVENTS = [
  'link_made',
  'link_opened',
  'set_up',
  'invitation',
  'recovery',
  'password_accepted',
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'refresh_reused',
  'stepped_up',
  'step_up_failed',
  'session_ended',
  'sessions_ended',
  'enrolment_failed',
  'factor_shown',
  'factor_added',
  'factor_renamed',
  'factor_removed',
  'factor_copied',
  'password_changed',
  'recovery_codes_replaced',
] as const;
export type AuthenticationEventName = (typeof AUTHENTICATION_EVENTS)[number];

/** Somebody came in, failed to, or changed how they come in. `person` is null where it is not known who it was. */
const authentication = entry('authentication', {
  org,
  event: z.enum(AUTHENTICATION_EVENTS),
  person: id<PersonId>('usr').nullable(),
  session: id<SessionId>('ses').exactOptional(),
  /** By which factor. */
  method: word.exactOptional(),
  /** Who did it, where it was not that person. */
  by: word.exactOptional(),
});

/** A person was erased. The subject is a keyed hash: it names nobody without the organisation's key. */
const erasure = entry('erasure', {
  action,
  org,
  subject: word,
  reason: word,
  /** What was erased, by kind. */
  counts: z.record(word, z.int().min(0)).readonly(),
});

/** SHA-256, base64url. */
const hash = z.string().regex(/^[\w-]{43}$/);

/**
 * A change of the configuration: what, and the hashes of its canonical JSON before and after; null: there was, or is, none.
 * Who changed it stands in the decision of the same action.
 */
const config = entry('config', {
  /** Null: the server's own first start, or a person's own doing while signing in. */
  action: action.nullable(),
  org,
  /** A kind and which one of it, `agent:agt_…`. */
  what: word,
  before: hash.nullable(),
  after: hash.nullable(),
});

/** An agent of the swarm failed at something of its own: a model that did not answer, steps that ran out. */
const agentError = entry('agent_error', { org, agent: id<AgentId>('agt'), thread: id<ThreadId>('thr'), code: word });

const logEntry = z.discriminatedUnion('type', [
  decision,
  approval,
  result,
  refusals,
  unauthenticated,
  authentication,
  erasure,
  system,
  config,
  agentError,
]);

export type LogEntry = z.infer<typeof logEntry>;

/** The leaf's text. @throws TypeError for text with a lone surrogate. */
export const encodeEntry = (entry: LogEntry): string => canonicalJson(entry);

/** Null for anything but the canonical text of an entry of a known form: no spelling beside the one that was logged. */
export function parseEntry(text: string): LogEntry | null {
  try {
    const parsed = logEntry.safeParse(JSON.parse(text));
    return parsed.success && canonicalJson(parsed.data) === text ? parsed.data : null;
  } catch {
    return null;
  }
}
