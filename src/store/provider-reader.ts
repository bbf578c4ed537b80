/**
 * What the server itself reads of providers across organisations: senders by agent, credentials, open questions. The first
 * two are on the way of every message and every callback, so their statements are compiled once. Credentials are never kept
 * opened: what is unregistered is gone with the next message.
 */
import { sql } from 'kysely';
import type { DueAnswer, Inlet, OpenQuestion, ProviderReader } from '../comms/ports.ts';
import type { Credentials } from '../comms/provider-ports.ts';
import type { AgentId, MessageId, OrgId } from '../kernel/ids.ts';
import type { Engine } from './engine.ts';
import { INBOUND } from './facts.ts';
import { unpackFrozen } from './frozen.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { statement } from './statement.ts';
import { secretCell } from './writers/senders.ts';

const sendersOfAgent = statement<{ agent: string }, Schema['bound_sender']>((db, p) =>
  db
    .selectFrom('bound_sender')
    .selectAll()
    .where('org', 'in', (eb) => eb.selectFrom('agent').select('org').where('id', '=', p('agent')))
    .where('agent', '=', p('agent')),
);
/** Those that the agent let go of and nobody has taken since: a mailbox's next owner gets its mail alone. */
const formerOfAgent = statement<{ agent: string }, Schema['former_sender']>((db, p) =>
  db
    .selectFrom('former_sender as f')
    .selectAll('f')
    .where('f.org', 'in', (eb) => eb.selectFrom('agent').select('org').where('id', '=', p('agent')))
    .where('f.agent', '=', p('agent'))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('bound_sender as b')
            .select('b.org')
            .whereRef('b.channel', '=', 'f.channel')
            .whereRef('b.address', '=', 'f.address'),
        ),
      ),
    ),
);
const credentialOf = statement<{ org: string; provider: string }, Pick<Schema['provider_credential'], 'id' | 'sealed'>>(
  (db, p) =>
    db
      .selectFrom('provider_credential')
      .select(['id', 'sealed'])
      .where('org', '=', p('org'))
      .where('provider', '=', p('provider')),
);

const inletOf =
  (sealing: Sealing) =>
  (row: Schema['former_sender'] | Schema['bound_sender']): Inlet => ({
    org: row.org as OrgId,
    agent: row.agent as AgentId,
    channel: row.channel as Inlet['channel'],
    address: row.address,
    provider: row.provider as Inlet['provider'],
    credentialOrg: row.credential_org as OrgId,
    secret: row.secret === '' ? '' : sealing.openSecret(row.secret, secretCell(row.channel, row.address)),
    nonce: row.nonce,
  });

/** Said as a constant, so that the index on what is due serves it. */
const DUE = sql<boolean>`a.state = 'due'`;

export const createProviderReader = ({ db, read }: Engine, sealing: Sealing): ProviderReader => ({
  inlets: async (agent) => (await read(() => sendersOfAgent.all({ agent }))).map(inletOf(sealing)),
  formerInlets: async (agent) => (await read(() => formerOfAgent.all({ agent }))).map(inletOf(sealing)),
  async open(org, provider) {
    const row = await read(() => credentialOf.first({ org, provider }));
    if (row === undefined) return null;
    const cell = cellOf(org, 'provider_credential', 'sealed', `${provider}:${row.id}`);
    return JSON.parse(sealing.openSecret(row.sealed, cell)) as Credentials;
  },
  async hasTaken(org, agent, ref) {
    const row = await db
      .selectFrom('message')
      .select('id')
      .where('org', '=', org)
      .where('agent', '=', agent)
      .where('provider_ref', '=', ref)
      .where(INBOUND)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  },
  async dueAnswers(since, limit) {
    const rows = await db
      .selectFrom(
        db
          .selectFrom('opt_out_answer as a')
          .select(['a.org', 'a.agent', 'a.message', 'a.contact', 'a.channel', 'a.said', 'a.language', 'a.at'])
          .select(({ fn }) =>
            fn
              .agg<number>('row_number')
              // "stop", "start", "help": what is owed by law goes first
              .over((over) => over.partitionBy('a.org').orderBy('a.said', 'desc').orderBy('a.at'))
              .as('turn'),
          )
          .where(DUE)
          .where('a.at', '>=', since)
          .as('due'),
      )
      .innerJoin('organization as o', 'o.id', 'due.org')
      .select(['due.org', 'agent', 'message', 'contact', 'channel', 'said', 'language', 'o.name'])
      .orderBy('turn')
      .orderBy('due.at')
      .limit(limit)
      .execute();
    const due: DueAnswer[] = [];
    for (const row of rows) {
      const contact = await read(() => sealing.address(row.org as OrgId, row.contact));
      if (contact === null) continue; // erased meanwhile
      due.push({
        org: row.org as OrgId,
        organization: row.name,
        agent: row.agent as AgentId,
        message: row.message as MessageId,
        contact,
        channel: row.channel as DueAnswer['channel'],
        said: row.said as DueAnswer['said'],
        language: row.language as DueAnswer['language'],
      });
    }
    return due;
  },
  async openQuestions(now, limit) {
    const rows = await db
      .selectFrom('message as m')
      .innerJoin('action as a', (join) => join.onRef('a.org', '=', 'm.org').onRef('a.id', '=', 'm.action'))
      .select(['m.id as message', 'm.provider_ref', 'm.channel', 'm.asked'])
      .select(['a.org', 'a.agent', 'a.by_id', 'a.by_kind', 'a.contact', 'a.frozen'])
      .where('m.ask_at', '<=', now)
      .where('m.provider_ref', 'is not', null)
      .orderBy('m.ask_at')
      .limit(limit)
      .execute();
    return rows.map((row): OpenQuestion => {
      const { context } = unpackFrozen(row);
      return {
        org: row.org as OrgId,
        agent: row.agent as AgentId,
        message: row.message as MessageId,
        ref: row.provider_ref ?? '',
        from: context['from'] ?? '',
        provider: context['provider'] as OpenQuestion['provider'],
        credentialOrg: context['credentialOrg'] as OrgId,
        channel: row.channel as OpenQuestion['channel'],
        asked: row.asked,
      };
    });
  },
});
