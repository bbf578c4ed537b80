/** Configurations for tests. */
import type { CheckContext } from '../../../src/swarm/config/rules/context.ts';
import type { SwarmSource } from '../../../src/swarm/config/schema.ts';

export const PROMPT = 'CANARY-prompt-7f3a: you answer the phone of a bakery.';

export const CONTEXT: CheckContext = {
  actions: new Set(['comms.send_message', 'comms.get_messages']),
  actionTools: new Set(['comms_send_message', 'comms_get_messages', 'swarm_kill_thread', 'odd__room']),
  handlers: new Set(['sums']),
};

/** Two minds, a handler and a worker, with everything that can be said. */
export const whole = (): SwarmSource => ({
  swarm: {
    name: 'bakery',
    description: 'Takes orders.',
    limits: { depth: 4, tokensPerDay: 100_000, usdPerDay: '5.00' },
  },
  agents: [
    {
      name: 'front-desk',
      description: 'Talks to customers.',
      prompt: PROMPT,
      model: 'large',
      peers: ['front-desk', 'orders', 'sums'],
      tools: ['comms.send_message', 'files.*', 'weather'],
      input: { type: 'object', properties: { text: { type: 'string', maxLength: 500 } }, required: ['text'] },
      output: { type: 'string' },
      limits: { maxSteps: 5, tokensPerThread: 1_000, tokensPerDay: 50_000, usdPerDay: '1.00' },
    },
    { name: 'orders', description: 'Knows the orders.', prompt: 'You know the orders.', model: 'small' },
    { name: 'sums', description: 'Adds up.', kind: 'handler' },
    {
      name: 'oven',
      description: 'Bakes.',
      kind: 'remote',
      worker: { url: 'https://oven.example.com/work', secret: { env: 'OVEN_SECRET' } },
    },
  ],
  models: [
    {
      alias: 'large',
      provider: 'anthropic',
      model: 'a-large-one',
      keys: [
        { name: 'main', apiKeyEnv: 'MODEL_KEY' },
        { name: 'next', secret: 'model-key-2', from: '2026-12-01T00:00:00Z', until: '2027-12-01T00:00:00Z' },
      ],
      price: { inputPerMillion: '3.00', outputPerMillion: '15.00' },
      fallback: ['small'],
    },
    {
      alias: 'small',
      provider: 'openai-compatible',
      model: 'a-small-one',
      baseUrl: 'http://127.0.0.1:11434/v1',
      price: { inputPerMillion: 0, outputPerMillion: 0 },
    },
  ],
  tools: [
    {
      name: 'files',
      kind: 'mcp',
      command: ['files-server', '--root', '/srv/files'],
      env: { TOKEN: { secret: 'files' } },
    },
    { name: 'weather', kind: 'http', description: 'The weather.', domains: ['api.example.com', '*.example.org'] },
  ],
  policies: { approvals: { tools: ['comms.*', 'files.write'] } },
});

/** The least that there can be: one mind. */
export const small = (prompt = PROMPT): SwarmSource => ({
  swarm: { name: 'bakery' },
  agents: [{ name: 'front-desk', description: 'Talks to customers.', prompt, model: 'large' }],
  models: [{ alias: 'large', provider: 'scripted', model: 'a-script' }],
});

export const text = (source: SwarmSource | unknown): string => JSON.stringify(source);
