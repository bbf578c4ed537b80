/** Organisations and agents, read cold. */
import type { OrgId } from '../kernel/ids.ts';
import type { TenancyReader } from '../tenancy/ports.ts';
import type { Engine } from './engine.ts';
import { agentColumns, agentOf, holdsPlace, organizationColumns, organizationOf } from './rows.ts';

export function createTenancyReader({ db }: Engine): TenancyReader {
  const organizations = () => db.selectFrom('organization').select(['id', ...organizationColumns]);
  const agents = (org: OrgId) =>
    db
      .selectFrom('agent')
      .select(['org', 'id', ...agentColumns])
      .where('org', '=', org);
  return {
    organizations: async () => (await organizations().orderBy('id').execute()).map(organizationOf),
    async organization(id) {
      const row = await organizations().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : organizationOf(row);
    },
    async organizationBySlug(slug) {
      const row = await organizations().where('slug', '=', slug).executeTakeFirst();
      return row === undefined ? null : organizationOf(row);
    },
    async organizationOf(agent) {
      const row = await db.selectFrom('agent').select('org').where('id', '=', agent).executeTakeFirst();
      return (row?.org as OrgId | undefined) ?? null;
    },
    async agent(org, id) {
      const row = await agents(org).where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : agentOf(row);
    },
    async agents(org, limit) {
      const sorted = agents(org).orderBy('id');
      return (await (limit === undefined ? sorted : sorted.limit(limit)).execute()).map(agentOf);
    },
    async activeAgents(org) {
      const row = await db
        .selectFrom('agent')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('org', '=', org)
        .where(holdsPlace)
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    async activeAgentsByOrganization() {
      const rows = await db
        .selectFrom('agent')
        .select(['org', (eb) => eb.fn.countAll<number>().as('count')])
        .where(holdsPlace)
        .groupBy('org')
        .execute();
      return new Map(rows.map(({ org, count }) => [org as OrgId, Number(count)]));
    },
  };
}
