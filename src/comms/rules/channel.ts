import type { Channel } from '../../tenancy/agent.ts';

/** By what kind of address each reaches a person. A STOP binds every channel of the same kind of address. */
export const CHANNEL_ADDRESS = {
  sms: 'phone',
  whatsapp: 'phone',
  voice: 'phone',
  email: 'mail',
} as const satisfies Record<Channel, 'phone' | 'mail'>;
