/**
 * People and how they come in. Whatever ends a right bumps the person's fence, so that what was allowed before and has not
 * left yet does not leave.
 */
import { SET_UP } from '../../identity/people/links.ts';
import { LAST_OWNER, type PeopleWrites } from '../../identity/people/writes.ts';
import { toBase64url } from '../../kernel/encoding.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import * as factors from '../factor-statements.ts';
import type { Group } from '../group.ts';
import { ceremonyCell, oidcName, passkeyCell, personCell } from '../people-cells.ts';
import * as people from '../people-statements.ts';
import * as sessions from '../session-statements.ts';
import type { Tx } from '../statement.ts';
import { endSessions, type SessionKinds } from './sessions.ts';
import { insertFence } from './statements.ts';
import { bump, must, type WriterParts, type WritersOf } from './writer.ts';

export function peopleWriters({ sealing }: WriterParts): WritersOf<Omit<PeopleWrites, SessionKinds>> {
  const endAll = (group: Group, org: OrgId, person: string) => endSessions(group, org, person, null);

  function* seal(org: OrgId, person: string, column: 'email' | 'name' | 'totp', text: string): Tx<string> {
    return sealing.sealText((yield* sealing.orgKeys(org)).dataKey, text, personCell(org, person, column));
  }

  /** Before the last active Owner goes, another has to be there. */
  function* keepAnOwner(org: OrgId, leaving: string): Tx<void> {
    const owners = yield* people.ownersLocked.all({ org });
    const goes = owners.some(({ id, status }) => id === leaving && status === 'active');
    if (goes && !owners.some(({ id, status }) => id !== leaving && status === 'active'))
      throw new SallyportError('conflict', LAST_OWNER);
  }

  return {
    *'authentication.tell'(group, org, event) {
      yield* group.record({ v: 1, type: 'authentication', at: rfc3339(group.now), org, ...event });
    },
    *'person.create'(_, org, { id, email, name, role, createdAt }) {
      const made = yield* people.insertPerson.run({
        ...{ org, id, role, status: 'invited', created_at: createdAt },
        email_ref: yield* sealing.ref(PLATFORM_ORG, email),
        email: yield* seal(org, id, 'email', email),
        name: yield* seal(org, id, 'name', name),
      });
      must(made, 'Somebody has this mail address already.');
      yield* insertFence.run({ org, subject: `person:${id}` });
    },
    *'person.invite-again'(_, org, { id, name, role }) {
      const again = yield* people.inviteAgain.run({ org, id, role, name: yield* seal(org, id, 'name', name) });
      must(again, 'This person has accepted meanwhile, or was removed.');
    },
    *'person.be-first'(group, org) {
      yield* bump(group, org, 'person:first'); // the fence's row is what two at once wait for
      if ((yield* people.anybody.first({})) !== undefined) throw new SallyportError('conflict', SET_UP);
    },
    *'person.activate'(_, org, { id }) {
      must(yield* people.activatePerson.run({ org, id }), 'This person can no longer be activated.');
    },
    *'person.role'(group, org, { id, role }) {
      if (role !== 'owner') yield* keepAnOwner(org, id);
      must(yield* people.setRole.run({ org, id, role }), 'There is no such person any more.');
      yield* sessions.dropRecoveriesOf.run({ org, person: id }); // whoever made it decided about another role
      yield* endAll(group, org, id);
    },
    *'person.status'(group, org, { id, status }) {
      if (status === 'suspended') yield* keepAnOwner(org, id);
      const from = status === 'suspended' ? 'active' : 'suspended';
      must(
        yield* people.setStatus.run({ org, id, status, from }),
        `Only somebody who is ${from} can be made ${status}.`,
      );
      if (status === 'suspended') yield* sessions.dropLinksOf.run({ org, person: id });
      yield* endAll(group, org, id);
    },
    *'person.remove'(group, org, { id }) {
      yield* keepAnOwner(org, id);
      const nothing = { email: yield* seal(org, id, 'email', ''), name: yield* seal(org, id, 'name', '') };
      must(yield* people.removePerson.run({ org, id, ...nothing }), 'There is no such person any more.');
      yield* noFactors(org, id);
      yield* sessions.dropLinksOf.run({ org, person: id });
      yield* endAll(group, org, id);
    },
    *'person.signed-in'(_, org, row) {
      yield* people.setSignedIn.run({ org, ...row });
      yield* factors.forgetGuessesAt.run({ org, id: row.id });
    },
    *'person.unchanged'(_, org, row) {
      must(
        (yield* people.unchangedPerson.all({ org, ...row })).length,
        'Something about this person changed meanwhile.',
      );
    },
    *'person.active'(_, org, { id, session }) {
      must((yield* people.activePerson.all({ org, id })).length, 'This person can no longer sign in.');
      if (session === null) return;
      const row = yield* sessions.sessionLocked.first({ org, id: session });
      must(row?.person === id && row.ended_at === null ? 1 : 0, 'This session has ended.');
    },
    *'person.keeps-a-way'(_, org, { id, oidc }) {
      const person = yield* people.personLocked.first({ org, id });
      const byPassword = typeof person?.password === 'string' && person.totp !== null;
      const passkeys = yield* factors.anyPasskey.all({ org, person: id });
      const accounts = oidc ? yield* factors.oidcLinksOf.all({ org, person: id }) : [];
      must(
        (byPassword ? 1 : 0) + passkeys.length + accounts.length,
        'This is the only way in that is left; enrol another one first.',
      );
    },
    *'person.rehash'(_, org, row) {
      yield* people.rehash.run({ org, ...row });
    },
    *'person.password'(_, org, row) {
      yield* people.setPassword.run({ org, ...row });
    },
    *'person.totp'(_, org, { id, secret, step }) {
      const totp = secret === null ? null : yield* seal(org, id, 'totp', toBase64url(secret));
      yield* people.setTotp.run({ org, id, totp, totp_step: step });
    },
    *'person.totp-step'(_, org, { id, secret, step }) {
      const sealed = (yield* people.personLocked.first({ org, id }))?.totp ?? null;
      const { dataKey } = yield* sealing.orgKeys(org);
      const kept = sealed === null ? null : sealing.openText(dataKey, sealed, personCell(org, id, 'totp'));
      must(kept === toBase64url(secret) ? 1 : 0, 'The app for one-time codes was replaced meanwhile.');
      must(yield* people.useTotpStep.run({ org, id, step }), 'This code was used already.');
    },
    *'person.no-factors'(_, org, { id }) {
      yield* noFactors(org, id);
    },
    *'recovery-codes.replace'(_, org, { person, hashes }) {
      yield* factors.dropRecoveryCodes.run({ org, person });
      for (const hash of hashes) yield* factors.insertRecoveryCode.run({ org, person, hash });
    },
    *'recovery-code.use'(_, org, row) {
      must(yield* factors.useRecoveryCode.run({ org, ...row }), 'This recovery code was used already.');
    },
    *'passkey.create'(_, org, { id, person, credential, publicKey, counter, transports, name, createdAt, ...backup }) {
      const made = yield* factors.insertPasskey.run({
        ...{ org, id, person, credential, counter, public_key: publicKey },
        backup_eligible: backup.backupEligible ? 1 : 0,
        backed_up: backup.backedUp ? 1 : 0,
        transports: JSON.stringify(transports),
        name: sealing.sealText((yield* sealing.orgKeys(org)).dataKey, name, passkeyCell(org, id)),
        created_at: createdAt,
      });
      must(made, 'This passkey is enrolled already.');
    },
    *'passkey.use'(_, home, { of: org = home, id, from, counter, backedUp, at }) {
      const used = yield* factors.usePasskey.run({ org, id, from, counter, backed_up: backedUp ? 1 : 0, at });
      must(used, 'This passkey was used at the same moment; try again.');
    },
    *'passkey.rename'(_, org, { id, person, name }) {
      const sealed = sealing.sealText((yield* sealing.orgKeys(org)).dataKey, name, passkeyCell(org, id));
      must(yield* factors.renamePasskey.run({ org, id, person, name: sealed }), 'There is no such passkey.');
    },
    *'passkey.remove'(_, org, { id, person }) {
      must(yield* factors.dropPasskey.run({ org, id, person }), 'There is no such passkey.');
    },
    *'oidc-link.create'(_, org, { person, issuer, subject, createdAt }) {
      const ref = yield* sealing.ref(PLATFORM_ORG, oidcName(issuer, subject));
      const made = yield* factors.insertOidcLink.run({ ref, org, person, created_at: createdAt });
      must(made, "This account of the identity provider is somebody's already.");
    },
    *'oidc-link.use'(_, org, { person, issuer, subject }) {
      const ref = yield* sealing.ref(PLATFORM_ORG, oidcName(issuer, subject));
      const links = yield* factors.oidcLinksOf.all({ org, person });
      must(links.filter((link) => link.ref === ref).length, 'This account was unlinked meanwhile.');
    },
    *'oidc-link.remove'(_, org, { person }) {
      yield* factors.dropOidcLinks.run({ org, person });
    },
    *'device.remember'(_, org, { hash, replaces, person, expiresAt }) {
      if (replaces !== null) yield* factors.dropDevice.run({ org, person, hash: replaces });
      yield* factors.insertDevice.run({ org, hash, person, expires_at: expiresAt });
    },
    *'device.forget-all'(_, org, { person, but }) {
      if (but === null) yield* factors.dropDevices.run({ org, person });
      else yield* factors.dropOtherDevices.run({ org, person, hash: but });
    },
    *'link.replace'(_, org, { hash, kind, person, createdAt, expiresAt }) {
      if (person === null) yield* sessions.dropSetUpLinks.run({});
      else yield* sessions.dropLinksOf.run({ org, person });
      yield* sessions.insertLink.run({ hash, kind, org, person, created_at: createdAt, expires_at: expiresAt });
    },
    *'link.take'({ now }, _, { hash }) {
      must(yield* sessions.takeLink.run({ hash, now }), 'This link was used already, or has run out.');
    },
    *'ceremony.put'(_, org, { hash, kind, person, data, expiresAt }) {
      const { dataKey } = yield* sealing.orgKeys(PLATFORM_ORG);
      const sealed = sealing.sealText(dataKey, JSON.stringify(data), ceremonyCell(hash));
      yield* sessions.insertCeremony.run({ hash, kind, org, person, data: sealed, expires_at: expiresAt });
    },
    *'ceremony.take'({ now }, _, { hash }) {
      must(
        yield* sessions.takeCeremony.run({ hash, now }),
        'This step was taken already, or has run out; begin again.',
      );
    },
  };
}

function* noFactors(org: OrgId, id: string): Tx<void> {
  yield* people.setPassword.run({ org, id, password: null });
  yield* people.setTotp.run({ org, id, totp: null, totp_step: null });
  yield* factors.dropRecoveryCodes.run({ org, person: id });
  yield* factors.dropPasskeys.run({ org, person: id });
  yield* factors.dropOidcLinks.run({ org, person: id });
  yield* factors.dropDevices.run({ org, person: id });
}
