/** What, when it changes, makes a verdict about a message stale. Whoever changes one of these bumps its fence. */
import type { FenceKey } from '../guard/fence.ts';
import type { Request } from '../guard/request.ts';
import type { AgentId } from '../kernel/ids.ts';
import { contactOf, type Outreach } from './recipient.ts';

/** An agent's limits, channels and approval rule. */
export const policyFence = (agent: AgentId): FenceKey => ({ of: 'policy', id: agent });

/** A contact's wishes: STOP, a do-not-contact entry, a consent revoked. By address in normal form. */
export const contactFence = (address: string): FenceKey => ({ of: 'contact', id: address });

export const ofPolicy = ({ agent }: Request<unknown>): readonly FenceKey[] =>
  agent === null ? [] : [policyFence(agent)];

export function ofContact({ input }: Request<Outreach>): readonly FenceKey[] {
  const contact = contactOf(input);
  return contact === null ? [] : [contactFence(contact)];
}

/** And the platform's, whose do-not-contact entries bind every organisation. */
export const ofContactAnywhere = (request: Request<Outreach>): readonly FenceKey[] =>
  ofContact(request).flatMap((fence) => [fence, { ...fence, platform: true }]);
