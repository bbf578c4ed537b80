/**
 * The product with people who sign in by password, and an agent that sends meanwhile; nothing of it is limited but what is
 * measured. `KNOWN` people `known-<n>@example.com` have the password `PASSWORD`.
 */

import { createPasswordHashing } from '../../src/identity/factors/password-hashing.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { PLENTY } from '../production/provision.ts';
import { serveHouse } from '../served-house.ts';
import { KNOWN, PASSWORD } from '../sign-in-people.ts';
import { reportListening } from '../target-process.ts';

const MANY = '1000000';
const CONTACT = '+14155550101';

const { house, port, act } = await serveHouse({ HTTP_RATE_LIMIT_PER_IP: MANY, HTTP_RATE_LIMIT_GLOBAL: MANY });
const entropy = systemEntropy();
const password = await createPasswordHashing({ entropy, cores: 2 }).hash(PASSWORD);
for (let n = 0; n < KNOWN; n++) {
  const id = house.ids.next('usr');
  const person = { id, email: `known-${n}@example.com`, name: `Person ${n}`, role: 'owner', createdAt: 0 } as const;
  await house.store.people.commit(PLATFORM_ORG, { event: 'invitation', person: id }, [
    identityWrite('person.create', person),
    identityWrite('person.activate', { id }),
    identityWrite('person.password', { id, password }),
    identityWrite('person.totp', { id, secret: entropy.bytes(20), step: null }),
  ]);
}
const agent = await act('comms.provision_channels', { displayName: 'Agent', capabilities: { sms: true } });
await act('comms.set_agent_limits', { agentId: agent.agentId, limits: PLENTY });
await act('comms.record_consent', { agentId: agent.agentId, contact: CONTACT, channel: 'sms', type: 'express' });
reportListening(port, [{ token: agent.securityToken, to: CONTACT }]);
