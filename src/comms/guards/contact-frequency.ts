/** Nobody is called or written to too often by one agent, in any 24 hours. Which limit holds depends on the channel. */
import { guard } from '../../guard/guard.ts';
import { DAY_MS } from '../../kernel/time.ts';
import type { Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { type AgentLimitName, limitsInForce } from '../../tenancy/limits.ts';
import { ofPolicy } from '../fences.ts';
import { agentContact } from '../meters.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import { contactOf, type Outreach } from '../recipient.ts';

const LIMIT: Record<Channel, 'messagesPerNumberPerDay' | 'callsPerNumberPerDay'> = {
  sms: 'messagesPerNumberPerDay',
  email: 'messagesPerNumberPerDay',
  whatsapp: 'messagesPerNumberPerDay',
  voice: 'callsPerNumberPerDay',
} satisfies Record<Channel, AgentLimitName>;

export const contactFrequencyGuard = guard<Outreach>()({
  id: 'contact-frequency',
  stage: 'limit',
  needs: { organization: ownOrganization, agent: namedAgent },
  fences: ofPolicy,
  judge({ input }, facts) {
    const agent = known(facts.agent, 'agent');
    const limits = limitsInForce(agent, known(facts.organization, 'organisation').tier);
    const name = LIMIT[input.channel];
    const limit = limits[name];
    if (limit === null) return [];
    const contact = known(contactOf(input), 'readable address');
    const caps = [{ limit, window: { ms: DAY_MS }, code: 'contact_frequency', name } as const];
    return [{ is: 'take', take: { meter: agentContact(agent.id, input.channel), contact, amount: 1, caps } }];
  },
});
