/** A house with an organisation, and people of it as principals who have confirmed that it is them. */
import type { Principal } from '../../../src/guard/principal.ts';
import type { Role } from '../../../src/identity/rules/roles.ts';
import type { OrgId } from '../../../src/kernel/ids.ts';
import { signedIn } from '../../support/enrol.ts';
import { type HouseOptions, openHouse, type TestHouse } from '../../support/house.ts';
import { text } from './swarms.ts';

export interface Desk {
  readonly t: TestHouse;
  readonly org: OrgId;
  readonly admin: Principal;
  person(role: Role): Promise<Principal>;
  /** The same person as it is now. */
  again(by: Principal): Promise<Principal>;
  put(by: Principal, source: unknown, more?: object): ReturnType<TestHouse['call']>;
}

export async function deskIn(t: TestHouse): Promise<Desk> {
  const { id: org, admin } = await t.organization();
  const tokens = new Map<string, string>();
  const again = async (by: Principal) => (await t.house.authenticate(tokens.get(by.id)!))!;
  return {
    t,
    org,
    admin,
    again,
    async person(role) {
      const { id, signed } = await signedIn(t.house, role, org);
      tokens.set(id, signed.accessToken);
      return (await t.house.authenticate(signed.accessToken))!;
    },
    put: (by, source, more = {}) => t.call('swarm.put_config', by, { source: text(source), ...more }),
  };
}

export async function openDesk(options: HouseOptions = {}): Promise<Desk & AsyncDisposable> {
  const t = await openHouse(options);
  return { ...(await deskIn(t)), [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
}
