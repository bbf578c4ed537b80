/** Nobody grants what they lack: whether somebody holds all that a grant would allow, wherever it would. Pure. */
import type { Grant, GrantResource } from '../../guard/grant.ts';
import type { Principal, Scope } from '../../guard/principal.ts';
import { covers, GRANTABLE, grantsInForce, READ_PROMPTS, VIEW_AGENT, VIEW_THREAD } from '../../guard/rights.ts';

/** Of an action, what rights are about. */
export interface Operation {
  readonly name: string;
  readonly access: Scope;
}

/** To see an agent is a right like any other, and comes with every other one. */
const VIEW: Operation = { name: VIEW_AGENT, access: 'agent:read' };

/** Rights that are no operations. */
const RIGHTS: readonly Operation[] = [
  VIEW,
  { name: READ_PROMPTS, access: 'org:own' },
  { name: VIEW_THREAD, access: 'org:view' },
];

/** What a grant's pattern could allow at all; empty for a pattern that covers nothing of the kind. */
export const allowable = (pattern: string, operations: readonly Operation[]): readonly Operation[] =>
  [...operations, ...RIGHTS].filter(({ name, access }) => covers(pattern, name) && GRANTABLE.has(access));

/** Whether the pattern is about anything that there is. */
export const isKnownPattern = (pattern: string, operations: readonly Operation[]): boolean =>
  [...operations, ...RIGHTS].some(({ name }) => covers(pattern, name));

/**
 * The first operation that somebody who grants `pattern` on `resource` does not hold there in full; null: all are held. What
 * is taken from them on a part of the resource, or on what can't be told apart from it, is lacking.
 */
export function lacking(
  by: Pick<Principal, 'kind' | 'scopes' | 'grants'>,
  { action: pattern, resource }: Pick<Grant, 'action' | 'resource'>,
  operations: readonly Operation[],
): Operation | null {
  const grants = grantsInForce(by);
  const denied = grants.filter((grant) => grant.effect === 'deny' && mayMeet(grant.resource, resource));
  const allowed = grants.filter((grant) => grant.effect === 'allow' && contains(grant.resource, resource));
  const holds = ({ name, access }: Operation): boolean =>
    !denied.some(({ action }) => covers(action, name) || covers(action, VIEW_AGENT)) &&
    (by.scopes.has(access) || allowed.some(({ action }) => covers(action, name)));
  const wanted = allowable(pattern, operations);
  // even a grant that allows nothing would show the agent that it is about
  if (wanted.length === 0) return operations.find(({ name }) => covers(pattern, name)) ?? VIEW;
  return wanted.find((operation) => !holds(operation)) ?? null;
}

/** Whether something could be of both: an agent has threads, so that only two of a kind are told apart for sure. */
const mayMeet = (one: GrantResource, other: GrantResource): boolean =>
  one.kind === 'any' || other.kind === 'any' || one.kind !== other.kind || one.id === other.id;

const contains = (outer: GrantResource, inner: GrantResource): boolean =>
  outer.kind === 'any' || (outer.kind === inner.kind && outer.id === inner.id);
