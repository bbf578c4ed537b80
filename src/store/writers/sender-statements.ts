/** The statements behind the writers of accounts and senders. */
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';

type Credential = Schema['provider_credential'];
type Sender = Schema['bound_sender'];

export const putCredential = statement<Credential>((db, p) =>
  db
    .insertInto('provider_credential')
    .values({
      org: p('org'),
      provider: p('provider'),
      id: p('id'),
      account: p('account'),
      sealed: p('sealed'),
      by: p('by'),
      created_at: p('created_at'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'provider']).doUpdateSet((eb) => ({
        id: eb.ref('excluded.id'),
        account: eb.ref('excluded.account'),
        sealed: eb.ref('excluded.sealed'),
        by: eb.ref('excluded.by'),
        created_at: eb.ref('excluded.created_at'),
      })),
    ),
);
export const dropCredential = statement<Pick<Credential, 'org' | 'provider'>>((db, p) =>
  db.deleteFrom('provider_credential').where('org', '=', p('org')).where('provider', '=', p('provider')),
);
/** Nothing when the address is somebody's, unless it is a reservation from before `lapsed`. */
export const reserveSender = statement<Sender & { lapsed: number }>((db, p) =>
  db
    .insertInto('bound_sender')
    .values({
      channel: p('channel'),
      address: p('address'),
      org: p('org'),
      agent: p('agent'),
      provider: p('provider'),
      credential_org: p('credential_org'),
      state: p('state'),
      ref: p('ref'),
      secret: p('secret'),
      nonce: p('nonce'),
      action: p('action'),
      created_at: p('created_at'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['channel', 'address'])
        .doUpdateSet((eb) => ({
          org: eb.ref('excluded.org'),
          agent: eb.ref('excluded.agent'),
          provider: eb.ref('excluded.provider'),
          credential_org: eb.ref('excluded.credential_org'),
          state: eb.ref('excluded.state'),
          ref: eb.ref('excluded.ref'),
          secret: eb.ref('excluded.secret'),
          nonce: eb.ref('excluded.nonce'),
          action: eb.ref('excluded.action'),
          created_at: eb.ref('excluded.created_at'),
        }))
        .where('bound_sender.state', '=', 'reserved')
        .where('bound_sender.created_at', '<', p('lapsed')),
    ),
);
export const bindSender = statement<Pick<Sender, 'channel' | 'address' | 'action' | 'ref' | 'secret'>>((db, p) =>
  db
    .updateTable('bound_sender')
    .set({ state: 'bound', ref: p('ref'), secret: p('secret') })
    .where('channel', '=', p('channel'))
    .where('address', '=', p('address'))
    .where('action', '=', p('action')),
);
/** It takes a new action to let go of it. */
export const unbindSender = statement<
  Pick<Sender, 'org' | 'channel' | 'address' | 'action' | 'created_at'> & { held: string }
>((db, p) =>
  db
    .updateTable('bound_sender')
    .set({ state: 'reserved', action: p('action'), created_at: p('created_at') })
    .where('org', '=', p('org'))
    .where('channel', '=', p('channel'))
    .where('address', '=', p('address'))
    .where('action', '=', p('held')),
);
/** @returns what it was. */
export const dropReservation = statement<Pick<Sender, 'org' | 'channel' | 'address' | 'action'>, Sender>((db, p) =>
  db
    .deleteFrom('bound_sender')
    .where('org', '=', p('org'))
    .where('channel', '=', p('channel'))
    .where('address', '=', p('address'))
    .where('action', '=', p('action'))
    .returningAll(),
);
/** @returns whoever had it. */
export const dropAnySender = statement<Pick<Sender, 'channel' | 'address'>, Pick<Sender, 'org' | 'agent'>>((db, p) =>
  db
    .deleteFrom('bound_sender')
    .where('channel', '=', p('channel'))
    .where('address', '=', p('address'))
    .returning(['org', 'agent']),
);
/** @returns what they were. */
export const dropSendersIn = statement<Pick<Sender, 'org' | 'agent' | 'state'>, Sender>((db, p) =>
  db
    .deleteFrom('bound_sender')
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('state', '=', p('state'))
    .returningAll(),
);

type Former = Schema['former_sender'];
/** What the webhooks of a sender are known by is kept after it is let go of. */
export const keepFormer = statement<Former>((db, p) =>
  db
    .insertInto('former_sender')
    .values({
      org: p('org'),
      agent: p('agent'),
      channel: p('channel'),
      address: p('address'),
      provider: p('provider'),
      credential_org: p('credential_org'),
      secret: p('secret'),
      nonce: p('nonce'),
      until: p('until'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'agent', 'channel', 'address']).doUpdateSet((eb) => ({
        provider: eb.ref('excluded.provider'),
        credential_org: eb.ref('excluded.credential_org'),
        secret: eb.ref('excluded.secret'),
        nonce: eb.ref('excluded.nonce'),
        until: eb.ref('excluded.until'),
      })),
    ),
);
export const dropFormer = statement<{ now: number }>((db, p) =>
  db.deleteFrom('former_sender').where('until', '<=', p('now')),
);
