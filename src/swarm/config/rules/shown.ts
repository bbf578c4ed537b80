/**
 * A configuration as it is shown: no prompt to who may not read prompts, no agent to who may not know of it. Secrets are not
 * in it at all: it has the names of variables and of what is in the vault.
 */
import type { Json } from '../../../kernel/canonical-json.ts';
import type { AgentConfig, SwarmConfig } from '../schema.ts';
import { type Hidden, hide } from './diff.ts';

export interface Viewer {
  readonly prompts: boolean;
  readonly sees: (agent: string) => boolean;
}

export type ShownAgent = Omit<AgentConfig, 'prompt'> & { readonly prompt?: string | Hidden | undefined };

export function shownAgent(agent: AgentConfig, { prompts, sees }: Viewer): ShownAgent {
  const { prompt, peers, ...rest } = agent;
  return {
    ...rest,
    ...(prompt === undefined ? {} : { prompt: prompts ? prompt : hide(prompt) }),
    peers: peers.filter(sees),
  };
}

export const shownConfig = (config: SwarmConfig, viewer: Viewer) => ({
  ...config,
  agents: config.agents.filter(({ name }) => viewer.sees(name)).map((agent) => shownAgent(agent, viewer)),
  tools: config.tools.map((tool) =>
    tool.kind === 'mcp' && tool.command !== undefined && !viewer.prompts
      ? { ...tool, command: [tool.command[0]!, hide(tool.command.slice(1) as Json)] }
      : tool,
  ),
});
