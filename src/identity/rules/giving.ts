/**
 * What somebody may give to a program: scopes and actions that they have themselves, and nothing that is not for programs
 * of that organisation. Nobody gives what they lack.
 */
import { type Principal, SCOPES, type Scope } from '../../guard/principal.ts';
import { GRANTABLE, grantsInForce } from '../../guard/rights.ts';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { lacking, type Operation } from './granting.ts';

/** Of the server's own parts: no program from outside has them. */
const NEVER: ReadonlySet<Scope> = new Set(['provider:deliver', 'system:act']);

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

/**
 * Which of the names can't be given to a program of `org` by this principal, and why.
 * @param operations every action of the catalogue.
 */
export function ungiven(
  by: Pick<Principal, 'kind' | 'scopes' | 'grants'>,
  org: OrgId,
  names: readonly string[],
  operations: readonly Operation[],
): readonly Ungiven[] {
  const { scopes, actions } = scopesAndActions(names);
  // what a grant takes from its giver would come back by way of the program
  const isCut = grantsInForce(by).some(({ effect }) => effect === 'deny');
  const faultOf = (name: string, scope: Scope | undefined, has: (scope: Scope) => boolean): Ungiven | [] => {
    if (scope === undefined || NEVER.has(scope)) return { name, scope: null, why: 'unknown' };
    if (scope === 'platform:admin' && org !== PLATFORM_ORG) return { name, scope, why: 'of the platform' };
    if (isCut || !has(scope)) return { name, scope, why: 'lacked' };
    return GRANTABLE.has(scope) || names.includes(scope) ? [] : { name, scope, why: 'not without its scope' };
  };
  return [
    ...scopes.flatMap((name) =>
      faultOf(
        name,
        SCOPES.find((scope) => scope === name),
        (scope) => by.scopes.has(scope),
      ),
    ),
    ...actions.flatMap((name) => {
      const operation = operations.find((one) => one.name === name);
      return faultOf(
        name,
        operation?.access,
        (scope) =>
          by.scopes.has(scope) || lacking(by, { action: name, resource: { kind: 'any' } }, operations) === null,
      );
    }),
  ];
}
