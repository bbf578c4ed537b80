/** A service without AI, as default export. */
import { SWMLService } from 'sallyport';

const service = new SWMLService({ name: 'voicemail', route: '/vm', basicAuth: ['platform', 'password'] });
service.addVerb('answer', {}).addVerb('play', { url: 'say:Please leave a message.' });
service.defineTool({
  name: 'count',
  description: 'Counts',
  parameters: { by: { type: 'number' } },
  handler: ({ by }) => `Counted by ${by}.`,
});

export default service;
