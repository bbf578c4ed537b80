// A swarm of three kinds of agents: functions, one that a model thinks for, one in another process (worker.ts).
//
//     SWARM_FILE=examples/swarm/bakery.ts npm start
//
// The worker's secret comes from WORKER_SECRET; check.ts starts all of it and asks each agent.
import { defineAgent, defineSwarm } from 'sallyport/swarm';
import * as z from 'zod';

const sums = defineAgent({
  name: 'sums',
  description: 'Adds up prices.',
  kind: 'handler',
  input: z.object({ cents: z.array(z.int().min(0)).max(100) }),
  output: z.object({ total: z.int() }),
  handler: (_context, { cents }) => ({ total: cents.reduce((sum, one) => sum + one, 0) }),
});

const till = defineAgent({
  name: 'till',
  description: 'Says what bread costs.',
  kind: 'handler',
  peers: ['sums'],
  input: z.object({ loaves: z.int().min(1).max(50) }),
  async handler(context, { loaves }) {
    const prices = Array.from({ length: loaves }, () => 450);
    const { total } = z.object({ total: z.int() }).parse(await context.call('sums', { cents: prices }));
    return `${loaves} loaves cost ${(total / 100).toFixed(2)} dollars.`;
  },
});

const desk = defineAgent({
  name: 'desk',
  description: 'Talks to customers.',
  prompt: 'You answer for a bakery. Ask the till what bread costs; never guess a price.',
  model: 'practice',
  peers: ['till', 'words'],
  tools: ['comms.send_message'],
  limits: { maxSteps: 10 },
});

const words = defineAgent({
  name: 'words',
  description: 'Counts words.',
  kind: 'remote',
  worker: { url: process.env['WORKER_URL'] ?? 'http://127.0.0.1:8787/', secret: { env: 'WORKER_SECRET' } },
});

export default defineSwarm({
  swarm: { name: 'bakery', limits: { callsPerThread: 100 } },
  models: [{ alias: 'practice', provider: 'scripted', model: 'echo' }],
  agents: [sums, till, desk, words],
});
