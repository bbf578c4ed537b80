/** A small swarm with scripted models for the pages to show: a desk that asks a clerk, and a courier that sends what a person approves. */
import type { Script } from '../../src/providers/models/scripted.ts';
import type { SwarmSource } from '../../src/swarm/config/schema.ts';
import type { ConsoleHouse } from './console-house.ts';

/** What no page may run, follow or hide. */
export const HOSTILE =
  '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> \u202Egnp.exe\u202C zero\u200Bwidth';

export const TO = '+14155550101';

const last: (request: Parameters<Script>[0]) => Parameters<Script>[0]['messages'][number] = ({ messages }) =>
  messages.at(-1)!;

export const scripts: Readonly<Record<string, Script>> = {
  desk: (request) =>
    last(request).role === 'tool'
      ? { text: `The clerk has looked. ${HOSTILE}` }
      : { calls: [{ name: 'ask_clerk', args: { message: 'How many are left?' } }] },
  clerk: () => ({ text: 'Seven are left.' }),
  courier: (request) =>
    last(request).role === 'tool'
      ? { text: 'It is sent.' }
      : {
          calls: [{ name: 'comms_send_message', args: { channel: 'sms', to: TO, body: 'Your parcel\u202E is here.' } }],
        },
};

const model = (name: string) => ({ alias: name, provider: 'scripted', model: name }) as const;

export const sourceOf = (courier: `agt_${string}`): SwarmSource => ({
  swarm: { name: 'shop', description: 'A small shop.', limits: { tokensPerDay: 100_000 } },
  agents: [
    {
      name: 'desk',
      description: 'Talks to people, and asks the clerk what it does not know itself.',
      prompt: 'You talk to people.\nAsk the clerk for numbers.',
      model: 'desk',
      peers: ['clerk'],
      limits: { tokensPerThread: 20_000 },
    },
    { name: 'clerk', description: 'Counts what is left.', prompt: 'You count.', model: 'clerk' },
    {
      name: 'courier',
      description: 'Sends text messages.',
      prompt: 'You send messages.',
      model: 'courier',
      tools: ['comms.send_message'],
      agentId: courier,
      input: {
        type: 'object',
        properties: {
          order: { type: 'string', title: 'Order', description: 'Its number.' },
          copies: { type: 'integer' },
          urgent: { type: 'boolean' },
          by: { enum: ['mail', 'text'] },
        },
        required: ['order', 'by'],
        additionalProperties: false,
      },
    },
  ],
  models: [model('desk'), model('clerk'), model('courier')],
  policies: { approvals: { tools: ['comms.send_message'], otherPerson: false } },
});

/** Puts it live in the default organisation. */
export async function putSwarm({ done, house }: ConsoleHouse, source?: SwarmSource): Promise<void> {
  const organizationId = house.defaultOrganization;
  const capabilities = { sms: true };
  const provision = async () =>
    (await done('comms/provision-channels', { displayName: 'Courier', capabilities, organizationId })).agentId;
  const courier = source === undefined ? await provision() : null;
  const config = source ?? sourceOf(courier);
  if (courier !== null)
    await done('comms/record-consent', { agentId: courier, contact: TO, channel: 'sms', type: 'express' });
  await done('swarm/put-config', { source: JSON.stringify(config), organizationId });
}

/** Lets the swarm work until nothing is ready. */
export const work = ({ house }: ConsoleHouse): Promise<void> => house.pump.tick();
