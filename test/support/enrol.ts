/** What a browser does with a one-time link, with a passkey that no authenticator made: the ceremonies of factors are tested apart. */
import { ENROLMENT, type Enrolling } from '../../src/identity/people/links.ts';
import type { Signed } from '../../src/identity/people/sessions.ts';
import type { Role } from '../../src/identity/rules/roles.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import type { OrgId, PersonId } from '../../src/kernel/ids.ts';
import type { House } from '../../src/main/compose.ts';

type Enroller = Pick<House, 'people' | 'ids' | 'clock'>;
export interface SetUpBy {
  readonly email: string;
  readonly name: string;
}

export const tokenOfLink = (link: string): string => new URL(link).hash.split('token=')[1]!;

/** @param step the ceremony that `/auth/link/begin` opened. */
export async function completeEnrolment({ people, ids, clock }: Enroller, step: string): Promise<Signed> {
  const ceremony = await people.ceremonies.attempt(step, ENROLMENT);
  if (ceremony === null) throw new Error('there is no such enrolment');
  const enrolling = ceremony.data as Enrolling;
  const id = ids.next('psk');
  const passkey = identityWrite('passkey.create', {
    ...{ id, person: enrolling.person, credential: `credential-${id}`, publicKey: 'key', counter: 0, transports: [] },
    ...{ backupEligible: true, backedUp: true, name: 'Laptop', createdAt: clock.now() },
  });
  return people.links.complete(enrolling, 'passkey', [people.ceremonies.take(ceremony)], [passkey], 'Firefox on Linux');
}

/** @param who only the first Owner says it. */
export const enrol = async (house: Enroller, link: string, who: SetUpBy | null = null): Promise<Signed> =>
  completeEnrolment(house, await house.people.links.begin(tokenOfLink(link), who));

export interface SignedIn {
  readonly id: PersonId;
  readonly email: string;
  readonly signed: Signed;
}

/** Somebody who is there and has signed in by a factor that needs no ceremony here. */
export async function signedIn(house: Enroller & Pick<House, 'store'>, role: Role, org: OrgId): Promise<SignedIn> {
  const id = house.ids.next('usr');
  const email = `person-${id.slice(4).toLowerCase()}@example.com`;
  const of = { org, person: id };
  const { signed, writes } = await house.people.sessions.begin(of, ['passkey'], 'Firefox on Linux');
  await house.store.people.commit(org, { event: 'invitation', person: id }, [
    identityWrite('person.create', { id, email, name: `Person ${id}`, role, createdAt: house.clock.now() }),
    identityWrite('person.activate', { id }),
    ...writes,
  ]);
  return { id, email, signed };
}
