/**
 * What somebody may give to a program: scopes and actions that they have themselves, and nothing that is not for programs
 * of that organisation. Nobody gives what they lack.
 */
import { type Principal, SCOPES, type Scope } from '../../guard/principal.ts';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';

/** What the catalogue says of an action; null: there is no such action. */
export type ActionNamed = (name: string) => { readonly access: Scope } | null;

/** Of the server's own parts: no program from outside has them. */
const NEVER: ReadonlySet<Scope> = new Set(['provider:deliver', 'system:act']);
/** What no exception gives: who is named one of these actions needs its scope as well. */
const BY_SCOPE_ALONE: ReadonlySet<Scope> = new Set(['platform:admin', 'audit:read']);

export interface Ungiven {
  readonly name: string;
  /** The scope that the name stands for or that its action asks for; null: there is no such name. */
  readonly scope: Scope | null;
  readonly why: 'unknown' | 'of the platform' | 'lacked' | 'not without its scope';
}

/** Scopes have a colon in them, actions a full stop; each once, in the order in which they were named. */
export function scopesAndActions(names: readonly string[]): {
  readonly scopes: readonly string[];
  readonly actions: readonly string[];
} {
  const [actions = [], scopes = []] = [false, true].map((colon) =>
    [...new Set(names)].filter((name) => name.includes(':') === colon),
  );
  return { scopes, actions };
}

/** Which of the names can't be given to a program of `org` by this principal, and why. */
export function ungiven(
  by: Pick<Principal, 'scopes' | 'grants'>,
  org: OrgId,
  names: readonly string[],
  actionNamed: ActionNamed,
): readonly Ungiven[] {
  // what a grant takes from its giver would come back by way of the program
  const isCut = by.grants?.some(({ effect }) => effect === 'deny') ?? false;
  const { scopes, actions } = scopesAndActions(names);
  const faultOf = (name: string, scope: Scope | null): Ungiven | [] => {
    if (scope === null || NEVER.has(scope)) return { name, scope: null, why: 'unknown' };
    if (scope === 'platform:admin' && org !== PLATFORM_ORG) return { name, scope, why: 'of the platform' };
    if (isCut || !by.scopes.has(scope)) return { name, scope, why: 'lacked' };
    return BY_SCOPE_ALONE.has(scope) && !names.includes(scope) ? { name, scope, why: 'not without its scope' } : [];
  };
  return [
    ...scopes.flatMap((name) => faultOf(name, SCOPES.find((scope) => scope === name) ?? null)),
    ...actions.flatMap((name) => faultOf(name, actionNamed(name)?.access ?? null)),
  ];
}
