/** The channels, and by what kind of address each reaches a person. A STOP binds every channel of the same kind of address. */
export const CHANNEL_ADDRESS = { sms: 'phone', whatsapp: 'phone', voice: 'phone', email: 'mail' } as const;

export type Channel = keyof typeof CHANNEL_ADDRESS;
export const CHANNELS = ['sms', 'whatsapp', 'voice', 'email'] as const satisfies readonly Channel[];
