/** One agent that serves at its end, talks while it is loaded, and is configured for each call. */
import { AgentBase, callOf } from 'sallyport';

export const agent = new AgentBase({ name: 'front-desk', basicAuth: ['platform', 'pass word'] });

agent
  .promptAddSection('Role', { body: 'You answer the phone. See https://example.com/menu?key=lunch' })
  .setDynamicConfigCallback((query, body, _headers, agent) => {
    agent.setGlobalData({ from: callOf(body).from, language: query['language'] ?? 'en' });
  });

agent.defineTool({
  name: 'book_table',
  description: 'Books a table',
  parameters: {
    people: { type: 'integer', minimum: 1, maximum: 12, description: 'How many' },
    name: { type: 'string' },
    isOutside: { type: 'boolean' },
    dishes: { type: 'array', items: { type: 'string' } },
  },
  required: ['people', 'name'],
  handler: (args, { call_id }) => {
    // biome-ignore lint/suspicious/noConsole: a builder's code may
    console.log('a handler prints');
    return `${JSON.stringify(args)} in ${call_id}`;
  },
});

agent.defineTool({
  name: 'break_down',
  description: 'Fails',
  handler: () => {
    throw new Error('no such table');
  },
});

agent.defineTool({ name: 'hours', description: 'Says when it is open', secure: false, handler: () => 'From noon.' });

// biome-ignore lint/suspicious/noConsole: as above
console.log('a file prints while it is loaded');
await agent.serve({ port: Number(process.env['FRONT_DESK_PORT'] ?? 0), host: '127.0.0.1' });
