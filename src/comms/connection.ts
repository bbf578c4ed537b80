/** How a new agent's developer connects, and where providers will call: addresses and examples, without any secret. */
import * as z from 'zod';
import type { AgentId } from '../kernel/ids.ts';
import { CHANNELS, type Channel } from '../tenancy/agent.ts';
import { senderHooks } from './hooks.ts';
import { CHANNEL_PROVIDERS } from './sender.ts';

export const webhooksView = z
  .array(z.object({ channel: z.enum(CHANNELS), provider: z.string(), url: z.string() }))
  .describe(
    'Where providers call. comms_bind_sender sets them, with a secret of its own; there is nothing to do by hand.',
  );

/** SMTP calls nobody. @param base without a trailing slash. */
export const webhooksOf = (base: string, agent: AgentId, channels: readonly Channel[]): z.output<typeof webhooksView> =>
  channels.flatMap((channel) =>
    CHANNEL_PROVIDERS[channel]
      .filter((provider) => provider !== 'smtp')
      .map((provider) => {
        const [url = ''] = senderHooks(base, provider, agent, channel, '').inbound.split('?');
        return { channel, provider, url };
      }),
  );

export const connectionView = z.object({
  header: z.string().describe('Goes with every request, with the token in its place.'),
  mcpUrl: z.string().describe('Streamable HTTP.'),
  restUrl: z.string(),
  docsUrl: z.string(),
  example: z.string().describe('A first message over REST, as a command of a shell; a dry run.'),
});

/** @param publicUrl without a trailing slash. */
export function connection(publicUrl: string): z.output<typeof connectionView> {
  const header = 'Authorization: Bearer <securityToken>';
  const message = JSON.stringify({ to: '+14155550100', body: 'Hello', dryRun: true });
  const restUrl = `${publicUrl}/api/v1`;
  return {
    header,
    mcpUrl: `${publicUrl}/mcp`,
    restUrl,
    docsUrl: `${publicUrl}/api/docs`,
    example: `curl -X POST ${restUrl}/comms/send-message -H '${header}' -H 'Content-Type: application/json' -d '${message}'`,
  };
}
