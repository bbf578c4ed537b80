/**
 * Who may do what: the one place where scopes and grants become an answer. A grant that denies wins; then what the scopes
 * give; then a grant that allows; else no. Lists and counts ask here too, so that what somebody may not see is nowhere.
 *
 * Pure. Does not look at step-up (`guards/step-up.ts`), at whose the organisation is (`subject.ts`), nor at limits.
 */
import type { AgentId } from '../kernel/ids.ts';
import type { Grant, GrantResource } from './grant.ts';
import type { Principal, Scope } from './principal.ts';

type Holder = Pick<Principal, 'kind' | 'scopes' | 'grants'>;

/** What a right is asked for. Parts that are left out or null are not concerned: a grant for one of them says nothing then. */
export interface Asked {
  /** The action's name. */
  readonly action: string;
  readonly access: Scope;
  readonly agent: AgentId | null;
  readonly thread?: string;
  readonly section?: string;
  readonly tool?: string;
}

export interface Answer {
  readonly allow: boolean;
  /** What decided: the grant's id for an exception. */
  readonly because: { readonly is: 'scope' | 'nothing' } | { readonly is: 'grant'; readonly id: string };
}

/** No operation, but a right: that an agent exists for the principal at all. */
export const VIEW_AGENT = 'agents.view';

/** The same of a thread of the swarm; `thread-visibility.ts` says what it means. */
export const VIEW_THREAD = 'swarm.view_thread';

/** The same of prompts in a swarm's configuration, on the section `prompts`. */
export const READ_PROMPTS = 'swarm.read_prompts';

/** What a grant can allow. Whatever is the platform's, a provider's or the server's own is nobody's to give; to read the log is a role. */
export const GRANTABLE: ReadonlySet<Scope> = new Set<Scope>([
  'agent:read',
  'agent:act',
  'org:view',
  'org:operate',
  'org:admin',
  'org:own',
]);

const SCOPE: Answer = { allow: true, because: { is: 'scope' } };
const NOTHING: Answer = { allow: false, because: { is: 'nothing' } };
const NONE: readonly Grant[] = [];

/** An Owner answers for the organisation: no grant takes from it, also not one that was made before it became Owner. */
export const grantsInForce = ({ kind, scopes, grants = NONE }: Holder): readonly Grant[] =>
  kind === 'person' && scopes.has('org:own') ? NONE : grants;

/** @param pattern an action's name, `room.*` or `*`. */
export const covers = (pattern: string, action: string): boolean =>
  pattern === action || pattern === '*' || (pattern.endsWith('.*') && action.startsWith(pattern.slice(0, -1)));

export const isOn = (resource: GrantResource, asked: Omit<Asked, 'action' | 'access'>): boolean =>
  resource.kind === 'any' || resource.id === asked[resource.kind];

export function decide(by: Holder, asked: Asked): Answer {
  const grants = grantsInForce(by);
  if (grants.length === 0) return by.scopes.has(asked.access) ? SCOPE : NOTHING;
  const concerning = grants.filter(({ action, resource }) => covers(action, asked.action) && isOn(resource, asked));
  const denied = concerning.find(({ effect }) => effect === 'deny');
  if (denied !== undefined) return { allow: false, because: { is: 'grant', id: denied.id } };
  if (by.scopes.has(asked.access)) {
    const closed = hidesFromTheLog(grants, asked);
    return closed === undefined ? SCOPE : { allow: false, because: { is: 'grant', id: closed.id } };
  }
  const allowed = GRANTABLE.has(asked.access) ? concerning.find(({ effect }) => effect === 'allow') : undefined;
  return allowed === undefined ? NOTHING : { allow: true, because: { is: 'grant', id: allowed.id } };
}

/** The threads on which a grant gives an action. */
export const threadsGiven = (by: Holder, { action, access }: Pick<Asked, 'action' | 'access'>): readonly string[] =>
  GRANTABLE.has(access)
    ? grantsInForce(by).flatMap(({ effect, resource, action: pattern }) =>
        effect === 'allow' && resource.kind === 'thread' && covers(pattern, action) ? [resource.id] : [],
      )
    : [];

/** The log is read whole or not at all: its entries are proved by each other, and tell of every agent. */
const hidesFromTheLog = (grants: readonly Grant[], { action, access }: Asked): Grant | undefined =>
  access === 'audit:read'
    ? grants.find(
        (grant) => grant.effect === 'deny' && (covers(grant.action, action) || covers(grant.action, VIEW_AGENT)),
      )
    : undefined;

/** Whoever holds none of the organisation's scopes knows no agent, but by a grant. */
const BLIND: ReadonlySet<Scope> = new Set(['audit:read']);

/** Whether an agent exists for the principal. */
export function sees(by: Holder, agent: AgentId): boolean {
  const grants = grantsInForce(by);
  const on = grants.length === 0 ? NONE : grants.filter(({ resource }) => isOn(resource, { agent }));
  if (on.some(({ effect, action }) => effect === 'deny' && covers(action, VIEW_AGENT))) return false;
  for (const scope of by.scopes) if (!BLIND.has(scope)) return true;
  return on.some(({ effect }) => effect === 'allow');
}

/** Whether the principal may do something of an agent, and may know of it at all. */
export const reaches = (by: Holder, asked: Asked & { readonly agent: AgentId }): boolean =>
  sees(by, asked.agent) && decide(by, asked).allow;

/**
 * Whether an agent exists for an operation: who asks may know of it, and no grant takes the operation from them there. That they may
 * do it at all is asked elsewhere.
 */
export function isAgentThere(by: Holder, asked: Pick<Asked, 'action' | 'access'>, agent: AgentId): boolean {
  if (!sees(by, agent)) return false;
  const { allow, because } = decide(by, { ...asked, agent });
  return allow || because.is !== 'grant';
}

/** Whether there is anything at all that the principal may do by an action: for menus, never for a decision. */
export function mayEver(by: Holder, { action, access }: Pick<Asked, 'action' | 'access'>): boolean {
  const grants = grantsInForce(by).filter((grant) => covers(grant.action, action));
  if (grants.some(({ effect, resource }) => effect === 'deny' && resource.kind === 'any')) return false;
  return by.scopes.has(access) || (GRANTABLE.has(access) && grants.some(({ effect }) => effect === 'allow'));
}
