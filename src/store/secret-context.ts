/**
 * What of an action's context is secret (the nonces of callbacks, the tokens of one-click addresses) stands sealed in its row:
 * whoever reads the database must not be able to report, receive or unsubscribe in another's name.
 */
import type { WorldAction } from '../guard/action.ts';
import type { ActionId, OrgId } from '../kernel/ids.ts';
import { withoutSealed } from './frozen.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';

type Context = Readonly<Record<string, string>>;

const cell = (org: OrgId, id: ActionId) => cellOf(org, 'action', 'secret_context', id);

/** The context in two: what may be read in the row, and the rest sealed; null where there is none. */
export function* sealContext(
  sealing: Sealing,
  { secretContext = [] }: Pick<WorldAction, 'secretContext'>,
  org: OrgId,
  id: ActionId,
  context: Context,
): Tx<{ readonly context: Context; readonly sealed: string | null }> {
  const entries = Object.entries(context);
  const secret = entries.filter(([name]) => secretContext.includes(name));
  if (secret.length === 0) return { context, sealed: null };
  const { dataKey } = yield* sealing.orgKeys(org);
  return {
    context: Object.fromEntries(entries.filter(([name]) => !secretContext.includes(name))),
    sealed: sealing.sealText(dataKey, JSON.stringify(Object.fromEntries(secret)), cell(org, id)),
  };
}

/** The whole context again. */
export function* openContext(
  sealing: Sealing,
  org: OrgId,
  id: ActionId,
  { context, sealed }: { readonly context: Context; readonly sealed: string | null },
): Tx<Context> {
  if (sealed === null) return context;
  const { dataKey } = yield* sealing.orgKeys(org);
  return { ...context, ...(JSON.parse(sealing.openText(dataKey, sealed, cell(org, id))) as Context) };
}

type Place = { readonly org: OrgId; readonly id: ActionId };
const frozenOf = statement<Place, { frozen: string | null }>((db, p) =>
  db.selectFrom('action').select('frozen').where('org', '=', p('org')).where('id', '=', p('id')),
);
const setFrozen = statement<Place & { frozen: string }>((db, p) =>
  db
    .updateTable('action')
    .set({ frozen: p('frozen') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);

/** Destroys the sealed part of an action that ended. */
export function* dropSecretContext(org: OrgId, id: ActionId): Tx<void> {
  const row = yield* frozenOf.first({ org, id });
  if (row?.frozen != null) yield* setFrozen.run({ org, id, frozen: withoutSealed(row.frozen) });
}
