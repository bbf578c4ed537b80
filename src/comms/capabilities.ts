/** Making an agent: the channels asked for, and the row that it begins with. */
import * as z from 'zod';
import type { Mint } from '../guard/action.ts';
import { field } from '../guard/input/fields.ts';
import { toHex } from '../kernel/encoding.ts';
import { type Agent, CHANNELS, type Channel } from '../tenancy/agent.ts';
import { known } from '../tenancy/known.ts';
import { bareAgent, DEFAULT_COUNTRY } from '../tenancy/new-agent.ts';
import type { Organization } from '../tenancy/organization.ts';
import { missingFor } from './registration.ts';
import type { Registration } from './rules/registration.ts';
import { senderOf } from './sender.ts';

export const capabilitiesField = z
  .strictObject({
    sms: z.boolean().optional(),
    email: z.boolean().optional(),
    whatsapp: z.boolean().optional(),
    voice: z.boolean().optional(),
  })
  .describe('The channels to provide; all of them or none.');

export const countryField = field
  .code(2)
  .regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code of two capital letters')
  .meta({ field: 'code', examples: [DEFAULT_COUNTRY] });

export type Capabilities = Readonly<Partial<Record<Channel, boolean | undefined>>>;
export const asked = (capabilities: Capabilities): readonly Channel[] =>
  CHANNELS.filter((channel) => capabilities[channel] === true);

/** A new agent, in sandbox with made-up senders. */
export const newAgent = (
  organization: Pick<Organization, 'id' | 'mode' | 'tier'>,
  about: {
    readonly name: string;
    readonly country: string;
    readonly channels: readonly Channel[];
    readonly at: number;
  },
  mint: Mint,
): Agent => ({
  ...bareAgent(mint.id('agt'), organization, about),
  senders: organization.mode === 'sandbox' ? withSenders({}, about.channels, mint) : {},
});

/** With a made-up sender for every channel that has none. */
export function withSenders(senders: Agent['senders'], channels: readonly Channel[], mint: Mint): Agent['senders'] {
  const fresh = channels.filter((channel) => senders[channel] === undefined);
  return {
    ...senders,
    ...Object.fromEntries(
      fresh.map((channel) => [channel, known(NEW_SENDER[channel] ?? null, `sender for ${channel}`)(mint)]),
    ),
  };
}

/** `.invalid` never resolves (RFC 2606 §2). */
const simulatedMailbox = (mint: Mint): string => `agent-${toHex(mint.bytes(4))}@sandbox.invalid`;

/** `+1 500` numbers reach nobody's telephone; seven digits, of which the first is 2–9 (NANP). */
const simulatedNumber = (mint: Mint): string => {
  const { buffer, byteOffset } = mint.bytes(4);
  return `+1500${2_000_000 + (new DataView(buffer, byteOffset).getUint32(0) % 8_000_000)}`;
};

const NEW_SENDER: Readonly<Partial<Record<Channel, (mint: Mint) => string>>> = {
  sms: simulatedNumber,
  whatsapp: simulatedNumber,
  email: simulatedMailbox,
  voice: simulatedNumber,
};

export const channelsView = z.array(z.object({ channel: z.enum(CHANNELS), address: z.string() }));

/** What the agent sends from by now. */
export const channelsOf = (agent: Agent, mode: Organization['mode']): z.output<typeof channelsView> =>
  CHANNELS.flatMap((channel) => {
    const address = senderOf(agent, mode, channel);
    return address === null ? [] : [{ channel, address }];
  });

/** What these channels still need: in sandbox for production, in production to send. */
export const stillMissing = (
  agent: Agent,
  mode: Organization['mode'],
  channels: readonly Channel[],
  registrations: readonly Registration[],
  now: number,
): readonly string[] =>
  mode === 'sandbox'
    ? missingFor(agent.country, channels, registrations, now)
    : channels
        .filter((channel) => agent.bound[channel] === undefined)
        .map((channel) => `${channel}: bind a sender with comms_bind_sender`);
