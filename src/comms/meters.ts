/**
 * The names of what is counted, within an organisation. Limit guards take from these; the store reads them back for the
 * usage dashboard.
 */
import type { AgentId } from '../kernel/ids.ts';
import { CHANNELS, type Channel } from '../tenancy/agent.ts';

/** Actions of an agent that reach a person or spend money. */
export const agentActions = (agent: AgentId): string => `agent:${agent}:actions`;

/** Of them, answers to STOP, START and HELP. */
export const agentAnswers = (agent: AgentId): string => `agent:${agent}:answers`;

/** What an agent reserved and spent, in micro-units. */
export const agentSpend = (agent: AgentId): string => `agent:${agent}:spend`;

/** What an organisation's marketing to one contact, whom the take names apart, has used of the law's caps on these channels. */
export const legallyCounted = (channels: readonly Channel[]): string => `law:${channels.toSorted().join('+')}`;

/** An agent's messages or calls on a channel to one contact, whom the take names apart. */
export const agentContact = (agent: AgentId, channel: Channel): string => `agent:${agent}:${channel}`;

/** One-time codes of an agent to one contact. */
export const agentCodes = (agent: AgentId): string => `agent:${agent}:codes`;

/** One-time codes of the whole organisation to one contact. */
export const codes = 'codes';

/** What laws count together. Counted whether or not a cap holds there today, so that one is full when the place changes. */
export const LAW_SERIES: readonly (readonly Channel[])[] = [['voice'], ['voice', 'sms', 'whatsapp']];

/** Every series that is counted of one contact: what an erasure drops. A take that names a contact has its meter here. */
export const contactSeries = (agents: readonly AgentId[]): readonly string[] => [
  codes,
  ...LAW_SERIES.map(legallyCounted),
  ...agents.flatMap((agent) => [agentCodes(agent), ...CHANNELS.map((channel) => agentContact(agent, channel))]),
];
