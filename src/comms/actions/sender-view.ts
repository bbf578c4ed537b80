/** A sender as the doors show it. */
import * as z from 'zod';
import { CHANNELS } from '../../tenancy/agent.ts';
import { PROVIDERS } from '../provider-ports.ts';

export const SENDER_STATES = ['pending', 'bound', 'refused', 'unknown', 'unbound'] as const;

export const senderView = z.object({
  agentId: z.string(),
  channel: z.enum(CHANNELS),
  address: z.string(),
  provider: z.enum(PROVIDERS),
  status: z
    .enum(SENDER_STATES)
    .describe('unknown: the provider did not answer; unbind the address, or bind it again after that.'),
  todo: z.array(z.string()).describe('What a person must still do at the provider.'),
});
