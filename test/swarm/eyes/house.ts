/** A swarm to be watched: a desk that asks a clerk, handlers both, and people who look at it. */
import type { Grant } from '../../../src/guard/grant.ts';
import type { Principal } from '../../../src/guard/principal.ts';
import { type Role, scopesOfRole } from '../../../src/identity/rules/roles.ts';
import type { OrgId } from '../../../src/kernel/ids.ts';
import type { SwarmSource } from '../../../src/swarm/config/schema.ts';
import type { Handler } from '../../../src/swarm/define.ts';
import type { HouseOptions } from '../../support/house.ts';
import { type SwarmHouse, swarmHouse } from '../fixture.ts';

export const SHOP = {
  swarm: { name: 'shop' },
  agents: [
    { name: 'desk', description: 'Talks to people.', kind: 'handler', peers: ['clerk'] },
    { name: 'clerk', description: 'Counts things.', kind: 'handler' },
  ],
} as const satisfies SwarmSource;

/** The desk asks the clerk and says what it said. */
export const handlers: Record<string, Handler> = {
  desk: async ({ call }, input) => `The clerk says: ${JSON.stringify(await call('clerk', input))}`,
  clerk: (_context, input) => ({ count: 7, asked: input }),
};

export const shop = (source: SwarmSource = SHOP, options?: HouseOptions): Promise<SwarmHouse> =>
  swarmHouse(source, { handlers, ...(options === undefined ? {} : { options }) });

let people = 0;
export const somebody = (org: OrgId, role: Role, ...grants: Grant[]): Principal => ({
  ...{ id: `usr_${people++}`, kind: 'person', org, agent: null, grants, fences: [] },
  scopes: scopesOfRole(org, role),
});

export const grant = (effect: 'allow' | 'deny', action: string, resource: Grant['resource']): Grant => ({
  ...{ id: 'grt_1', effect, action, resource },
});
