/**
 * A remote worker: an agent whose mind is this program. Sallyport sends it one signed request for each step; what it wants done
 * it says, and Sallyport does it under the agent's rules. Run it with the secret that the configuration names:
 *
 *     WORKER_SECRET="whsec_$(openssl rand -base64 32)" node examples/swarm/worker.ts
 *
 * and give the agent in swarm.yaml
 *
 *     kind: remote
 *     worker: { url: https://worker.example.com/, secret: { secret: desk-worker } }
 */
import { serve } from '@hono/node-server';
import { createWorker, type WorkerRequest } from 'sallyport/swarm';

/** Counts the words of what it is asked; anything about the weather it asks its tool first, if it has one. */
function think({ input, transcript, tools }: WorkerRequest) {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const result = transcript.at(-1);
  if (result?.kind === 'result') return { reply: `I was told: ${result.text}` };
  const weather = tools.find(({ name }) => name === 'weather');
  if (weather !== undefined && text.includes('weather'))
    return { calls: [{ id: 'weather', name: weather.name, args: { url: 'https://api.example.com/today' } }] };
  return { reply: `That is ${text.split(/\s+/).length} words.` };
}

const secret = process.env['WORKER_SECRET'] ?? '';
const port = Number(process.env['PORT'] ?? 8787);
serve({ fetch: createWorker({ secret, think }), hostname: '127.0.0.1', port }, ({ port }) => {
  process.stdout.write(`listening on http://127.0.0.1:${port}/\n`);
});
