/**
 * The product itself: `comms_send_message` with everything on (authentication, every guard, takes, the durable log, the
 * simulator), over its own MCP door. 200 agents with two consenting contacts each, at limits that the load does not reach.
 */
import type { Party } from '../messages.ts';
import { PLENTY } from '../production/provision.ts';
import { serveHouse } from '../served-house.ts';
import { reportListening } from '../target-process.ts';

const AGENTS = 200;
const CONTACTS_EACH = 2;

const { port, act } = await serveHouse();
const { organizations } = await act('comms.list_organizations', {});
await act('comms.expand_agent_pool', { organizationId: organizations[0].organizationId, maxAgents: AGENTS });
reportListening(port, (await Promise.all(Array.from({ length: AGENTS }, (_, n) => agent(n)))).flat());

async function agent(n: number): Promise<Party[]> {
  const made = await act('comms.provision_channels', { displayName: `Agent ${n}`, capabilities: { sms: true } });
  await act('comms.set_agent_limits', { agentId: made.agentId, limits: PLENTY });
  const contacts = Array.from(
    { length: CONTACTS_EACH },
    (_, i) => `+1415200${String(n * CONTACTS_EACH + i).padStart(4, '0')}`,
  );
  for (const contact of contacts)
    await act('comms.record_consent', { agentId: made.agentId, contact, channel: 'sms', type: 'express' });
  return contacts.map((to) => ({ token: made.securityToken, to }));
}
